"""As many shares as fit in a stack."""

from pathlib import Path

from aws_cdk import App, Stack

from cdk_redshift_snapshot_share import SnapshotShare
from local_aws.cdk_cli import CdkCli
from tests.clusters import make_snapshots
from tests.end_to_end.deployment import Account

ANALYTICS = "210987654321"
SNAPSHOTS = [f"sales-2026-{number:03}" for number in range(450)]


def test_450_shares_of_450_snapshots_deploy_in_one_stack(
    account: Account, cdk: CdkCli, tmp_path: Path
) -> None:
    """IAM is enforced, so each snapshot must be in one of the role's policies."""
    make_snapshots(account.redshift, *SNAPSHOTS)
    app = App(outdir=str(tmp_path))
    stack = Stack(app, "FullStack")
    for snapshot in SNAPSHOTS:
        SnapshotShare(
            stack,
            snapshot,
            snapshot_identifier=snapshot,
            account_with_restore_access=ANALYTICS,
        )
    app.synth()

    cdk.run("deploy", "--all", "--require-approval=never", "--app", str(tmp_path))

    shared = [name for name in SNAPSHOTS if account.accounts_with_restore_access(name)]
    assert shared == SNAPSHOTS
