"""Lets other accounts restore the newest snapshots of a cluster, those to come included.

A snapshot that is no longer among the newest stops being shared, so that its owner can
delete it. To share a new snapshot within seconds instead of minutes, let a topic of
Redshift's event notifications invoke the function: `docs/cluster-snapshot-shares.md` shows
how.
"""

from aws_cdk import App, CfnOutput, Duration, Stack, aws_cloudwatch as cloudwatch
from constructs import Construct

from cdk_redshift_snapshot_share import ClusterSnapshotShares

ANALYTICS = "210987654321"
AUDITORS = "321098765432"


class SalesSnapshots(Stack):
    """Shares the newest snapshots with one account, and the ends of months with two."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        newest = ClusterSnapshotShares(
            self,
            "Newest",
            cluster_identifier="sales",
            accounts_with_restore_access=[ANALYTICS],
            newest=2,
        )
        month_ends = ClusterSnapshotShares(
            self,
            "MonthEnds",
            cluster_identifier="sales",
            accounts_with_restore_access=[ANALYTICS, AUDITORS],
            newest=12,
            snapshot_identifier_prefix="month-end-",
        )
        for name, shares in (("Newest", newest), ("MonthEnds", month_ends)):
            # Between deployments, nobody looks. No data means that no run has ended.
            shares.metric_failed(period=Duration.hours(1)).create_alarm(
                self,
                f"{name}Failed",
                threshold=1,
                evaluation_periods=1,
                treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
            )
            CfnOutput(self, f"{name}Count", value=shares.shared_snapshot_count)


app = App()
SalesSnapshots(app, "SalesSnapshots")
app.synth()
