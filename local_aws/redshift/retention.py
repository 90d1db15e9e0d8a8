"""Checks how long manual snapshots are kept."""

from local_aws.redshift.errors import RedshiftError

#: A manual snapshot that is kept until somebody deletes it.
FOREVER = -1
_MOST_DAYS = 3653


def check_retention_period(days: int | None) -> int:
    """Check a request's ManualSnapshotRetentionPeriod.

    Returns:
        The days, or -1 if the request has none.

    Raises:
        RedshiftError: If Redshift does not allow the period.
    """
    if days is None:
        return FOREVER
    if days != FOREVER and not 1 <= days <= _MOST_DAYS:
        raise RedshiftError(
            "InvalidRetentionPeriodFault",
            f"Invalid ManualSnapshotRetentionPeriod {days}. Must be {FOREVER} or "
            f"between 1 and {_MOST_DAYS}",
        )
    return days
