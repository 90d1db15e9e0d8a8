"""Every example, deployed and destroyed by the real CDK CLI on the local AWS.

Synthesized here, where jsii runs already. `test_deploy_local` has the CLI run an app.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.aws import LocalAws
from local_aws.cdk_cli import CdkCli, CdkError
from redshift_snapshot_share_handler.contract import ATTRIBUTES
from tests.bootstrapping import bootstrap
from tests.clusters import make_cluster, make_snapshots
from tests.infrastructure.examples import synthesize

ROOT = Path(__file__).parents[2]
OWNER = "123456789012"
ANALYTICS = "210987654321"
AUDITORS = "321098765432"


class Example:
    """One example in one account."""

    def __init__(
        self, aws: LocalAws, name: str, folder: Path, *, account: str, region: str
    ) -> None:
        self.variables = aws.variables_of(account, region)
        self.events = aws.client("events", account=account, region=region)
        self.logs = aws.client("logs", account=account, region=region)
        self.redshift = aws.client("redshift", account=account, region=region)
        self._cdk = CdkCli(aws, account=account, region=region)
        self._assembly = folder / "cdk.out"
        self._outputs = folder / "outputs.json"
        bootstrap(aws, account=account, region=region)
        with pytest.MonkeyPatch.context() as monkeypatch:
            synthesize(name, self._assembly, monkeypatch)

    def make_cluster(self, *snapshots: str) -> None:
        """Make a cluster with two nodes, and manual snapshots of it."""
        make_cluster(self.redshift, NumberOfNodes=2)
        make_snapshots(self.redshift, *snapshots)

    def accounts_with_restore_access(self, snapshot: str) -> list[str]:
        """The accounts that may restore a snapshot."""
        answer = self.redshift.describe_cluster_snapshots(SnapshotIdentifier=snapshot)
        entries = answer["Snapshots"][0].get("AccountsWithRestoreAccess") or []
        return sorted(entry["AccountId"] for entry in entries)

    def deploy(self) -> dict[str, str]:
        """Deploy it; return the outputs."""
        self._run(
            "deploy", "--require-approval=never", f"--outputs-file={self._outputs}"
        )
        stacks: dict[str, dict[str, str]] = json.loads(self._outputs.read_text())
        return next(iter(stacks.values()), {})

    def run_rules(self) -> None:
        """Run what its EventBridge rules would run on their schedules."""
        for rule in self.events.list_rules()["Rules"]:
            subprocess.run(
                [sys.executable, "-m", "local_aws.run_rule", rule["Name"]],
                cwd=ROOT,
                env={**os.environ, **self.variables},
                check=True,
            )

    def logged(self) -> str:
        """What its functions have logged."""
        return "\n".join(
            event["message"]
            for group in self.logs.describe_log_groups()["logGroups"]
            for event in self.logs.filter_log_events(
                logGroupName=group["logGroupName"]
            )["events"]
        )

    def destroy(self) -> None:
        """Delete its stack."""
        self._run("destroy", "--force")

    def _run(self, command: str, *arguments: str) -> None:
        self._cdk.run(command, "--all", f"--app={self._assembly}", *arguments)


@pytest.fixture
def example(request: pytest.FixtureRequest, aws: LocalAws, tmp_path: Path) -> Example:
    """The example that the test names, in a Region where nothing else is."""
    name, region = request.param
    return Example(aws, name, tmp_path, account=OWNER, region=region)


@pytest.mark.parametrize("example", [("minimal", "us-west-1")], indirect=True)
def test_minimal_reports_every_attribute_of_the_snapshot(example: Example) -> None:
    example.make_cluster("sales-2026-11-23")

    outputs = example.deploy()

    described = example.redshift.describe_cluster_snapshots(
        SnapshotIdentifier="sales-2026-11-23"
    )["Snapshots"][0]
    assert len(outputs) == len(ATTRIBUTES) + 2
    assert outputs["AccountWithRestoreAccess"] == ANALYTICS
    assert outputs["AccountsWithRestoreAccess"] == ANALYTICS
    assert outputs["SnapshotArn"] == described["SnapshotArn"]
    assert outputs["NumberOfNodes"] == "2"
    assert outputs["Encrypted"] == "false"
    assert json.loads(outputs["Tags"]) == described["Tags"]
    assert outputs["Truncated"] == ""
    example.destroy()
    assert example.accounts_with_restore_access("sales-2026-11-23") == []


@pytest.mark.parametrize("example", [("many_accounts", "us-west-2")], indirect=True)
def test_many_accounts_get_access_and_lose_it(example: Example) -> None:
    example.make_cluster("ledger-2026-q3")

    example.deploy()
    while_deployed = example.accounts_with_restore_access("ledger-2026-q3")
    example.destroy()

    assert while_deployed == [ANALYTICS, "321098765432", "432109876543"]
    assert example.accounts_with_restore_access("ledger-2026-q3") == []


@pytest.mark.parametrize(
    "example", [("adopt_existing_share", "eu-west-1")], indirect=True
)
def test_an_adopted_share_is_retained(example: Example) -> None:
    example.make_cluster("sales-2025-12-31")
    example.redshift.authorize_snapshot_access(
        SnapshotIdentifier="sales-2025-12-31", AccountWithRestoreAccess=ANALYTICS
    )

    example.deploy()
    example.destroy()

    assert example.accounts_with_restore_access("sales-2025-12-31") == [ANALYTICS]


@pytest.mark.parametrize(
    "example", [("snapshot_in_same_stack", "eu-west-2")], indirect=True
)
def test_a_snapshot_of_the_same_stack_is_taken_shared_and_deleted(
    example: Example,
) -> None:
    """A shared snapshot cannot be deleted, so the share must be removed first."""
    example.make_cluster()

    example.deploy()
    while_deployed = example.accounts_with_restore_access("sales-2026-10")
    example.destroy()

    assert while_deployed == [ANALYTICS]
    with pytest.raises(ClientError, match="ClusterSnapshotNotFound"):
        example.accounts_with_restore_access("sales-2026-10")


@pytest.mark.parametrize(
    "example",
    [("provider_with_allowed_accounts_and_vpc", "eu-central-1")],
    indirect=True,
)
def test_a_provider_in_a_vpc_shares_with_an_allowed_account(example: Example) -> None:
    example.make_cluster("sales-2026-11-23")

    example.deploy()

    assert example.accounts_with_restore_access("sales-2026-11-23") == [ANALYTICS]


@pytest.mark.parametrize("example", [("encrypted", "eu-west-3")], indirect=True)
def test_the_encrypted_example_deploys(example: Example) -> None:
    """Snapshots that its own key encrypts cannot exist before it: see `test_encryption`."""
    example.make_cluster("ledger-2026-q3", "warehouse-2026-q3")

    example.deploy()

    assert example.accounts_with_restore_access("ledger-2026-q3") == [ANALYTICS]
    assert example.accounts_with_restore_access("warehouse-2026-q3") == [ANALYTICS]


@pytest.mark.parametrize("example", [("minimal", "ap-south-1")], indirect=True)
def test_the_other_account_restores_only_while_the_snapshot_is_shared(
    aws: LocalAws, example: Example, tmp_path: Path
) -> None:
    folder = tmp_path / "restored"
    folder.mkdir()
    other = Example(
        aws,
        "restore_in_other_account",
        folder,
        account=ANALYTICS,
        region="ap-south-1",
    )
    example.make_cluster("sales-2026-11-23")
    example.deploy()

    other.deploy()
    clusters = other.redshift.describe_clusters()["Clusters"]
    other.destroy()
    example.destroy()

    assert len(clusters) == 1
    with pytest.raises(CdkError, match=r"AccessToSnapshotDenied|not authorized"):
        other.deploy()


@pytest.mark.parametrize(
    "example", [("share_every_new_snapshot", "eu-north-1")], indirect=True
)
def test_new_snapshots_are_shared_and_old_ones_can_be_deleted(
    aws: LocalAws, example: Example
) -> None:
    example.make_cluster("sales-1", "sales-2")

    outputs = example.deploy()

    assert outputs == {"NewestCount": "2", "MonthEndsCount": "0"}
    assert example.accounts_with_restore_access("sales-1") == [ANALYTICS]
    assert example.accounts_with_restore_access("sales-2") == [ANALYTICS]

    make_snapshots(example.redshift, "month-end-2026-11")
    example.run_rules()

    assert example.accounts_with_restore_access("sales-1") == []
    example.redshift.delete_cluster_snapshot(SnapshotIdentifier="sales-1")
    assert example.accounts_with_restore_access("sales-2") == [ANALYTICS]
    assert example.accounts_with_restore_access("month-end-2026-11") == [
        ANALYTICS,
        AUDITORS,
    ]

    before = len(calls_of_functions(aws))
    example.run_rules()
    idle = calls_of_functions(aws)[before:]

    assert [call["operation"] for call in idle] == ["DescribeClusterSnapshots"] * 2

    example.destroy()

    for snapshot in ("sales-2", "month-end-2026-11"):
        assert example.accounts_with_restore_access(snapshot) == []
        described = example.redshift.describe_cluster_snapshots(
            SnapshotIdentifier=snapshot
        )["Snapshots"][0]
        assert described["Tags"] == []
    # Access that the other construct shares already is authorized once more, to be sure.
    outcomes = {call["outcome"] for call in calls_of_functions(aws)}
    assert outcomes == {"OK", "AuthorizationAlreadyExists"}
    assert "AccessDenied" not in example.logged()


def calls_of_functions(aws: LocalAws) -> list[dict[str, Any]]:
    """The calls that the functions of clusters' shares have made."""
    return [call for call in aws.redshift_calls() if "SalesSnapshots" in call["caller"]]
