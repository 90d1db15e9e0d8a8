"""Refuses settings that would lead the calls, or the CDK CLI, somewhere else than to AWS."""

import os
from collections.abc import Mapping
from typing import Any

from botocore.config import Config

from verify_aws.failure import VerificationError

#: Variables that name another endpoint, by what their names begin with.
_ENDPOINTS = ("AWS_ENDPOINT_URL", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
# botocore and the CDK CLI read these. They trust whoever responds in AWS's place.
_AUTHORITIES = frozenset(
    {
        "AWS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "NODE_TLS_REJECT_UNAUTHORIZED",
        "REQUESTS_CA_BUNDLE",
    }
)
# Where the SDKs look for models of the services, which hold their endpoints too.
_MODELS = frozenset({"AWS_DATA_PATH"})
_SERVICES = ("cloudformation", "kms", "lambda", "logs", "redshift", "s3", "ssm", "sts")


def check_variables(environment: Mapping[str, str] = os.environ) -> None:
    """Refuse variables that would lead elsewhere.

    Raises:
        VerificationError: If there are any; it names them.
    """
    names = sorted(
        name for name, value in environment.items() if value and _redirects(name)
    )
    if names:
        raise VerificationError(
            f"the environment would lead the calls elsewhere than to AWS: "
            f"{', '.join(names)}; unset these variables. "
            "AWS CloudShell, for example, has none of them."
        )


def check_profile(session: Any, region: str) -> None:
    """Refuse endpoints that the AWS configuration file names.

    Args:
        session: A boto3 session.
        region: The Region.

    Raises:
        VerificationError: If it names one for a service that is called.
    """
    ignoring = Config(ignore_configured_endpoint_urls=True)
    for service in _SERVICES:
        configured = session.client(service, region_name=region).meta.endpoint_url
        own = session.client(service, region_name=region, config=ignoring)
        if configured != own.meta.endpoint_url:
            raise VerificationError(
                f"the AWS configuration leads the calls of {service} to {configured}; "
                "remove endpoint_url from the profile, or use another profile"
            )


def _redirects(name: str) -> bool:
    upper = name.upper()
    return (
        upper.startswith(_ENDPOINTS)
        or upper in _AUTHORITIES | _MODELS
        or (upper.endswith("_PROXY") and upper != "NO_PROXY")
    )
