"""Lets many accounts restore one snapshot.

Adding an account to the list grants access, and removing it revokes the access. The order
of the list does not matter.
"""

from aws_cdk import App, Stack
from constructs import Construct

from cdk_redshift_snapshot_share import SnapshotShares

SUBSIDIARIES = ["210987654321", "321098765432", "432109876543"]


class SnapshotForSubsidiaries(Stack):
    """Shares the snapshot of a quarter."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        SnapshotShares(
            self,
            "Subsidiaries",
            snapshot_identifier="ledger-2026-q3",
            accounts_with_restore_access=SUBSIDIARIES,
        )


app = App()
SnapshotForSubsidiaries(app, "SnapshotForSubsidiaries")
app.synth()
