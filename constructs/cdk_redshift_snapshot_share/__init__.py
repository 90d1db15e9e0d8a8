"""Share Amazon Redshift snapshots with other AWS accounts from the AWS CDK."""

from cdk_redshift_snapshot_share.cluster_snapshot_shares import ClusterSnapshotShares
from cdk_redshift_snapshot_share.existing_share import ExistingShare
from cdk_redshift_snapshot_share.provider import SnapshotShareProvider
from cdk_redshift_snapshot_share.snapshot_attributes import SnapshotAttributes
from cdk_redshift_snapshot_share.snapshot_share import SnapshotShare
from cdk_redshift_snapshot_share.snapshot_shares import SnapshotShares

__all__ = [
    "ClusterSnapshotShares",
    "ExistingShare",
    "SnapshotAttributes",
    "SnapshotShare",
    "SnapshotShareProvider",
    "SnapshotShares",
]
