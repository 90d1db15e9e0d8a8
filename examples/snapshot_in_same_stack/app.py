"""Takes a snapshot and shares it.

The reference makes CloudFormation create the snapshot before sharing it, and stop sharing
it before deleting it. A share waits at most 12 minutes for the snapshot. If a large cluster
needs longer, deploy the snapshot first, and share it in a later deployment.
"""

from aws_cdk import App, CfnParameter, Duration, Stack, aws_redshift as redshift
from constructs import Construct

from cdk_redshift_snapshot_share import SnapshotShare


class MonthEnd(Stack):
    """Keeps a snapshot of the month's end for 90 days, for the auditors."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        auditors = CfnParameter(
            self, "Auditors", default="210987654321", allowed_pattern="[0-9]{12}"
        )
        snapshot = redshift.CfnSnapshot(
            self,
            "Snapshot",
            cluster_identifier="sales",
            snapshot_identifier="sales-2026-10",
            manual_snapshot_retention_period=90,
        )
        SnapshotShare(
            self,
            "Share",
            snapshot=snapshot,
            account_with_restore_access=auditors.value_as_string,
            wait_for_snapshot=Duration.minutes(12),
        )


app = App()
MonthEnd(app, "MonthEnd")
app.synth()
