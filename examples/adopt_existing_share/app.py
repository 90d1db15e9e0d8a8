"""Adopts a share that somebody made by hand, and keeps the access when the stack is deleted.

Without `ExistingShare.ADOPT`, the deployment would fail, because a share does not take over
access by default. Without `RemovalPolicy.RETAIN`, the access would be revoked with the
share.
"""

from aws_cdk import App, RemovalPolicy, Stack
from constructs import Construct

from cdk_redshift_snapshot_share import ExistingShare, SnapshotShare


class AdoptedShare(Stack):
    """Declares a share that somebody made on the console last year."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        SnapshotShare(
            self,
            "Share",
            snapshot_identifier="sales-2025-12-31",
            snapshot_cluster_identifier="sales",
            account_with_restore_access="210987654321",
            existing_share=ExistingShare.ADOPT,
            removal_policy=RemovalPolicy.RETAIN,
        )


app = App()
AdoptedShare(app, "AdoptedShare")
app.synth()
