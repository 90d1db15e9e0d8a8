"""Decides which Regions to audit."""

import os
from collections.abc import Sequence
from difflib import get_close_matches

from botocore.exceptions import ClientError

from redshift_snapshot_audit.aws_error import AuditError, describe_error
from redshift_snapshot_audit.session import Session

# Every account of the partition `aws` has it enabled.
_FIRST_REGION = "us-east-1"


def named_regions(session: Session, names: Sequence[str]) -> list[str]:
    """Check the given Regions. Without any, take the configured one.

    Raises:
        AuditError: If there is none, or boto3 does not know one of them.
    """
    known = _known_regions(session)
    regions = list(dict.fromkeys(name.lower() for name in names))
    if not regions:
        configured = _configured_region(session)
        if configured is None:
            raise AuditError(
                "no Region is given or configured; give --region or --all-regions, "
                "or set AWS_REGION"
            )
        regions = [configured]
    for region in regions:
        if region not in known:
            guess = get_close_matches(region, known, n=1)
            hint = f"did you mean {guess[0]}?" if guess else "check the name"
            raise AuditError(
                f"{region!r} is not a Region that this boto3 knows; {hint} "
                "If the Region is new, upgrade boto3."
            )
    return regions


def enabled_regions(session: Session) -> list[str]:
    """Ask EC2 for the Regions that are enabled for the account.

    Raises:
        AuditError: If EC2 refuses.
    """
    try:
        response = session.client("ec2", first_region(session)).describe_regions()
    except ClientError as error:
        raise AuditError(
            f"the enabled Regions cannot be listed (ec2:DescribeRegions): "
            f"{describe_error(error)}; name them with --region"
        ) from error
    return sorted(each["RegionName"] for each in response["Regions"])


def first_region(session: Session) -> str:
    """The Region for calls whose result is the same in all Regions."""
    return _configured_region(session) or _FIRST_REGION


def _configured_region(session: Session) -> str | None:
    # The AWS CLI uses the same order. boto3 does not know the first of these variables.
    return os.environ.get("AWS_REGION") or session.boto.region_name


def _known_regions(session: Session) -> list[str]:
    return sorted(
        region
        for partition in session.boto.get_available_partitions()
        for region in session.boto.get_available_regions("redshift", partition)
    )
