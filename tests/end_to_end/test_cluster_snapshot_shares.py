"""The newest snapshots of a cluster, shared by real deployments and runs, with IAM."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import App, Duration, RemovalPolicy, Stack

from cdk_redshift_snapshot_share import ClusterSnapshotShares
from local_aws.aws import LocalAws
from local_aws.cdk_cli import CdkCli
from tests.clusters import make_cluster, make_snapshots
from tests.end_to_end.deployment import NUMBERS, Account, DeployedStack, Shares

ROOT = Path(__file__).parents[2]
ACCOUNT = "210987654321"
OTHER = "321098765432"


class ClusterStack(DeployedStack):
    """A stack that shares the snapshots of clusters."""

    def _synthesize(self, declared: Shares) -> None:
        app = App(outdir=str(self._assembly))
        stack = Stack(app, self.name)
        for construct_id, properties in declared.items():
            days = properties.get("copied_for_days")
            ClusterSnapshotShares(
                stack,
                construct_id,
                cluster_identifier=properties["cluster"],
                accounts_with_restore_access=properties["accounts"].split(","),
                newest=int(properties.get("newest", "7")),
                snapshot_identifier_prefix=properties.get("prefix"),
                copy_automated_for=Duration.days(int(days)) if days else None,
                removal_policy=RemovalPolicy[properties.get("removal", "DESTROY")],
            )
        app.synth()


@pytest.fixture
def stack(cdk: CdkCli, tmp_path: Path) -> ClusterStack:
    return ClusterStack(cdk, f"Cluster{next(NUMBERS)}", tmp_path)


@pytest.fixture
def cluster(account: Account) -> str:
    """A cluster of its own, with the automated snapshot that a new one has."""
    name = f"cluster-{next(NUMBERS)}"
    make_cluster(account.redshift, name)
    return name


@pytest.fixture
def run_rules(aws: LocalAws, stack: ClusterStack) -> Callable[[], None]:
    """Runs what the rules of the stack would run on their schedules."""

    def run() -> None:
        rules = aws.client("events").list_rules()["Rules"]
        for name in (rule["Name"] for rule in rules):
            if name.startswith(stack.name):
                subprocess.run(
                    [sys.executable, "-m", "local_aws.run_rule", name],
                    cwd=ROOT,
                    env={**os.environ, **aws.variables},
                    check=True,
                )

    return run


def make_snapshot(account: Account, cluster: str, name: str) -> str:
    make_snapshots(account.redshift, name, cluster=cluster)
    return name


def snapshots_of(account: Account, cluster: str) -> dict[str, list[str]]:
    """The accounts with access to each manual snapshot of a cluster."""
    pages = account.redshift.get_paginator("describe_cluster_snapshots").paginate(
        ClusterIdentifier=cluster, SnapshotType="manual"
    )
    return {
        snapshot["SnapshotIdentifier"]: [
            entry["AccountId"]
            for entry in snapshot.get("AccountsWithRestoreAccess") or []
        ]
        for page in pages
        for snapshot in page["Snapshots"]
    }


def outcomes_of(aws: LocalAws, stack: ClusterStack) -> set[str]:
    """How Redshift has answered the functions of the stack."""
    return {
        call["outcome"]
        for call in aws.redshift_calls()
        if f"/{stack.name}-" in call["caller"]
    }


def test_automated_snapshots_are_copied_once_and_shared(
    aws: LocalAws,
    account: Account,
    stack: ClusterStack,
    cluster: str,
    run_rules: Callable[[], None],
) -> None:
    declared = {
        "Nightly": {
            "cluster": cluster,
            "accounts": ACCOUNT,
            "prefix": "nightly-",
            "copied_for_days": "7",
        }
    }

    stack.deploy(declared)
    for _ in range(2):
        run_rules()

    ((copy, accounts),) = snapshots_of(account, cluster).items()
    assert copy.startswith(f"nightly-{cluster}-20")
    assert accounts == [ACCOUNT]
    assert account.describe(copy)["ManualSnapshotRetentionPeriod"] == 7
    stack.destroy()
    assert snapshots_of(account, cluster) == {copy: []}
    assert outcomes_of(aws, stack) == {"OK"}


def test_changed_declaration_is_allowed_what_the_old_one_needs_to_be_removed(
    aws: LocalAws, account: Account, stack: ClusterStack, cluster: str
) -> None:
    """CloudFormation updates the policy before it deletes the old declaration."""
    weekly = make_snapshot(account, cluster, f"weekly-{next(NUMBERS)}")
    monthly = make_snapshot(account, cluster, f"monthly-{next(NUMBERS)}")
    declared = {"cluster": cluster, "accounts": ACCOUNT, "prefix": "weekly-"}

    stack.deploy({"Shares": declared})
    before = snapshots_of(account, cluster)
    stack.deploy({"Shares": {**declared, "prefix": "monthly-"}})
    after = snapshots_of(account, cluster)

    assert before == {weekly: [ACCOUNT], monthly: []}
    assert after == {weekly: [], monthly: [ACCOUNT]}
    stack.destroy()
    assert snapshots_of(account, cluster) == {weekly: [], monthly: []}
    assert outcomes_of(aws, stack) == {"OK"}


def test_access_that_both_declarations_want_never_goes(
    aws: LocalAws, account: Account, stack: ClusterStack, cluster: str
) -> None:
    snapshot = make_snapshot(account, cluster, f"sales-{next(NUMBERS)}")
    declared = {"cluster": cluster, "accounts": ACCOUNT}

    stack.deploy({"Shares": declared})
    stack.deploy({"Shares": {**declared, "accounts": f"{ACCOUNT},{OTHER}"}})

    assert snapshots_of(account, cluster) == {snapshot: [ACCOUNT, OTHER]}
    revoked = [
        call
        for call in aws.redshift_calls()
        if call["operation"] == "RevokeSnapshotAccess"
        and call["parameters"]["SnapshotIdentifier"] == snapshot
    ]
    assert revoked == []
    stack.destroy()
    assert snapshots_of(account, cluster) == {snapshot: []}


def test_retained_access_stays_when_the_stack_is_deleted(
    account: Account, stack: ClusterStack, cluster: str
) -> None:
    snapshot = make_snapshot(account, cluster, f"sales-{next(NUMBERS)}")

    stack.deploy(
        {"Shares": {"cluster": cluster, "accounts": ACCOUNT, "removal": "RETAIN"}}
    )
    stack.destroy()

    assert snapshots_of(account, cluster) == {snapshot: [ACCOUNT]}


def test_cluster_that_does_not_exist_yet_is_no_error(
    account: Account,
    stack: ClusterStack,
    run_rules: Callable[[], None],
) -> None:
    name = f"later-{next(NUMBERS)}"

    stack.deploy({"Shares": {"cluster": name, "accounts": ACCOUNT}})
    make_cluster(account.redshift, name)
    snapshot = make_snapshot(account, name, f"sales-{next(NUMBERS)}")
    run_rules()

    assert snapshots_of(account, name) == {snapshot: [ACCOUNT]}
    stack.destroy()
