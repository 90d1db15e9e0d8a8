"""The rule packs of cdk-nag find what the page lists."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cdk_nag
import pytest
from aws_cdk import (
    Acknowledgment,
    App,
    Duration,
    Environment,
    RemovalPolicy,
    Stack,
    Validations,
    aws_kms as kms,
    aws_logs as logs,
)

from cdk_redshift_snapshot_share import SnapshotShareProvider
from tests.infrastructure.stacks import (
    ACCOUNT,
    OWNER,
    REGION,
    cluster_shares,
    imported_vpc,
    share,
)

PAGE = Path(__file__).parents[2] / "docs" / "rule-packs.md"
PACKS: dict[str, Callable[[], Any]] = {
    "AwsSolutions": cdk_nag.AwsSolutionsChecks,
    "HIPAA.Security": cdk_nag.HIPAASecurityChecks,
    "NIST.800.53.R5": cdk_nag.NIST80053R5Checks,
    "PCI.DSS.321": cdk_nag.PCIDSS321Checks,
    "Serverless": cdk_nag.ServerlessChecks,
}


def default(stack: Stack) -> None:
    share(stack)


def cluster(stack: Stack) -> None:
    cluster_shares(stack, copy_automated_for=Duration.days(7))


def configured(stack: Stack) -> None:
    """A provider with every prop that a rule asks for."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    SnapshotShareProvider(
        stack,
        "Provider",
        allowed_accounts=[ACCOUNT],
        log_group=logs.LogGroup(
            stack,
            "Logs",
            encryption_key=key,
            retention=logs.RetentionDays.ONE_YEAR,
            removal_policy=RemovalPolicy.RETAIN,
        ),
        vpc=imported_vpc(stack),
        reserved_concurrent_executions=2,
        environment_encryption=key,
        default_for_stack=True,
    )
    share(stack, encryption_key=key)


def findings(
    pack: str, declare: Callable[[Stack], None], outdir: Path, acknowledged: set[str]
) -> set[str]:
    """The rules of a pack that are not met, without the name of the pack."""
    app = App(outdir=str(outdir), context={"aws:cdk:disable-asset-staging": True})
    Validations.of(app).add_plugins(PACKS[pack]())
    stack = Stack(app, "Stack", env=Environment(account=OWNER, region=REGION))
    declare(stack)
    for rule in acknowledged:
        Validations.of(stack).acknowledge(
            Acknowledgment(id=f"{pack}-{rule}", reason="accepted")
        )
    try:
        app.synth()
    except RuntimeError as error:
        assert "ValidationFailed" in str(error)  # noqa: PT017
    report = outdir / "validation-report.json"
    reports: list[dict[str, Any]] = (
        json.loads(report.read_text())["pluginReports"] if report.exists() else []
    )
    rules = {
        str(violation["ruleName"])
        for plugin in reports
        for violation in plugin["violations"]
    }
    return {
        rule.removeprefix(f"{pack}-") for rule in rules if rule.startswith(f"{pack}-")
    }


def listed(pack: str, column: int) -> set[str]:
    """The rules that the page lists for a pack: in column 1 of a default provider."""
    (row,) = re.findall(
        rf"^\| `{re.escape(pack)}` \|.*$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    return set(re.findall(r"`(\w+)`", row.split("|")[column + 1]))


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize(
    ("declare", "column"),
    [(default, 1), (cluster, 1), (configured, 2)],
    ids=["default", "cluster", "configured"],
)
def test_pack_finds_what_the_page_lists(
    tmp_path: Path, pack: str, declare: Callable[[Stack], None], column: int
) -> None:
    assert findings(pack, declare, tmp_path, set()) == listed(pack, column)


@pytest.mark.parametrize("pack", PACKS)
def test_findings_can_be_acknowledged_as_the_page_says(
    tmp_path: Path, pack: str
) -> None:
    assert findings(pack, default, tmp_path, listed(pack, 1)) == set()
