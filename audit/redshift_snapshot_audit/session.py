"""The AWS session, with the credentials and the operations that may be called."""

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ProfileNotFound

from redshift_snapshot_audit.aws_error import AuditError

#: All operations that the audit calls, by service. All of them only read.
OPERATIONS: dict[str, frozenset[str]] = {
    "cloudformation": frozenset({"ListStackResources", "ListStacks"}),
    "ec2": frozenset({"DescribeRegions"}),
    "kms": frozenset({"DescribeKey", "GetKeyPolicy"}),
    "redshift": frozenset({"DescribeClusterSnapshots"}),
    "sts": frozenset({"GetCallerIdentity"}),
}

_CONFIG = Config(
    connect_timeout=10,
    read_timeout=60,
    # Slows down when AWS throttles, and tries again.
    retries={"mode": "adaptive", "total_max_attempts": 8},
)


class Session:
    """A boto3 session whose clients can only read."""

    def __init__(self, profile: str | None = None) -> None:
        """Load the configuration.

        Args:
            profile: A profile of the AWS configuration. Default: the same profile as the
                AWS CLI.

        Raises:
            AuditError: If there is no such profile.
        """
        try:
            self.boto = boto3.session.Session(profile_name=profile)
        except ProfileNotFound:
            raise AuditError(
                f"the AWS configuration has no profile {profile!r}; "
                "`aws configure list-profiles` lists those it has"
            ) from None

    def client(self, service: str, region: str) -> Any:
        """Make a client that refuses every operation but those of `OPERATIONS`."""
        client = self.boto.client(service, region_name=region, config=_CONFIG)
        client.meta.events.register("before-call", _refuse_others)
        return client

    def account(self, region: str) -> str:
        """Ask STS for the account of the credentials.

        Raises:
            ClientError: If AWS does not accept the credentials.
            BotoCoreError: If there are none, or STS cannot be reached.
        """
        identity = self.client("sts", region).get_caller_identity()
        return str(identity["Account"])


def _refuse_others(model: Any, **_: Any) -> None:
    service, operation = model.service_model.service_name, model.name
    if operation not in OPERATIONS.get(service, ()):
        raise RuntimeError(f"the audit may not call {service}:{operation}")
