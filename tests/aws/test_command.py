"""The command, on the local AWS, from beginning to end."""

import json
import re
from pathlib import Path
from typing import Any

from local_aws.aws import LocalAws
from tests.aws.conftest import COPY_REGION, REGION
from tests.aws.local_connection import OTHER_ACCOUNT, OTHER_PROFILE
from tests.aws.roles import assume_role
from tests.aws.verification import Verification
from tests.infrastructure.policy_findings import findings_in
from verify_aws import page, report
from verify_aws.label import PREFIX, TAG_KEY
from verify_aws.questions import QUESTIONS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / page.NAME).read_text("utf-8")
POLICY, RECEIVERS_POLICY = (
    json.loads(text)
    for text in re.findall(
        r"policy: begin -->\n```json\n(.*?)```\n<!-- .*?policy: end", PAGE, re.DOTALL
    )
)
ALL_OPTIONS = (
    *("--other-profile", OTHER_PROFILE),
    *("--copy-region", COPY_REGION),
)


def test_every_question_is_seen_as_assumed_under_the_policies_of_the_page(
    aws: LocalAws, throttling_aws: LocalAws, tmp_path: Path
) -> None:
    account = "600000000001"
    run = Verification(
        aws,
        tmp_path,
        assume_role(aws, account, POLICY),
        assume_role(aws, OTHER_ACCOUNT, RECEIVERS_POLICY),
        account=account,
    )
    places = [(REGION, account), (COPY_REGION, account), (REGION, OTHER_ACCOUNT)]
    before = [run.existing(*place) for place in places]

    result = run.run(*ALL_OPTIONS, timeout=600)

    assert result.returncode == 0, result.stdout + result.stderr
    assert run.outcomes() == {
        each.identifier: True if each.identifier != "throttling-code" else None
        for each in QUESTIONS
    }
    throttled = Verification(throttling_aws, tmp_path, account=account).run(
        "--throttle", "--only", "throttling-code"
    )
    assert throttled.returncode == 0, throttled.stdout + throttled.stderr
    assert run.outcomes() == {each.identifier: True for each in QUESTIONS}
    assert [run.existing(*place) for place in places] == before
    written = run.report()
    assert written["where"] == "the local AWS"
    assert {"life", "failed", "unrolled", "express"} == written["deployments"].keys()
    for deployment in written["deployments"].values():
        operations = [call["operation"] for call in deployment["calls"]]
        statuses = [event["ResourceStatus"] for event in deployment["events"]]
        assert {"AuthorizeSnapshotAccess", "RevokeSnapshotAccess"} <= {*operations}
        assert {"CREATE_IN_PROGRESS", "DELETE_COMPLETE"} <= {*statuses}
    text = (tmp_path / page.NAME).read_text("utf-8")
    assert "44 of 44 questions, 44 as assumed, 0 different" in text
    assert account not in json.dumps(written) + text
    assert not re.search(r"(?<![0-9])[0-9]{12}(?![0-9])", json.dumps(written))


def test_three_wrong_assumptions_are_reported_as_different(tmp_path: Path) -> None:
    logs, folder = tmp_path / "logs", tmp_path / "run"
    folder.mkdir()
    with LocalAws(
        logs=logs,
        tag_lag_seconds=5,
        assumptions={"authorize_twice": "accepted", "revoke_absent": "accepted"},
    ) as wrong:
        run = Verification(wrong, folder)

        result = run.run(
            *("--only", "describe-after-tag"),
            *("--only", "authorize-twice"),
            *("--only", "revoke-absent"),
            *("--only", "authorize-malformed"),
        )

    assert result.returncode == 2, result.stdout + result.stderr
    asked = {name: equal for name, equal in run.outcomes().items() if equal is not None}
    assert asked == {
        "describe-after-tag": False,
        "authorize-twice": False,
        "revoke-absent": False,
        "authorize-malformed": True,
    }
    [row] = [
        each for each in run.report()["questions"] if each["id"] == "revoke-absent"
    ]
    assert (row["assumed"], row["seen"]) == ("AuthorizationNotFound", "accepted")
    assert "revoke-absent: DIFFERENT: accepted instead of" in result.stdout
    assert "| accepted | **no** |" in (folder / page.NAME).read_text("utf-8")


