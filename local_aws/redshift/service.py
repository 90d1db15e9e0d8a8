"""Redshift as a whole: the snapshots of all accounts in all Regions, and the clock."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Protocol

from local_aws.redshift.assumptions import Assumptions
from local_aws.redshift.snapshots import Snapshot

_ASSUMPTIONS = Assumptions()


def _now() -> datetime:
    return datetime.now(UTC)


class SnapshotHolder(Protocol):
    """The snapshots of an account in a Region."""

    #: By identifier.
    snapshots: dict[str, Snapshot]


class Redshift:
    """A Redshift without clusters.

    Args:
        clock: Returns the time, with its zone. Default: the current time.
        creating_seconds: How long a new manual snapshot stays `creating`. Default: it
            is available at once.
        tag_lag_seconds: How late DescribeClusterSnapshots shows a change of tags.
            Writes always act on the true state. Default: at once.
        account_lag_seconds: How late it shows a change of the accounts that may
            restore a snapshot. Default: at once.
        estimates_completion: Whether a snapshot that is `creating` shows how many seconds
            that will take. Default: it shows -1, as in recordings of the real API.
        has_snapshot_arns: Whether responses have `SnapshotArn`. Default: they have it, as
            on AWS since 2023.
        page_size: The most snapshots per page of DescribeClusterSnapshots, even if
            MaxRecords is larger. Default: MaxRecords, or 100.
        begins_with_an_empty_page: Whether its first page is empty and has a marker.
        manual_snapshot_quota: How many manual snapshots an account can have in a
            Region. Default: any number. AWS's own default is 20.
        assumptions: What it does where nobody here has seen what AWS does.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime] = _now,
        creating_seconds: float = 0,
        # assumed: describe-after-tag, describe-tag-filter
        tag_lag_seconds: float = 0,
        # assumed: describe-after-authorize, describe-after-revoke
        account_lag_seconds: float = 0,
        estimates_completion: bool = False,
        has_snapshot_arns: bool = True,
        page_size: int | None = None,
        begins_with_an_empty_page: bool = False,
        manual_snapshot_quota: int | None = None,
        assumptions: Assumptions = _ASSUMPTIONS,
    ) -> None:
        self.clock = clock
        self.creating_seconds = creating_seconds
        self.tag_lag_seconds = tag_lag_seconds
        self.account_lag_seconds = account_lag_seconds
        self.estimates_completion = estimates_completion
        self.has_snapshot_arns = has_snapshot_arns
        self.page_size = page_size
        self.begins_with_an_empty_page = begins_with_an_empty_page
        self.manual_snapshot_quota = manual_snapshot_quota
        self.assumptions = assumptions
        #: By account and Region.
        self.backends: dict[tuple[str, str], SnapshotHolder] = {}

    def snapshots_in_region(self, region: str) -> Iterator[Snapshot]:
        """Iterate over the snapshots of all accounts in a Region."""
        for (_, other), backend in tuple(self.backends.items()):
            if other == region:
                yield from backend.snapshots.values()


#: The Redshift that moto serves.
SERVED = Redshift()
