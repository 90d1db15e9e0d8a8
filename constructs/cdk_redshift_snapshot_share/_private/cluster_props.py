"""The props of `ClusterSnapshotShares` that concern what is shared."""

from collections.abc import Iterable
from typing import NamedTuple

from aws_cdk import Duration, RemovalPolicy, Token
from aws_cdk.aws_events import Schedule
from aws_cdk.aws_kms import IKey

from cdk_redshift_snapshot_share._private.newer_classes import IClusterRef
from cdk_redshift_snapshot_share._private.values import show
from cdk_redshift_snapshot_share.existing_share import ExistingShare
from redshift_snapshot_share_handler import contract

_DEFAULT_MINUTES = 15
_MILLISECONDS_PER_DAY = 24 * 60 * 60 * 1000
# How long Redshift keeps a manual snapshot at most, unless it keeps it for ever.
_MAX_RETENTION_DAYS = 3_653


class ClusterProps(NamedTuple):
    """The props about what is shared; `ClusterSnapshotShares` describes them."""

    cluster_identifier: str | None
    cluster: IClusterRef | None
    accounts_with_restore_access: Iterable[str]
    newest: int
    snapshot_identifier_prefix: str | None
    copy_automated_for: Duration | None
    schedule: Schedule | None
    existing_share: ExistingShare | None
    encryption_key: IKey | None
    removal_policy: RemovalPolicy | None
    allowed_accounts: Iterable[str] | None


def check_newest(newest: int) -> int:
    """Check how many snapshots are shared.

    Raises:
        TypeError: If it is not a whole number.
        ValueError: If it is a token, or out of bounds.
    """
    if isinstance(newest, float) and Token.is_unresolved(newest):
        raise ValueError("newest must be known at synthesis, got a token")
    if isinstance(newest, bool) or not isinstance(newest, int):
        raise TypeError(f"newest must be a whole number, got {show(newest)}")
    if not 1 <= newest <= contract.MAX_NEWEST:
        raise ValueError(f"newest must be 1 to {contract.MAX_NEWEST}, got {newest:,}")
    return newest


def check_retention(retention: Duration | None) -> int | None:
    """Check for how long copies of automated snapshots are kept.

    Returns:
        Days; none if nothing is copied.

    Raises:
        TypeError: If it is not a duration.
        ValueError: If it is a token, is not in whole days, or is out of bounds.
    """
    if retention is None:
        return None
    if not isinstance(retention, Duration):
        raise TypeError(
            "copy_automated_for must be a Duration, such as Duration.days(7), got "
            f"{show(retention)}"
        )
    if retention.is_unresolved():
        raise ValueError("copy_automated_for must be known at synthesis, got a token")
    days, rest = divmod(retention.to_milliseconds(), _MILLISECONDS_PER_DAY)
    if rest or not 1 <= days <= _MAX_RETENTION_DAYS:
        raise ValueError(
            f"copy_automated_for must be whole days, 1 to {_MAX_RETENTION_DAYS:,}, got "
            f"{retention.to_human_string()}"
        )
    return int(days)


def check_schedule(schedule: Schedule | None) -> Schedule:
    """Check when the function looks.

    Raises:
        TypeError: If it is not a schedule of EventBridge rules.
    """
    if schedule is None:
        return Schedule.rate(Duration.minutes(_DEFAULT_MINUTES))
    if not isinstance(schedule, Schedule):
        raise TypeError(
            "schedule must be a schedule of aws_events, such as "
            f"events.Schedule.rate(Duration.minutes(15)), got {show(schedule)}"
        )
    return schedule
