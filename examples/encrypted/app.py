"""Shares a snapshot that a customer managed key encrypts, and lets the account decrypt.

The other account may then decrypt with the key. `restore_in_other_account` shows the
permissions that it needs in its own account. No other account can restore a snapshot that
is encrypted with an AWS managed key.
"""

from aws_cdk import App, Stack, aws_kms as kms
from constructs import Construct

from cdk_redshift_snapshot_share import SnapshotShare

ANALYTICS = "210987654321"
WAREHOUSE_KEY = (
    "arn:aws:kms:eu-central-1:123456789012:key/1b5e2d4c-8f3a-4e7b-9c6d-0a1b2c3d4e5f"
)


class EncryptedSnapshots(Stack):
    """Shares a snapshot under a key of this app, and one under a key that is imported."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        key = kms.Key(self, "LedgerKey", enable_key_rotation=True)
        SnapshotShare(
            self,
            "Ledger",
            snapshot_identifier="ledger-2026-q3",
            account_with_restore_access=ANALYTICS,
            encryption_key=key,
        )
        # Synthesis warns with the statement that the policy of an imported key needs.
        SnapshotShare(
            self,
            "Warehouse",
            snapshot_identifier="warehouse-2026-q3",
            account_with_restore_access=ANALYTICS,
            encryption_key=kms.Key.from_key_arn(self, "WarehouseKey", WAREHOUSE_KEY),
        )


app = App()
EncryptedSnapshots(app, "EncryptedSnapshots")
app.synth()
