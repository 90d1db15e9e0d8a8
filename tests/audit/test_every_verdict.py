"""Every verdict, caused on purpose: by deployments, by hand, and by deletions."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import boto3
import jmespath
import pytest
from aws_cdk import App, Environment, RemovalPolicy, Stack

from cdk_redshift_snapshot_share import SnapshotShare
from local_aws.aws import LocalAws
from local_aws.cdk_cli import CdkCli
from redshift_snapshot_audit import session
from redshift_snapshot_audit.session import OPERATIONS
from tests.audit.conftest import Audit
from tests.audit.doubles import ANALYTICS, PARTNER, refusal
from tests.bootstrapping import bootstrap
from tests.clusters import make_cluster, make_snapshots

HOME, ABROAD = "us-east-1", "eu-west-1"
PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text("utf-8")
POLICY = re.findall(r"<!-- policy: begin -->\n```json\n(.*?)```", PAGE, re.DOTALL)[0]
ROLE = "SnapshotAudit"
PREFIX = f"redshift-snapshot-share:{ANALYTICS}:"


class Owner:
    """The calls that the owner of the snapshots makes by hand in a Region."""

    def __init__(self, aws: LocalAws, region: str) -> None:
        self.redshift = aws.client("redshift", region=region)

    def make(self, *snapshots: str, cluster: str = "sales", **encryption: Any) -> None:
        make_cluster(self.redshift, cluster, **encryption)
        make_snapshots(self.redshift, *snapshots, cluster=cluster)

    def share(self, snapshot: str, account: str = ANALYTICS) -> None:
        self.redshift.authorize_snapshot_access(
            SnapshotIdentifier=snapshot, AccountWithRestoreAccess=account
        )

    def revoke(self, snapshot: str) -> None:
        self.redshift.revoke_snapshot_access(
            SnapshotIdentifier=snapshot, AccountWithRestoreAccess=ANALYTICS
        )

    def claim(self, snapshot: str) -> dict[str, str]:
        [tag] = self._describe(snapshot)["Tags"]
        return dict(tag)

    def tag(self, snapshot: str, key: str, value: str) -> None:
        self.redshift.create_tags(
            ResourceName=self._describe(snapshot)["SnapshotArn"],
            Tags=[{"Key": key, "Value": value}],
        )

    def delete_claim(self, snapshot: str) -> None:
        self.redshift.delete_tags(
            ResourceName=self._describe(snapshot)["SnapshotArn"],
            TagKeys=[self.claim(snapshot)["Key"]],
        )

    def _describe(self, snapshot: str) -> dict[str, Any]:
        answer = self.redshift.describe_cluster_snapshots(SnapshotIdentifier=snapshot)
        return dict(answer["Snapshots"][0])


def deploy(
    aws: LocalAws, folder: Path, region: str, name: str, shares: dict[str, str]
) -> None:
    """Deploy a stack of shares with these snapshots; those of `Kept` are retained."""
    cdk = CdkCli(aws, region=region)
    assembly = folder / f"{name}-{region}"
    app = App(outdir=str(assembly))
    stack = Stack(app, name, env=Environment(account=aws.account, region=region))
    for construct_id, snapshot in shares.items():
        SnapshotShare(
            stack,
            construct_id,
            snapshot_identifier=snapshot,
            account_with_restore_access=PARTNER if snapshot == "partner" else ANALYTICS,
            removal_policy=RemovalPolicy.RETAIN if name == "Kept" else None,
        )
    app.synth()
    bootstrap(aws, region=region)
    cdk.run("deploy", "--all", "--require-approval=never", "--app", str(assembly))
    if name == "Kept":
        cdk.run("destroy", "--all", "--force", "--app", str(assembly))


@pytest.fixture(scope="module", autouse=True)
def verdicts(aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("apps")
    home, abroad = Owner(aws, HOME), Owner(aws, ABROAD)
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    home.make(
        *("ok", "partner", "by-hand", "malformed", "stripped", "revoked", "deleted"),
        *("retained", "orphaned", "moved"),
    )
    home.make("own-key", cluster="secret", Encrypted=True, KmsKeyId=key)
    home.make("aws-key", cluster="ledger", Encrypted=True)
    abroad.make("ok-abroad", "by-hand-abroad")

    declared = {
        "Ok": "ok",
        "Partner": "partner",
        "Stripped": "stripped",
        "Revoked": "revoked",
        "Deleted": "deleted",
        "OwnKey": "own-key",
    }
    deploy(aws, folder, HOME, "Sales", declared)
    deploy(aws, folder, ABROAD, "Sales", {"Ok": "ok-abroad"})
    deploy(aws, folder, HOME, "Kept", {"Kept": "retained", "Old": "orphaned"})

    for snapshot in ("by-hand", "malformed", "aws-key", "moved"):
        home.share(snapshot)
    abroad.share("by-hand-abroad")
    abroad.share("by-hand-abroad", "amazon-redshift-support")
    home.delete_claim("stripped")
    for snapshot in ("revoked", "deleted"):
        home.revoke(snapshot)
    home.redshift.delete_cluster_snapshot(SnapshotIdentifier="deleted")
    home.tag("malformed", f"{PREFIX}0123456789ab", "mine")
    # Whether the function writes the third word or not: one claim with it, one without.
    for snapshot, word in (("retained", " retained"), ("orphaned", "")):
        claim = home.claim(snapshot)
        value = " ".join(claim["Value"].split(" ")[:2]) + word
        home.tag(snapshot, claim["Key"], value)
    # As an Update does whose result CloudFormation ignored.
    home.tag(
        "moved", **{name.lower(): value for name, value in home.claim("ok").items()}
    )


@pytest.fixture
def as_role(aws: LocalAws, monkeypatch: pytest.MonkeyPatch, audit: Audit) -> Any:
    """Audit as a role with a policy and nothing else."""
    del audit  # first, as it sets the credentials of the account's root

    def assume(*statements: dict[str, Any]) -> None:
        iam = aws.client("iam")
        trust = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"AWS": f"arn:aws:iam::{aws.account}:root"},
        }
        arn = iam.create_role(
            RoleName=ROLE,
            AssumeRolePolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [trust]}
            ),
        )["Role"]["Arn"]
        iam.put_role_policy(
            RoleName=ROLE,
            PolicyName="ReadOnly",
            PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": statements}
            ),
        )
        credentials = aws.client("sts").assume_role(
            RoleArn=arn, RoleSessionName="audit"
        )["Credentials"]
        for name, value in (
            ("AWS_ACCESS_KEY_ID", credentials["AccessKeyId"]),
            ("AWS_SECRET_ACCESS_KEY", credentials["SecretAccessKey"]),
            ("AWS_SESSION_TOKEN", credentials["SessionToken"]),
        ):
            monkeypatch.setenv(name, value)

    yield assume
    aws.client("iam").delete_role_policy(RoleName=ROLE, PolicyName="ReadOnly")
    aws.client("iam").delete_role(RoleName=ROLE)


STATEMENTS = json.loads(POLICY)["Statement"]


def without(action: str) -> list[dict[str, Any]]:
    """The statements of the page, without one action."""
    return [
        {
            **statement,
            "Action": [each for each in _as_list(statement["Action"]) if each != action]
            or "sts:GetCallerIdentity",
        }
        for statement in STATEMENTS
    ]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_verdict_at_once(audit: Audit, as_role: Any) -> None:
    """Under exactly the policy of the page, with IAM enforced."""
    as_role(*STATEMENTS)

    code, lines, errors = audit("--region", HOME, "--allow", ANALYTICS)

    assert (code, errors) == (2, "")
    found = [tuple(re.split(" {2,}", line)) for line in lines]
    share = r"Sales/Ok\w+"
    expected = [
        ("SNAPSHOT", "ACCOUNT", "VERDICT", "WHY"),
        ("aws-key", ANALYTICS, "unclaimed", "nobody declares this access"),
        ("aws-key", ANALYTICS, "unusable", "AWS manages the key"),
        ("by-hand", ANALYTICS, "unclaimed", "nobody declares this access"),
        ("deleted", ANALYTICS, "missing", r"Sales/Deleted\w+ declares it, there is .*"),
        ("malformed", ANALYTICS, "unclaimed", r"malformed claim tag .* = 'mine'"),
        ("moved", ANALYTICS, "leftover", f"claim of {share}, which declares ok/2.*"),
        ("ok", ANALYTICS, "ok", share),
        (
            "orphaned",
            ANALYTICS,
            "orphaned",
            r"claim of Kept/Old\w+: that stack is gone",
        ),
        ("own-key", ANALYTICS, "unusable", "the key's policy does not let the .*"),
        (
            "partner",
            PARTNER,
            "forbidden",
            r"not on the allow list, declared by Sales.*",
        ),
        ("retained", ANALYTICS, "retained", r"left by Kept/Kept\w+"),
        ("revoked", ANALYTICS, "missing", r"Sales/Revoked\w+ declares it, no access"),
        ("stripped", ANALYTICS, "unclaimed", r"Sales/Stripped\w+ declares it, but .*"),
    ]
    assert len(found) == len(expected)
    for row, pattern in zip([found[0], *sorted(found[1:])], expected, strict=True):
        assert row[:3] == pattern[:3]
        assert re.fullmatch(pattern[3], row[3])


def test_both_regions_in_json(audit: Audit) -> None:
    code, lines, _ = audit("--region", ABROAD, "--region", HOME, "--json")

    entries = [json.loads(line) for line in lines]
    abroad = [each for each in entries if each["region"] == ABROAD]
    assert code == 2
    assert {each["region"] for each in entries} == {ABROAD, HOME}
    assert [
        (each["snapshot"], each["account"], each["verdict"]) for each in abroad
    ] == [
        ("ok-abroad", ANALYTICS, "ok"),
        ("by-hand-abroad", ANALYTICS, "unclaimed"),
        ("by-hand-abroad", "amazon-redshift-support", "unclaimed"),
    ]
    [missing] = [each for each in entries if each["snapshot"] == "deleted"]
    assert missing["cluster"] is None
    assert missing["has_access"] is False
    assert len(missing["declared_by"]) == 1


def test_nothing_is_found_where_all_is_well(audit: Audit) -> None:
    code, lines, _ = audit("--region", HOME, "--snapshot", "ok,retained")

    assert code == 0
    assert [line.split()[2] for line in lines] == ["VERDICT", "ok", "retained"]


def test_a_stack_that_may_not_be_read_is_reported(audit: Audit, as_role: Any) -> None:
    as_role(*without("cloudformation:ListStackResources"))

    code, lines, _ = audit("--region", HOME, "--json", "--only", "orphaned")

    entries = [json.loads(line) for line in lines]
    assert code == 2
    assert {each["verdict"] for each in entries} == {"orphaned", "unreadable"}
    whys = [each["why"] for each in entries if each["snapshot"] is None]
    assert any(why.startswith("stack Sales could not be read: Acc") for why in whys)


def test_a_role_that_may_not_describe_is_one_line_and_1(
    audit: Audit, as_role: Any
) -> None:
    as_role(*without("redshift:DescribeClusterSnapshots"))

    code, lines, errors = audit("--region", HOME, "--region", ABROAD)

    assert (code, lines) == (1, [])
    assert errors.startswith("redshift-snapshot-audit: us-east-1: the snapshots could ")
    assert errors.count("\n") == 1


def test_a_role_that_may_not_list_regions_is_one_line_and_1(
    audit: Audit, as_role: Any
) -> None:
    as_role(*without("ec2:DescribeRegions"))

    code, lines, errors = audit("--all-regions")

    assert (code, lines) == (1, [])
    assert "cannot be listed (ec2:DescribeRegions)" in errors
    assert errors.count("\n") == 1


def test_keys_that_may_not_be_read_are_reported_in_the_reason(
    audit: Audit, as_role: Any
) -> None:
    as_role(*without("kms:DescribeKey"))

    code, lines, _ = audit("--region", HOME, "--snapshot", "own-key")

    assert code == 0
    assert "; the key could not be read: AccessDenied" in lines[1]


def test_one_region_that_may_not_be_read_is_a_finding(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_client = session.Session.client

    def client(self: session.Session, service: str, region: str) -> Any:
        made = make_client(self, service, region)
        if (service, region) == ("redshift", ABROAD):
            made.meta.events.register("before-call", refuse)
        return made

    monkeypatch.setattr(session.Session, "client", client)

    code, lines, errors = audit(
        "--region", ABROAD, "--region", HOME, "--snapshot", "ok", "--json"
    )

    ok, unreadable = map(json.loads, lines)
    assert (code, errors, ok["verdict"]) == (2, "", "ok")
    assert (unreadable["region"], unreadable["verdict"]) == (ABROAD, "unreadable")
    assert "RequestExpired: too late" in unreadable["why"]


def refuse(**_: Any) -> Any:
    raise refusal("RequestExpired", "too late")


def test_only_operations_of_the_policy_are_called(
    audit: Audit, aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: set[str] = set()
    make_client = boto3.session.Session.client

    def client(self: boto3.session.Session, service: str, **options: Any) -> Any:
        made = make_client(self, service, **options)
        made.meta.events.register(
            "before-call", lambda model, **_: called.add(f"{service}:{model.name}")
        )
        return made

    monkeypatch.setattr(boto3.session.Session, "client", client)
    calls_before = len(aws.redshift_calls())

    audit("--all-regions", "--allow", ANALYTICS)
    audit("--region", HOME, "--snapshot", "ok", "--cluster", "sales", "--json")

    allowed = {action for each in STATEMENTS for action in _as_list(each["Action"])} | {
        "sts:GetCallerIdentity"
    }
    assert called == allowed
    assert called == {
        f"{service}:{name}" for service, names in OPERATIONS.items() for name in names
    }
    assert {call["operation"] for call in aws.redshift_calls()[calls_before:]} == {
        "DescribeClusterSnapshots"
    }


def test_the_page_reads_access_and_claims_by_hand(aws: LocalAws) -> None:
    """The `--query` of the AWS CLI is JMESPath."""
    [query] = re.findall(r'--query "(Snapshots\[.*?)"\n', PAGE)
    answer = aws.client("redshift").describe_cluster_snapshots(SnapshotType="manual")

    found = {each["snapshot"]: each for each in jmespath.search(query, answer)}

    assert "revoked" not in found
    assert found["ok"]["accounts"] == [ANALYTICS]
    [claim] = found["ok"]["claims"]
    assert claim["Key"].startswith(PREFIX)


def test_the_page_computes_the_digits_of_a_claim(aws: LocalAws) -> None:
    """With `printf` and `sha256sum`, as the page says."""
    command = re.findall(r"^\$ (printf '%s\\n%s' .*)$", PAGE, re.MULTILINE)[0]
    cloudformation = aws.client("cloudformation")
    [stack] = cloudformation.describe_stacks(StackName="Sales")["Stacks"]
    listed = cloudformation.list_stack_resources(StackName="Sales")
    [query] = re.findall(r'--query "(StackResourceSummaries.*?)" --output', PAGE)
    [logical_id] = [
        logical_id
        for logical_id, physical_id in jmespath.search(query, listed)
        if physical_id == f"ok/{ANALYTICS}"
    ]

    digits = subprocess.run(
        ["bash", "-c", command],
        env={"STACK_ID": stack["StackId"], "LOGICAL_ID": logical_id, "PATH": "/bin"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()

    assert Owner(aws, HOME).claim("ok")["Key"] == f"{PREFIX}{digits}"
