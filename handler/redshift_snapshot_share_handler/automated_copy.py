"""Copies the newest automated snapshot of a cluster to a manual one, which can be shared."""

from collections.abc import Sequence
from typing import NamedTuple

from redshift_snapshot_share_handler.declared_cluster import DeclaredCluster
from redshift_snapshot_share_handler.snapshot import Snapshot

_LONGEST_NAME = 255
_TIME = "%Y-%m-%d-%H-%M-%S"


class Copy(NamedTuple):
    """A manual snapshot that is to be copied from an automated one."""

    source: Snapshot
    name: str


def find_missing_copy(
    declared: DeclaredCluster, snapshots: Sequence[Snapshot]
) -> Copy | None:
    """Find what is to be copied: the newest automated snapshot, unless it was.

    Args:
        declared: Says whether anything is copied.
        snapshots: The cluster's, in one look.
    """
    automated = [
        snapshot
        for snapshot in snapshots
        if snapshot.snapshot_type == "automated" and snapshot.is_available
    ]
    if not automated or not declared.retention_days:
        return None
    source = max(automated, key=lambda snapshot: snapshot.age_rank)
    name = name_copy(declared, source)
    is_there = any(snapshot.identifier == name for snapshot in snapshots)
    return None if is_there else Copy(source, name)


def name_copy(declared: DeclaredCluster, source: Snapshot) -> str:
    """Name the copy of an automated snapshot: the prefix, the cluster and its time.

    The same snapshot has the same copy, however many runs and declarations want one.
    """
    time, _ = source.age_rank
    end = f"-{time:{_TIME}}"
    begin = declared.prefix + declared.id.cluster_identifier
    return begin[: _LONGEST_NAME - len(end)].rstrip("-") + end
