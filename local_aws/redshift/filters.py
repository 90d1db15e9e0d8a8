"""The filters of DescribeClusterSnapshots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.snapshots import Snapshot

_SNAPSHOT_TYPES = {None, "automated", "manual"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The filters of a request. Without any filter, every snapshot matches."""

    cluster_identifier: str | None = None
    snapshot_type: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    tag_keys: Sequence[str] = ()
    tag_values: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.snapshot_type not in _SNAPSHOT_TYPES:
            raise RedshiftError(
                "InvalidParameterValue",
                f"Invalid SnapshotType {self.snapshot_type}. Must be automated or manual",
            )

    def match(self, snapshot: Snapshot, viewer: str, tags: dict[str, str]) -> bool:
        """Tell whether a snapshot matches, for the account that asks.

        Args:
            snapshot: The snapshot.
            viewer: The account that asks.
            tags: The tags with which the snapshot is shown.
        """
        return (
            (
                self.cluster_identifier is None
                or snapshot.cluster_identifier == self.cluster_identifier.lower()
            )
            and self.snapshot_type in {None, snapshot.snapshot_type}
            and (
                self.start_time is None or snapshot.create_time >= _utc(self.start_time)
            )
            and (self.end_time is None or snapshot.create_time <= _utc(self.end_time))
            and self._match_tags(snapshot, viewer, tags)
        )

    def _match_tags(
        self, snapshot: Snapshot, viewer: str, tags: dict[str, str]
    ) -> bool:
        if not self.tag_keys and not self.tag_values:
            return True
        # Filters on tags find only snapshots of the account that asks.
        return snapshot.owner_account == viewer and (
            any(key in tags for key in self.tag_keys)
            or any(value in tags.values() for value in self.tag_values)
        )


def _utc(time: datetime) -> datetime:
    # moto drops the time zone when it reads HTTP requests.
    return time if time.tzinfo else time.replace(tzinfo=UTC)
