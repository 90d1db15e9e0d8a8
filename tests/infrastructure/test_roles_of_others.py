"""Roles that somebody else manages. Nothing is added, and CDK reports the statements."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import (
    App,
    CfnParameter,
    Duration,
    Environment,
    Stack,
    aws_iam as iam,
    aws_kms as kms,
)
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share import SnapshotShareProvider
from cdk_redshift_snapshot_share._private.iam.policy_grantee import PolicyGrantee
from redshift_snapshot_share_handler import contract
from tests.infrastructure.stacks import (
    OWNER,
    REGION,
    cluster_shares,
    imported_vpc,
    new_role,
    new_stack,
    resources,
    share,
    statement_for,
    statements_of,
)

ROLE_PATH = "Stack/RedshiftSnapshotShareProvider/Role"
POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
# A key that only administrators may use, whatever IAM says.
STRICT_KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{OWNER}:role/admin"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}


def imported_role(stack: Stack) -> iam.IRole:
    return iam.Role.from_role_name(stack, "Mine", "snapshot-sharing", mutable=False)


def shielded_role(stack: Stack) -> iam.IRole:
    return new_role(stack).without_policy_updates()


IMMUTABLE = pytest.mark.parametrize("role_of", [imported_role, shielded_role])
RoleOf = Callable[[Stack], iam.IRole]


def declare_everything(stack: Stack, role: iam.IRole | None = None) -> None:
    """Shares that need each kind of permission."""
    provider = SnapshotShareProvider(
        stack, "RedshiftSnapshotShareProvider", role=role, vpc=imported_vpc(stack)
    )
    name = CfnParameter(stack, "Name").value_as_string
    key = kms.Key(stack, "Key")
    declared: dict[str, dict[str, Any]] = {
        "Known": {"encryption_key": key},
        "Again": {"encryption_key": key, "account_with_restore_access": "321098765432"},
        "Token": {"snapshot_identifier": name},
        "Exact": {"snapshot_identifier": "s", "snapshot_cluster_identifier": "c"},
    }
    for construct_id, props in declared.items():
        share(stack, construct_id, provider=provider, **props)


def declare_a_cluster(stack: Stack) -> None:
    """A cluster's shares that need each kind of permission."""
    cluster_shares(
        stack,
        "RedshiftSnapshotShareProvider",
        snapshot_identifier_prefix="weekly-",
        copy_automated_for=Duration.days(7),
        encryption_key=kms.Key(stack, "Key"),
        vpc=imported_vpc(stack),
    )


@IMMUTABLE
def test_immutable_role_is_used_as_it_is(stack: Stack, role_of: RoleOf) -> None:
    role = role_of(stack)

    declare_everything(stack, role)

    assert [resources(stack, policy) for policy in POLICIES] == [{}, {}]
    (function,) = resources(stack, "AWS::Lambda::Function").values()
    assert function["Properties"]["Role"] == stack.resolve(role.role_arn)


@IMMUTABLE
def test_immutable_role_has_room_for_any_number_of_snapshots(
    stack: Stack, role_of: RoleOf
) -> None:
    provider = SnapshotShareProvider(stack, "Provider", role=role_of(stack))

    for number in range(200):
        name = f"s{number:0254}"
        share(stack, f"S{number}", provider=provider, snapshot_identifier=name)

    assert statements_of(stack) == []


@IMMUTABLE
def test_providers_may_have_one_immutable_role(stack: Stack, role_of: RoleOf) -> None:
    role = role_of(stack)
    for name in ("One", "Two"):
        provider = SnapshotShareProvider(stack, name, role=role)
        share(stack, f"Share{name}", snapshot_identifier=name, provider=provider)

    assert statements_of(stack) == []


@pytest.fixture
def customized(tmp_path: Path, request: pytest.FixtureRequest) -> Stack:
    """A stack of an app whose roles are customized."""
    app = App(outdir=str(tmp_path), context={"aws:cdk:disable-asset-staging": True})
    iam.Role.customize_roles(app, **request.param)
    return Stack(app, "Stack", env=Environment(account=OWNER, region=REGION))


PRECREATED = {"use_precreated_roles": {ROLE_PATH: "snapshot-sharing"}}
REPORTED = {"prevent_synthesis": False}
CUSTOMIZED = pytest.mark.parametrize(
    "customized", [PRECREATED, REPORTED], ids=["precreated", "reported"], indirect=True
)


def reported_statements(stack: Stack) -> list[dict[str, Any]]:
    """The statements of our role in CDK's policy report."""
    app = stack.node.root
    assert isinstance(app, App)
    report = json.loads(
        Path(app.synth().directory, "iam-policy-report.json").read_text()
    )
    (role,) = (
        role for role in report["roles"] if role["roleConstructPath"] == ROLE_PATH
    )
    statements: list[dict[str, Any]] = role["identityPolicyStatements"]
    return statements


@CUSTOMIZED
@pytest.mark.parametrize("declare", [declare_everything, declare_a_cluster])
def test_customized_role_leaves_no_policy_in_the_template(
    customized: Stack, declare: Callable[[Stack], None]
) -> None:
    declare(customized)

    template = Template.from_stack(customized)

    assert [template.find_resources(policy) for policy in POLICIES] == [{}, {}]


