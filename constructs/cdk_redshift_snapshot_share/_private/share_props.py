"""The props that `SnapshotShare` and `SnapshotShares` have in common."""

from typing import NamedTuple

from aws_cdk import Duration, RemovalPolicy
from aws_cdk.aws_kms import IKey
from constructs import Construct

from cdk_redshift_snapshot_share._private.newer_classes import ISnapshotRef
from cdk_redshift_snapshot_share.existing_share import ExistingShare


class ShareProps(NamedTuple):
    """The props of a share, except for the accounts; `SnapshotShare` describes them."""

    snapshot_identifier: str | None
    snapshot_arn: str | None
    snapshot: ISnapshotRef | None
    snapshot_cluster_identifier: str | None
    existing_share: ExistingShare | None
    encryption_key: IKey | None
    wait_for_snapshot: Duration | None
    removal_policy: RemovalPolicy | None
    # A `SnapshotShareProvider`. Its module imports this one, so its type cannot be named
    # here.
    provider: Construct | None
