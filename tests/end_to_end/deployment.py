"""A stack on the local AWS, and the account that it is in."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack

from cdk_redshift_snapshot_share import ExistingShare, SnapshotShare
from local_aws.aws import LocalAws
from local_aws.cdk_cli import CdkCli, CdkError
from tests.clusters import make_snapshots

Shares = dict[str, dict[str, str]]
NUMBERS = itertools.count(1)


class Account:
    """What the owner of the snapshots sees and does by hand."""

    def __init__(self, aws: LocalAws) -> None:
        self.aws = aws
        self.redshift = aws.client("redshift")

    def make_snapshot(self) -> str:
        """Make a manual snapshot with a name of its own."""
        name = f"snapshot-{next(NUMBERS)}"
        make_snapshots(self.redshift, name)
        return name

    def share_by_hand(self, snapshot: str, account: str) -> None:
        """Share a snapshot without a stack."""
        self.redshift.authorize_snapshot_access(
            SnapshotIdentifier=snapshot, AccountWithRestoreAccess=account
        )

    def describe(self, snapshot: str) -> dict[str, Any]:
        """Describe a snapshot."""
        answer = self.redshift.describe_cluster_snapshots(SnapshotIdentifier=snapshot)
        fields: dict[str, Any] = answer["Snapshots"][0]
        return fields

    def accounts_with_restore_access(self, snapshot: str) -> list[str]:
        """Who may restore a snapshot."""
        return [
            entry["AccountId"]
            for entry in self.describe(snapshot).get("AccountsWithRestoreAccess") or []
        ]

    def claims(self, snapshot: str) -> list[str]:
        """The values of the claims on a snapshot."""
        return [
            tag["Value"]
            for tag in self.describe(snapshot).get("Tags") or []
            if tag["Key"].startswith("redshift-snapshot-share:")
        ]


class DeployedStack:
    """A stack of `share_app.py`, deployed by the real CDK CLI."""

    def __init__(self, cdk: CdkCli, name: str, folder: Path) -> None:
        self.name = name
        self._cdk = cdk
        self._folder = folder
        self._assembly = folder / "cdk.out"

    def deploy(self, shares: Shares) -> dict[str, str]:
        """Deploy these shares; return the stack's outputs."""
        outputs = self._folder / "outputs.json"
        self._run(
            "deploy",
            shares,
            "--require-approval=never",
            "--outputs-file",
            str(outputs),
        )
        values: dict[str, str] = json.loads(outputs.read_text()).get(self.name, {})
        return values

    def fail_to_deploy(self, shares: Shares) -> str:
        """Deploy what cannot be; return what the CLI wrote."""
        with pytest.raises(CdkError) as raised:
            self.deploy(shares)
        return raised.value.log.read_text()

    def diff(self, shares: Shares) -> str:
        """Compare with what is deployed."""
        return self._run("diff", shares)

    def destroy(self) -> None:
        """Delete the stack."""
        self._cdk.run("destroy", "--all", "--force", "--app", str(self._assembly))

    def _run(self, command: str, shares: Shares, *arguments: str) -> str:
        self._synthesize(shares)
        return self._cdk.run(command, "--all", "--app", str(self._assembly), *arguments)

    def _synthesize(self, declared: Shares) -> None:
        # Here rather than in a process of the CLI's: jsii takes seconds to start.
        app = App(outdir=str(self._assembly))
        stack = Stack(app, self.name)
        shares: list[SnapshotShare] = []
        for construct_id, properties in declared.items():
            share = SnapshotShare(
                stack,
                construct_id,
                snapshot_identifier=properties["snapshot"],
                account_with_restore_access=properties["account"],
                existing_share=ExistingShare[properties.get("existing_share", "FAIL")],
            )
            if "is_last" in properties:
                share.node.add_dependency(*shares)
            shares.append(share)
        app.synth()
