"""A share that moves to another stack: which calls Redshift gets, in which order."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_cdk import App, Stack, aws_ssm as ssm

from cdk_redshift_snapshot_share import SnapshotShare
from local_aws.cdk_cli import CdkCli
from tests.end_to_end.deployment import NUMBERS, Account

ROOT = Path(__file__).parents[2]
ANALYTICS = "210987654321"
PAGE = (ROOT / "docs" / "moving.md").read_text()

# The stacks that declare the share, and the stack that is deployed first.
BEFORE, BOTH, AFTER = {"Old"}, {"Old", "New"}, {"New"}


class Move:
    """Two stacks of one app, between which a share moves."""

    def __init__(self, account: Account, cdk: CdkCli, folder: Path) -> None:
        self.account = account
        self.snapshot = account.make_snapshot()
        self._cdk = cdk
        self._folder = folder
        self._number = next(NUMBERS)

    def deploy(self, declaring: set[str], first: str) -> list[tuple[str, str, str]]:
        """Deploy both stacks.

        Returns:
            The calls that change the snapshot: stack, operation and outcome.
        """
        app = App(outdir=str(self._folder / "-".join((*sorted(declaring), first))))
        stacks = {name: Stack(app, f"{name}{self._number}") for name in ("Old", "New")}
        for name, stack in stacks.items():
            # Without a share, a stack must still have a resource.
            ssm.StringParameter(stack, "Parameter", string_value=name)
            if name in declaring:
                SnapshotShare(
                    stack,
                    "Share",
                    snapshot_identifier=self.snapshot,
                    account_with_restore_access=ANALYTICS,
                )
        stacks["New" if first == "Old" else "Old"].add_stack_dependency(stacks[first])
        app.synth()
        calls = len(self.account.aws.redshift_calls())
        self._cdk.run(
            "deploy", "--all", "--require-approval=never", "--app", app.outdir
        )
        return list(self._list_calls(calls))

    def accounts(self) -> list[str]:
        """The accounts with access."""
        return self.account.accounts_with_restore_access(self.snapshot)

    def claims(self) -> list[str]:
        """The stacks that claim the share."""
        return sorted(
            claim.partition("/")[0].rstrip("0123456789")
            for claim in self.account.claims(self.snapshot)
        )

    def _list_calls(self, start: int) -> Iterator[tuple[str, str, str]]:
        for call in self.account.aws.redshift_calls()[start:]:
            caller = re.search(rf"/(Old|New){self._number}-", call["caller"])
            is_about_it = self.snapshot in json.dumps(call["parameters"])
            if caller and is_about_it and not call["operation"].startswith("Describe"):
                yield caller[1], call["operation"], call["outcome"]


@pytest.fixture
def move(account: Account, cdk: CdkCli, tmp_path: Path) -> Move:
    move = Move(account, cdk, tmp_path)
    move.deploy(BEFORE, "New")
    assert move.accounts() == [ANALYTICS]
    return move


def told(title: str) -> list[tuple[str, ...]]:
    """The calls that the page lists under a title."""
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    [log] = re.findall(r"^```\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    return [tuple(line.split()) for line in log.splitlines()]


def test_moved_to_a_stack_that_is_deployed_first_a_share_keeps_its_access(
    move: Move,
) -> None:
    calls = move.deploy(AFTER, "New")

    assert calls == told("New stack first: the access stays")
    assert "RevokeSnapshotAccess" not in {operation for _, operation, _ in calls}
    assert move.accounts() == [ANALYTICS]
    assert move.claims() == ["New"]


def test_moved_to_a_stack_that_is_deployed_last_a_share_loses_its_access_in_between(
    move: Move,
) -> None:
    calls = move.deploy(AFTER, "Old")

    assert calls == told("Old stack first: the access is gone in between")
    outcomes = [(operation, outcome) for _, operation, outcome in calls]
    revoked = outcomes.index(("RevokeSnapshotAccess", "OK"))
    assert outcomes.index(("AuthorizeSnapshotAccess", "OK")) > revoked
    assert move.accounts() == [ANALYTICS]
    assert move.claims() == ["New"]


def test_declared_in_both_stacks_first_a_share_moves_even_with_the_old_stack_first(
    move: Move,
) -> None:
    calls = move.deploy(BOTH, "Old")
    in_between = move.claims()
    calls += move.deploy(AFTER, "Old")

    assert "RevokeSnapshotAccess" not in {operation for _, operation, _ in calls}
    assert in_between == ["New", "Old"]
    assert move.accounts() == [ANALYTICS]
    assert move.claims() == ["New"]
