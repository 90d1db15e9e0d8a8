"""Snapshots in the local Redshift."""

import time
from typing import Any

from botocore.exceptions import ClientError

CLUSTER = "sales"


def snapshot_names(count: int, prefix: str = CLUSTER) -> list[str]:
    """Name snapshots as people do."""
    return [f"{prefix}-2026-11-23-{number:04d}" for number in range(1, count + 1)]


def make_snapshots(redshift: Any, names: list[str]) -> None:
    """Create snapshots of a cluster. Create the cluster first if it does not exist."""
    try:
        _patiently(
            redshift.create_cluster,
            ClusterIdentifier=CLUSTER,
            NodeType="ra3.large",
            NumberOfNodes=2,
            MasterUsername="admin",
            MasterUserPassword="Not-a-secret-1",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ClusterAlreadyExists":
            raise
    for name in names:
        _patiently(
            redshift.create_cluster_snapshot,
            ClusterIdentifier=CLUSTER,
            SnapshotIdentifier=name,
        )


def _patiently(operation: Any, **parameters: Any) -> None:
    while True:
        try:
            operation(**parameters)
        except ClientError as error:
            if error.response["Error"]["Code"] != "Throttling":
                raise
            time.sleep(0.1)
        else:
            return