def _make_things_of_others(aws: LocalAws, account: str) -> None:
    """All that looks almost like a run's."""
    redshift = aws.client("redshift", account=account)
    for cluster in ("sales", f"{PREFIX}sales"):
        redshift.create_cluster(
            ClusterIdentifier=cluster,
            NodeType="ra3.large",
            MasterUsername="admin",
            MasterUserPassword="Not-a-secret-1",
        )
    tag = {"Key": TAG_KEY, "Value": "0a1b2c3d"}
    for name, tags in {
        "sales-2026": [],
        # The tag without the prefix, the prefix without the tag, and of different runs.
        "sales-2025": [tag],
        f"{PREFIX}0a1b2c3d-main": [],
        f"{PREFIX}4e5f6a7b-main": [tag],
        f"{PREFIX}0a1b2c3dx-main": [tag],
        PREFIX.rstrip("-"): [tag],
    }.items():
        redshift.create_cluster_snapshot(
            ClusterIdentifier="sales", SnapshotIdentifier=name, Tags=tags
        )
    redshift.get_waiter("snapshot_available").wait(
        SnapshotIdentifier="sales-2026", WaiterConfig={"Delay": 1}
    )
    redshift.authorize_snapshot_access(
        SnapshotIdentifier="sales-2026", AccountWithRestoreAccess=OTHER_ACCOUNT
    )
    template = {
        "Resources": {"Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}
    }
    cloudformation = aws.client("cloudformation", account=account)
    for name in ("Sales", f"{PREFIX}0a1b2c3d-app"):
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    aws.client("s3", account=account).create_bucket(Bucket=f"{PREFIX}{account}")
    kms = aws.client("kms", account=account)
    kms.create_key(Description="sales")
    kms.create_key(Description=f"{PREFIX}0a1b2c3d-key")
    kms.create_key(
        Description="sales", Tags=[{"TagKey": TAG_KEY, "TagValue": "0a1b2c3d"}]
    )
    aws.client("logs", account=account).create_log_group(logGroupName=f"{PREFIX}logs")
    aws.client("ssm", account=account).put_parameter(
        Name=f"/{PREFIX}other", Value="x", Type="String"
    )


def test_nothing_of_others_is_touched(aws: LocalAws, tmp_path: Path) -> None:
    run = Verification(aws, tmp_path)
    _make_things_of_others(aws, run.account)
    before = run.existing()

    asked = run.run("--only", "authorize-twice", "--only", "region-has-snapshot-type")
    after_run = run.existing()
    cleaned = run.run("--clean", "--copy-region", COPY_REGION)
    killed = run.run("--only", "authorize-twice", last_write=4)
    left = run.existing()
    cleaned_again = run.run("--clean")

    assert (asked.returncode, cleaned.returncode) == (0, 0), asked.stderr
    assert "there is nothing to remove" in cleaned.stdout
    assert after_run == before
    assert killed.returncode < 0
    assert left != before
    assert cleaned_again.returncode == 0, cleaned_again.stderr
    assert run.existing() == before


def test_an_existing_cluster_is_used_and_kept(aws: LocalAws, tmp_path: Path) -> None:
    """Access to its snapshots goes to the second account, never to made-up ones."""
    run = Verification(aws, tmp_path)
    aws.client("redshift", account=run.account).create_cluster(
        ClusterIdentifier="sales",
        NodeType="ra3.large",
        MasterUsername="admin",
        MasterUserPassword="Not-a-secret-1",
    )
    before = run.existing()
    chosen = [
        part
        for name in (
            *("authorize-twice", "authorize-21st", "tag-while-paused"),
            *("deploy-create", "deploy-rename"),
        )
        for part in ("--only", name)
    ]

    alone = run.run("--cluster", "sales", *chosen)
    rows = {row["id"]: row for row in run.report()["questions"]}
    with_other = run.run(
        "--cluster", "sales", *chosen[:-4], "--other-profile", OTHER_PROFILE
    )

    assert (alone.returncode, with_other.returncode) == (0, 0)
    assert "--other-profile" in rows["authorize-twice"]["not_asked"]
    assert "leave out --cluster" in rows["authorize-21st"]["not_asked"]
    assert "leave out --cluster" in rows["tag-while-paused"]["not_asked"]
    assert "--other-profile" in rows["deploy-create"]["not_asked"]
    assert "--other-profile" in rows["deploy-rename"]["not_asked"]
    assert run.outcomes()["authorize-twice"] is True
    assert run.outcomes()["authorize-21st"] is None
    assert run.existing() == before
    assert {
        call["parameters"]["AccountWithRestoreAccess"]
        for call in aws.redshift_calls()
        if call["account"] == run.account
        and call["operation"] == "AuthorizeSnapshotAccess"
    } == {OTHER_ACCOUNT}


def test_the_policies_of_the_page_have_no_findings() -> None:
    # What parliament knows is older than `cloudformation:DescribeEvents`.
    assert findings_in(POLICY) == ["UNKNOWN_ACTION"]
    assert findings_in(RECEIVERS_POLICY) == []
    assert len(json.dumps(POLICY, separators=(",", ":"))) <= 6144


def test_the_page_is_made_from_the_report() -> None:
    written: dict[str, Any] = json.loads((DOCS / report.NAME).read_text("utf-8"))

    assert written["where"] == "AWS"
    assert f"{page.BEGIN}\n{page.render(written)}\n{page.END}" in PAGE


def test_the_report_has_the_questions_of_today() -> None:
    written: dict[str, Any] = json.loads((DOCS / report.NAME).read_text("utf-8"))

    assert written == report.read_report(DOCS, "AWS", QUESTIONS)


def test_the_readme_says_how_far_it_is() -> None:
    written: dict[str, Any] = json.loads((DOCS / report.NAME).read_text("utf-8"))
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    is_asked = any(row["seen"] is not None for row in written["questions"])

    assert ("## Verified on AWS: not yet" in readme) is not is_asked
    assert f"to {len(QUESTIONS)} questions about" in readme
