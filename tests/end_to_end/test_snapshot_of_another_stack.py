"""A share of another stack's snapshot, which is renamed behind a weak reference."""

from pathlib import Path
from typing import Any

from aws_cdk import App, CrossStackReferences, ReferenceStrength, Stack, aws_redshift

from cdk_redshift_snapshot_share import SnapshotShare
from local_aws.cdk_cli import CdkCli
from tests.end_to_end.deployment import NUMBERS, Account

ANALYTICS = "210987654321"


class TwoStacks:
    """A stack with a snapshot, and a stack that shares it."""

    def __init__(self, account: Account, cdk: CdkCli, folder: Path) -> None:
        self._account = account
        self._cdk = cdk
        self._folder = folder
        self._number = next(NUMBERS)

    def deploy(self, snapshot_identifier: str, *names: str) -> None:
        """Deploy the stacks of these names, and nothing that they depend on."""
        app = App(outdir=str(self._folder / snapshot_identifier))
        snapshots, shares = (
            Stack(app, f"{name}{self._number}") for name in ("Snapshots", "Shares")
        )
        snapshot = aws_redshift.CfnSnapshot(
            snapshots,
            "Snapshot",
            cluster_identifier="sales",
            snapshot_identifier=snapshot_identifier,
        )
        CrossStackReferences.of(snapshot).produce(ReferenceStrength.WEAK)
        SnapshotShare(
            shares, "Share", snapshot=snapshot, account_with_restore_access=ANALYTICS
        )
        app.synth()
        self._cdk.run(
            "deploy",
            *(f"{name}{self._number}" for name in names),
            "--exclusively",
            "--require-approval=never",
            "--app",
            app.outdir,
        )

    def list_events_of_snapshots(self) -> list[dict[str, Any]]:
        """List the events of the stack with the snapshot, the newest first."""
        events: list[dict[str, Any]] = self._account.aws.client(
            "cloudformation"
        ).describe_stack_events(StackName=f"Snapshots{self._number}")["StackEvents"]
        return events


def test_snapshot_that_is_renamed_behind_a_weak_reference_stays_shared_and_is_left_over(
    account: Account, cdk: CdkCli, tmp_path: Path
) -> None:
    stacks = TwoStacks(account, cdk, tmp_path)
    stacks.deploy("weak-before", "Snapshots", "Shares")

    stacks.deploy("weak-after", "Snapshots")
    in_between = [
        account.accounts_with_restore_access(name)
        for name in ("weak-before", "weak-after")
    ]
    stacks.deploy("weak-after", "Shares")

    assert in_between == [[ANALYTICS], []]
    # Redshift deletes no shared snapshot, so the first one is still there.
    assert account.accounts_with_restore_access("weak-before") == []
    assert account.accounts_with_restore_access("weak-after") == [ANALYTICS]
    statuses = [
        (event["LogicalResourceId"], event["ResourceStatus"])
        for event in stacks.list_events_of_snapshots()
    ]
    assert ("Snapshot", "DELETE_FAILED") in statuses
    assert statuses[0][1] == "UPDATE_COMPLETE"
