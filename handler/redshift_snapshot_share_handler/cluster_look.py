"""One look at a cluster's snapshots, and which of them are to be shared."""

from typing import NamedTuple

from redshift_snapshot_share_handler.declared_cluster import DeclaredCluster
from redshift_snapshot_share_handler.redshift import Redshift
from redshift_snapshot_share_handler.snapshot import Snapshot


class ClusterLook(NamedTuple):
    """What one look shows.

    Attributes:
        found: All snapshots of the cluster that the look asked for.
        wanted: Those of them that are to be shared, newest first.
    """

    found: list[Snapshot]
    wanted: list[Snapshot]

    @property
    def old(self) -> list[Snapshot]:
        """Those that are not to be shared, or not any more."""
        wanted = {snapshot.identifier for snapshot in self.wanted}
        return [one for one in self.found if one.identifier not in wanted]


def look_at_cluster(declared: DeclaredCluster, redshift: Redshift) -> ClusterLook:
    """Look at the snapshots that a declaration is about (DescribeClusterSnapshots).

    Args:
        declared: The declaration.
        redshift: Where the snapshots are.

    Raises:
        SnapshotShareError: If Redshift refuses.
    """
    found = redshift.find_of_cluster(
        declared.id.cluster_identifier, with_automated=bool(declared.retention_days)
    )
    matching = [
        snapshot
        for snapshot in found
        if snapshot.snapshot_type == "manual"
        and snapshot.is_available
        and snapshot.identifier.startswith(declared.prefix)
    ]
    matching.sort(key=lambda snapshot: snapshot.age_rank, reverse=True)
    return ClusterLook(found, matching[: declared.newest])
