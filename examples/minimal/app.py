"""Lets one account restore one snapshot, and outputs every attribute of the snapshot.

cdk deploy --context snapshot_identifier=sales-2026-11-23 --context account=210987654321
"""

from aws_cdk import App, CfnOutput, Stack
from constructs import Construct

from cdk_redshift_snapshot_share import SnapshotShare


class SharedSnapshot(Stack):
    """Shares a snapshot that already exists."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        snapshot_identifier: str,
        account: str,
    ) -> None:
        super().__init__(scope, construct_id)
        share = SnapshotShare(
            self,
            "Share",
            snapshot_identifier=snapshot_identifier,
            account_with_restore_access=account,
        )
        CfnOutput(
            self, "AccountWithRestoreAccess", value=share.account_with_restore_access
        )
        for name, value in share.snapshot_attributes.as_strings().items():
            CfnOutput(self, name, value=value)


app = App()
SharedSnapshot(
    app,
    "SharedSnapshot",
    snapshot_identifier=app.node.try_get_context("snapshot_identifier")
    or "sales-2026-11-23",
    account=app.node.try_get_context("account") or "210987654321",
)
app.synth()
