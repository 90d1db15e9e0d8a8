"""A connection to AWS itself."""

import json
import os
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ProfileNotFound

from local_aws.environment import client_environment
from verify_aws.connection import CallSeen, Identity
from verify_aws.failure import VerificationError
from verify_aws.redirections import check_profile, check_variables

# CloudTrail shows most events after five minutes, and some after fifteen.
_TRAIL_SECONDS = 900
_CONFIG = Config(
    connect_timeout=10,
    ignore_configured_endpoint_urls=True,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 8},
)


class AwsConnection:
    """The credentials of an account, for a Region of AWS.

    Args:
        session: A boto3 session.
        region: The Region.
        temporary: Where the CDK CLI may leave files.
    """

    where = "AWS"
    pause_seconds = 10.0

    def __init__(self, session: Any, region: str, temporary: Path) -> None:
        self.region = region
        self._session = session
        self._temporary = temporary
        self._has_waited = False

    def client(self, service: str, **config: Any) -> Any:
        """Make a client that no configured endpoint redirects."""
        return self._session.client(
            service, region_name=self.region, config=_CONFIG.merge(Config(**config))
        )

    def in_region(self, region: str) -> "AwsConnection":
        """Give the same credentials for another Region."""
        return AwsConnection(self._session, region, self._temporary)

    def identity(self) -> Identity:
        """Ask STS whose credentials these are."""
        response = self.client("sts").get_caller_identity()
        return Identity(response["Account"], response["Arn"])

    def environment(self) -> dict[str, str]:
        """Build the environment of a CDK CLI with exactly these credentials."""
        credentials = self._session.get_credentials().get_frozen_credentials()
        variables = {
            "AWS_ACCESS_KEY_ID": credentials.access_key,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if credentials.token:
            variables["AWS_SESSION_TOKEN"] = credentials.token
        return client_environment(variables, self._temporary)

    def find_calls(self, functions: Iterable[str], since: datetime) -> list[CallSeen]:
        """Find the calls in CloudTrail; the first time, wait until it shows them."""
        if not self._has_waited:
            time.sleep(_TRAIL_SECONDS)
            self._has_waited = True
        pages = self.client("cloudtrail").get_paginator("lookup_events")
        calls = [
            _call(json.loads(event["CloudTrailEvent"]))
            for function in functions
            for page in pages.paginate(
                # A function's name is the name of its role's session.
                LookupAttributes=[
                    {"AttributeKey": "Username", "AttributeValue": function}
                ],
                StartTime=since,
            )
            for event in page["Events"]
            if event["EventSource"] == "redshift.amazonaws.com"
        ]
        return sorted(calls, key=lambda call: call.time)


def connect(profile: str | None, region: str, temporary: Path) -> AwsConnection:
    """Connect to AWS, and to nothing else.

    Raises:
        VerificationError: If a setting would lead elsewhere, or there is no such profile.
    """
    check_variables()
    try:
        session = boto3.session.Session(profile_name=profile)
    except ProfileNotFound as error:
        raise VerificationError(
            f"the AWS configuration has no profile {profile!r}; "
            "`aws configure list-profiles` lists those it has"
        ) from error
    check_profile(session, region)
    return AwsConnection(session, region, temporary)


def _call(event: dict[str, Any]) -> CallSeen:
    return CallSeen(
        time=event["eventTime"],
        operation=event["eventName"],
        outcome=event.get("errorCode") or "OK",
        parameters=event.get("requestParameters") or {},
    )