@pytest.mark.parametrize("customized", [PRECREATED], indirect=True)
def test_precreated_role_is_that_of_the_function(customized: Stack) -> None:
    declare_everything(customized)

    template = Template.from_stack(customized)

    (function,) = template.find_resources("AWS::Lambda::Function").values()
    arn = function["Properties"]["Role"]["Fn::Join"][1]
    assert arn[-1] == f":iam::{OWNER}:role/snapshot-sharing"
    assert template.find_resources("AWS::IAM::Role") == {}


@CUSTOMIZED
@pytest.mark.parametrize("declare", [declare_everything, declare_a_cluster])
def test_report_lists_what_the_role_would_have_been_given(
    customized: Stack, declare: Callable[[Stack], None]
) -> None:
    declare(customized)
    usual = new_stack(account=OWNER, region=REGION)
    declare(usual)

    reported = reported_statements(customized)

    def grants(statements: list[dict[str, Any]]) -> set[tuple[str, str]]:
        """Each action, with the conditions that it is allowed under."""
        return {
            (action, json.dumps(statement.get("Condition"), sort_keys=True))
            for statement in statements
            for action in (
                [statement["Action"]]
                if isinstance(statement["Action"], str)
                else statement["Action"]
            )
        }

    assert grants(reported) == grants(statements_of(usual))


@CUSTOMIZED
def test_report_lists_every_snapshot_once(customized: Stack) -> None:
    declare_everything(customized)

    arns = [
        statement["Resource"]
        for statement in reported_statements(customized)
        if "redshift:AuthorizeSnapshotAccess" in statement["Action"]
    ]

    arn = f"arn:(PARTITION):redshift:{REGION}:{OWNER}:snapshot:"
    assert arns == [
        f"{arn}*/sales-2026-11-23",
        f"{arn}*/(Stack/Name.Ref)",
        f"{arn}c/s",
    ]


@CUSTOMIZED
def test_report_lists_which_snapshots_of_a_cluster_are_shared_and_copied(
    customized: Stack,
) -> None:
    declare_a_cluster(customized)

    statements = reported_statements(customized)

    arn = f"arn:(PARTITION):redshift:{REGION}:{OWNER}:snapshot:sales/"
    assert {
        str(statement["Action"]): statement["Resource"]
        for statement in statements
        if "Authorize" in str(statement["Action"]) or "Copy" in statement["Action"]
    } == {
        "['redshift:AuthorizeSnapshotAccess', 'redshift:CreateTags']": (
            f"{arn}weekly-*"
        ),
        "redshift:CopyClusterSnapshot": [f"{arn}rs:*", f"{arn}weekly-sales-*"],
    }


@CUSTOMIZED
def test_report_lists_what_the_handler_calls(customized: Stack) -> None:
    declare_everything(customized)

    reported = json.dumps(reported_statements(customized))

    for service, operations in contract.OPERATIONS.items():
        for operation in {*operations} - {contract.COPY_OPERATION}:
            assert f'"{service}:{operation}"' in reported


def strict_key(stack: Stack) -> kms.IKey:
    return kms.Key.from_cfn_key(
        kms.CfnKey(stack, "Strict", key_policy=STRICT_KEY_POLICY)
    )


def describers(key_stack: Stack) -> list[Any]:
    """The principals that the policy of the key lets describe it."""
    (key,) = resources(key_stack, "AWS::KMS::Key").values()
    return [
        statement["Principal"]["AWS"]
        for statement in key["Properties"]["KeyPolicy"]["Statement"]
        if statement["Action"] == "kms:DescribeKey"
    ]


def test_key_that_trusts_no_account_names_the_role(stack: Stack) -> None:
    share(stack, encryption_key=strict_key(stack))

    (role,) = resources(stack, "AWS::IAM::Role")
    (key,) = resources(stack, "AWS::KMS::Key")
    assert describers(stack) == [{"Fn::GetAtt": [role, "Arn"]}]
    assert statement_for(stack, "kms:DescribeKey")["Resource"] == {
        "Fn::GetAtt": [key, "Arn"]
    }


def test_key_that_trusts_no_account_names_a_role_of_others(stack: Stack) -> None:
    role = imported_role(stack)
    provider = SnapshotShareProvider(stack, "Provider", role=role)

    share(stack, encryption_key=strict_key(stack), provider=provider)

    assert describers(stack) == [stack.resolve(role.role_arn)]


def test_key_of_another_stack_that_trusts_no_account_names_the_account() -> None:
    app = App(context={"aws:cdk:disable-asset-staging": True})
    stack, keys = Stack(app, "Stack"), Stack(app, "Keys")

    share(stack, encryption_key=strict_key(keys))

    Template.from_stack(stack)  # No stack waits for the other.
    (principal,) = describers(keys)
    assert principal["Fn::Join"][1][-2:] == [{"Ref": "AWS::AccountId"}, ":root"]


def test_key_that_trusts_its_account_names_nobody(stack: Stack) -> None:
    share(stack, encryption_key=kms.Key(stack, "Key"))

    assert describers(stack) == []


def test_grantee_of_a_policy_stands_for_its_role(stack: Stack) -> None:
    role = new_role(stack)
    grantee = PolicyGrantee(iam.Policy(stack, "Policy"), role)

    assert grantee.grant_principal is grantee
    assert grantee.assume_role_action == "sts:AssumeRole"
    assert grantee.principal_account == stack.account
