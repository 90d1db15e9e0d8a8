"""Clusters and snapshots, made as their owner makes them."""

from typing import Any

PROPERTIES = {
    "NodeType": "ra3.large",
    "MasterUsername": "admin",
    "MasterUserPassword": "Not-a-secret-1",
}


def make_cluster(redshift: Any, identifier: str = "sales", **properties: Any) -> None:
    """Make a cluster.

    Args:
        redshift: A client of Redshift, in process or over HTTP.
        identifier: Its identifier.
        properties: What differs from `PROPERTIES`, or is added to them.
    """
    redshift.create_cluster(
        ClusterIdentifier=identifier, **{**PROPERTIES, **properties}
    )


def make_snapshots(redshift: Any, *identifiers: str, cluster: str = "sales") -> None:
    """Make manual snapshots of a cluster."""
    for identifier in identifiers:
        redshift.create_cluster_snapshot(
            ClusterIdentifier=cluster, SnapshotIdentifier=identifier
        )
