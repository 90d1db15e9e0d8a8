"""Apps as `cdk init` writes them today: every recommended feature flag, one Region."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import aws_cdk
import pytest
from aws_cdk import App, Duration, Environment, Stack, Stage, aws_redshift
from aws_cdk.assertions import Template
from aws_cdk.region_info import RegionInfo

import cdk_redshift_snapshot_share
from tests.infrastructure.stacks import (
    OWNER,
    cfn_snapshot,
    needs_cfn_snapshot,
    share,
    shares_of,
)

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cdk-apps.md").read_text()
CLI = ROOT / "node_modules" / "aws-cdk"
# What the CDK CLI of `package-lock.json` writes into the cdk.json of a new app.
FLAGS: dict[str, Any] = json.loads(
    (CLI / "lib" / "init-templates" / ".recommended-feature-flags.json").read_text()
)
F3006 = "F3006"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SNIPPETS = {
    f"{page.stem}-{number}": block
    for page in (ROOT / "README.md", ROOT / "docs" / "usage.md")
    for number, block in enumerate(BLOCK.findall(page.read_text()), start=1)
}
EXAMPLES = {
    file.parent.name: file.read_text() for file in ROOT.glob("examples/*/app.py")
}
# What the aws-cdk-lib of this environment can run.
RUNNABLE = {
    name: source
    for name, source in (EXAMPLES | SNIPPETS).items()
    if hasattr(aws_redshift, "CfnSnapshot")
    or not re.search("CfnSnapshot|Acknowledgment", source)
}


def listed_regions(refused: str) -> list[str]:
    """The Regions in one row of the page's table of Regions."""
    (row,) = re.findall(rf"^\| {refused} \| (.*) \|$", PAGE, re.MULTILINE)
    return re.findall(r"`([\w-]+)`", row)


ACCEPTING, REFUSING = listed_regions("accepted"), listed_regions("refused")
# One of each partition and continent; the others differ in the list of resource types.
MATRIX = [
    *("us-east-1", "us-west-2", "eu-central-1"),
    *("eu-west-1", "us-east-2", "ap-northeast-1", "sa-east-1", "cn-north-1"),
    "us-gov-west-1",
]


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(
        context={**FLAGS, "aws:cdk:disable-asset-staging": True}, outdir=str(tmp_path)
    )


def findings(app: App) -> set[tuple[str, str]]:
    """Synthesize; return what CDK refuses, each with the path of its construct."""
    try:
        app.synth()
    except RuntimeError as error:
        assert "ValidationFailed" in str(error)  # noqa: PT017
    report = Path(app.outdir) / "validation-report.json"
    if not report.exists():
        return set()
    return {
        (construct["constructPath"], violation["ruleName"])
        for plugin in json.loads(report.read_text())["pluginReports"]
        for violation in plugin["violations"]
        if violation["severity"] not in ("warning", "info")
        for construct in violation["violatingConstructs"]
    }


def declare(source: str, scope: Stage, region: str) -> None:
    """Declare what an example or a snippet shows, in one Region."""
    names: dict[str, Any] = {
        **vars(cdk_redshift_snapshot_share),
        "Duration": Duration,
        "aws_redshift": aws_redshift,
    }
    if "App()" not in source:
        names["self"] = stack = Stack(scope, "Snippet")
        if "Validations" in source:
            names["Validations"] = aws_cdk.Validations
            names["Acknowledgment"] = aws_cdk.Acknowledgment
            names["snapshot"] = cfn_snapshot(stack)
    source = source.replace("app.synth()", "").replace("eu-central-1", region)
    exec(compile(source, f"<{scope.node.id}>", "exec"), names)


def stage_id(name: str) -> str:
    """Stacks are named after their stage, and have no underscores."""
    return name.replace("_", "-")


