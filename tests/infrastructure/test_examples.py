import json
from pathlib import Path
from typing import Any

import pytest

from cdk_redshift_snapshot_share._private.iam import nag
from tests.infrastructure.examples import EXAMPLES, synthesize
from tests.infrastructure.policy_findings import findings_in, policy_findings

MINIMAL = "minimal"


@pytest.fixture(params=EXAMPLES)
def template(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """An example's template, which cdk-nag has nothing against."""
    (stack,) = synthesize(request.param, tmp_path, monkeypatch).stacks
    template: dict[str, Any] = stack.template
    return template


def test_example_has_policies_without_findings(template: dict[str, Any]) -> None:
    assert policy_findings(template) == []


def test_parliament_finds_what_is_wrong() -> None:
    statement = {
        "Effect": "Allow",
        "Action": "redshift:AuthorizeSnapshotAccess",
        "Resource": "arn:aws:redshift:eu-central-1:123456789012:cluster:sales",
    }

    findings = findings_in({"Version": "2012-10-17", "Statement": [statement]})

    assert findings == ["RESOURCE_MISMATCH"]


def test_minimal_example_shows_every_attribute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stack,) = synthesize(MINIMAL, tmp_path, monkeypatch).stacks

    assert len(stack.template["Outputs"]) == 39


def test_cdk_nag_finds_what_nobody_acknowledges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nag._Wildcards, "validate", lambda _: [])

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        synthesize(MINIMAL, tmp_path, monkeypatch)

    report = json.loads((tmp_path / "validation-report.json").read_text())
    (finding,) = (
        violation["ruleName"]
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
    )
    assert finding == (
        "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:redshift:<AWS::Region>:"
        "<AWS::AccountId>:snapshot:*/sales-2026-11-23]"
    )
