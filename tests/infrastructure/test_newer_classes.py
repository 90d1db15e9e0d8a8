"""The classes that older versions of aws-cdk-lib lack, and what happens without them."""

import re
from importlib.metadata import version
from pathlib import Path

import aws_cdk
import pytest
from aws_cdk import CfnResource

from cdk_redshift_snapshot_share._private import named_snapshot, newer_classes
from cdk_redshift_snapshot_share._private.iam import nag
from cdk_redshift_snapshot_share._private.newer_classes import (
    MissingClass,
    find_class,
    is_missing,
)
from tests.infrastructure.stacks import new_stack, share, shared_snapshots, shares_of

PAGE = Path(__file__).parents[2] / "docs" / "cdk-apps.md"
# The rows of the page's table of classes: name and first version.
ROWS = dict(
    re.findall(r"^\| `(\w+)` \| (2\.\d+\.\d+) \|", PAGE.read_text(), re.MULTILINE)
)


def numbers(of: str) -> tuple[int, ...]:
    return tuple(map(int, of.split(".")))


def test_page_lists_every_class() -> None:
    assert set(ROWS) == set(newer_classes.__all__)


@pytest.mark.parametrize("name", newer_classes.__all__)
def test_class_is_missing_before_the_version_that_the_page_says(name: str) -> None:
    is_older = numbers(version("aws-cdk-lib")) < numbers(ROWS[name])

    assert is_missing(getattr(newer_classes, name)) == is_older


@pytest.mark.parametrize(
    ("module", "name"), [("aws_cdk.no_module", "App"), ("aws_cdk", "NoClass")]
)
def test_class_that_is_nowhere_is_missing(module: str, name: str) -> None:
    assert find_class(module, name) is MissingClass


def test_fails_when_a_snapshot_is_given_to_a_version_without_its_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(named_snapshot, "CfnSnapshot", MissingClass)
    stack = new_stack()
    snapshot = CfnResource(stack, "Snapshot", type="AWS::Redshift::Snapshot")

    with pytest.raises(
        TypeError,
        match=r"installed aws-cdk-lib does not have, got CfnResource Stack/Snapshot; use "
        r"aws-cdk-lib 2\.272\.0 or newer, or give the ARN of the snapshot as snapshot_arn",
    ):
        share(stack, snapshot_identifier=None, snapshot=snapshot)


def test_snapshot_without_a_class_is_shared_by_its_arn() -> None:
    stack = new_stack()
    snapshot = CfnResource(
        stack,
        "Snapshot",
        type="AWS::Redshift::Snapshot",
        properties={"ClusterIdentifier": "sales", "SnapshotIdentifier": "month-end"},
    )

    share(
        stack,
        snapshot_identifier=None,
        snapshot_arn=snapshot.get_att("SnapshotArn").to_string(),
    )

    arn = {"Fn::GetAtt": ["Snapshot", "SnapshotArn"]}
    assert shares_of(stack)[0]["SnapshotArn"] == arn
    assert shared_snapshots(stack) == [arn]


def test_findings_are_acknowledged_where_newer_versions_look() -> None:
    stack = new_stack()

    share(stack)
    shares_of(stack)  # Synthesizes: wildcards are acknowledged during validation.

    acknowledged = {
        rule
        for construct in stack.node.find_all()
        for entry in construct.node.metadata
        if entry.type == nag._METADATA_KEY
        for rule in entry.data
    }
    assert "AwsSolutions-L1" in acknowledged
    assert any(rule.endswith("snapshot:*/*]") for rule in acknowledged)


@pytest.mark.skipif(
    not hasattr(aws_cdk, "Validations"), reason="this aws-cdk-lib has no Validations"
)
def test_key_of_acknowledgments_is_that_of_cdk() -> None:
    key = aws_cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY

    assert key == nag._METADATA_KEY
