"""A connection to the local AWS, in place of one to AWS."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from local_aws.environment import client_environment, without_foreign_variables
from verify_aws.connection import CallSeen, Identity

#: The profile that leads to the second account.
OTHER_PROFILE = "other"
OTHER_ACCOUNT = "210987654321"


@cache
def _session() -> boto3.session.Session:
    """One for all: reading the models of the services takes long."""
    return boto3.session.Session()


class Credentials(NamedTuple):
    """Of a role, or an account's root."""

    access_key: str
    secret_key: str = "test"
    token: str | None = None


class LocalConnection:
    """An account in a Region of the local AWS.

    Args:
        credentials: The account's.
        region: The Region.
        variables: Those of the local AWS; they name its endpoints.
        temporary: Where the CDK CLI may leave files.
        call_log: The log of the calls of Redshift.
    """

    where = "the local AWS"
    pause_seconds = 0.05

    def __init__(
        self,
        credentials: Credentials,
        region: str,
        variables: Mapping[str, str],
        temporary: Path,
        call_log: Path,
    ) -> None:
        self.region = region
        self._credentials = credentials
        self._variables = variables
        self._temporary = temporary
        self._call_log = call_log

    def client(self, service: str, **config: Any) -> Any:
        suffix = f"_{service.upper()}" if service in {"redshift", "s3"} else ""
        options = Config(
            retries={"mode": "standard", "total_max_attempts": 8}, proxies={}
        )
        with without_foreign_variables():
            return _session().client(
                service,
                aws_access_key_id=self._credentials.access_key,
                aws_secret_access_key=self._credentials.secret_key,
                aws_session_token=self._credentials.token,
                region_name=self.region,
                endpoint_url=self._variables[f"AWS_ENDPOINT_URL{suffix}"],
                config=options.merge(Config(**config)),
            )

    def in_region(self, region: str) -> "LocalConnection":
        return LocalConnection(
            self._credentials, region, self._variables, self._temporary, self._call_log
        )

    def identity(self) -> Identity:
        response = self.client("sts").get_caller_identity()
        return Identity(response["Account"], response["Arn"])

    def environment(self) -> dict[str, str]:
        token = self._credentials.token
        return client_environment(
            {
                **self._variables,
                "AWS_ACCESS_KEY_ID": self._credentials.access_key,
                "AWS_SECRET_ACCESS_KEY": self._credentials.secret_key,
                **({"AWS_SESSION_TOKEN": token} if token else {}),
                "AWS_REGION": self.region,
                "AWS_DEFAULT_REGION": self.region,
            },
            self._temporary,
        )

    def find_calls(self, functions: Iterable[str], since: datetime) -> list[CallSeen]:
        names = tuple(f"/{function}" for function in functions)
        calls = map(json.loads, self._call_log.read_text("utf-8").splitlines())
        return [
            CallSeen(
                call["time"], call["operation"], call["outcome"], call["parameters"]
            )
            for call in calls
            if (call["caller"] or "").endswith(names)
            and datetime.fromisoformat(call["time"]) >= since
        ]


class LocalConnect:
    """Connects to the local AWS.

    Args:
        variables: Those of the local AWS.
        temporary: Where the CDK CLI may leave files.
        call_log: The log of the calls of Redshift.
        credentials: Whose to use. Default: those of the account's root.
        others: Those of the second account. Default: those of its root.
    """

    def __init__(
        self,
        variables: Mapping[str, str],
        temporary: Path,
        call_log: Path,
        credentials: Credentials | None = None,
        others: Credentials | None = None,
    ) -> None:
        self._variables = variables
        self._temporary = temporary
        self._call_log = call_log
        self._credentials = credentials or Credentials(variables["AWS_ACCESS_KEY_ID"])
        self._others = others or Credentials(OTHER_ACCOUNT)

    def __call__(self, profile: str | None, region: str) -> LocalConnection:
        credentials = self._others if profile == OTHER_PROFILE else self._credentials
        return LocalConnection(
            credentials, region, self._variables, self._temporary, self._call_log
        )