def declare_all(app: App, region: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = Environment(account=OWNER, region=region) if region else None
    for name, source in RUNNABLE.items():
        stage = Stage(app, stage_id(name), env=environment)
        monkeypatch.setattr(aws_cdk, "App", lambda stage=stage: stage)
        declare(source, stage, region or "eu-central-1")


def refused_resources() -> set[str]:
    """The apps whose own snapshot is refused, by the page's matrix."""
    return {
        stage_id(name)
        for name, cell in re.findall(
            r"^\| `([\w-]+)` \| yes \| yes \| (.*) \|$", PAGE, re.MULTILINE
        )
        if "F3006" in cell and name in RUNNABLE
    }


def test_cli_writes_the_flags_into_a_new_app(tmp_path: Path) -> None:
    subprocess.run(
        [CLI / "bin" / "cdk", "init", "app", "--language=python", "--generate-only"],
        cwd=tmp_path,
        env={**os.environ, "CDK_DISABLE_CLI_TELEMETRY": "true"},
        capture_output=True,
        check=True,
    )

    assert json.loads((tmp_path / "cdk.json").read_text())["context"] == FLAGS
    assert f"{len(FLAGS)} feature flags" in PAGE


def test_matrix_lists_every_example_and_snippet() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| yes \| yes \| ", PAGE, re.MULTILINE)

    assert sorted(rows) == sorted(EXAMPLES | SNIPPETS)


def test_example_synthesizes_in_an_app_without_flags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App(outdir=str(tmp_path))
    declare_all(app, None, monkeypatch)

    assert findings(app) == set()


@pytest.mark.parametrize("region", MATRIX)
def test_example_synthesizes_with_every_flag_unless_the_region_lacks_its_snapshot(
    app: App, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare_all(app, region, monkeypatch)

    found = findings(app)

    assert {rule for _, rule in found} <= {F3006}
    assert {path.partition("/")[0] for path, _ in found} == (
        refused_resources() if region in REFUSING else set()
    )
    assert all(path.endswith("/Snapshot") for path, _ in found)


@needs_cfn_snapshot
def test_page_lists_the_regions_where_a_snapshot_of_a_user_is_refused(app: App) -> None:
    for region in (*ACCEPTING, *REFUSING):
        cfn_snapshot(Stack(app, region, env=Environment(account=OWNER, region=region)))

    assert {region.name for region in RegionInfo.regions} == {*ACCEPTING, *REFUSING}
    assert findings(app) == {(f"{region}/Snapshot", F3006) for region in REFUSING}


@needs_cfn_snapshot
def test_acknowledgment_of_the_page_is_heard(app: App) -> None:
    stack = Stack(app, "Stack", env=Environment(account=OWNER, region=REFUSING[0]))
    snapshot = cfn_snapshot(stack)
    before = findings(app)

    (block,) = (block for block in BLOCK.findall(PAGE) if "F3006" in block)
    names = {name: getattr(aws_cdk, name) for name in ("Acknowledgment", "Validations")}
    exec(block, {"snapshot": snapshot, **names})

    assert before == {("Stack/Snapshot", F3006)}
    assert findings(app) == set()


def two_stacks(app: App) -> tuple[Stack, Stack, "aws_redshift.CfnSnapshot"]:
    """A share of a snapshot that another stack defines."""
    snapshots, shares = (Stack(app, name) for name in ("Snapshots", "Shares"))
    snapshot = cfn_snapshot(snapshots)
    share(shares, snapshot_identifier=None, snapshot=snapshot)
    return snapshots, shares, snapshot


@needs_cfn_snapshot
@pytest.mark.parametrize("strength", [None, "STRONG"], ids=["as new apps", "strong"])
def test_reference_to_another_stack_is_weak_unless_it_is_made_strong(
    app: App, strength: str | None
) -> None:
    snapshots, shares, snapshot = two_stacks(app)
    if strength:
        aws_cdk.CrossStackReferences.of(snapshot).produce(
            aws_cdk.ReferenceStrength[strength]
        )

    (properties,) = shares_of(shares)
    outputs = Template.from_stack(snapshots).to_json()["Outputs"].values()

    assert set(properties["SnapshotArn"]) == (
        {"Fn::ImportValue"} if strength else {"Fn::GetStackOutput"}
    )
    assert ["Export" in output for output in outputs] == [bool(strength)]
    assert shares.dependencies == [snapshots]
