"""The policies that this library adds to a role, its own or a given one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Stack, aws_iam as iam, aws_kms as kms, aws_logs as logs

from cdk_redshift_snapshot_share import SnapshotShareProvider
from tests.infrastructure.stacks import (
    ACCOUNT,
    new_role,
    resources,
    share,
    statements_of,
)

POLICY = "AWS::IAM::Policy"
MANAGED_POLICY = "AWS::IAM::ManagedPolicy"
LONGEST_KEY = (
    "arn:aws-us-gov:kms:us-isof-south-1:123456789012:key/mrk-" + "0123456789abcdef" * 2
)
LONGEST = {
    "AWS::Partition": "aws-us-gov",
    "AWS::Region": "us-isof-south-1",
    "AWS::AccountId": "123456789012",
    "AWS::StackId": "arn:aws-us-gov:cloudformation:us-isof-south-1:123456789012:stack/"
    + "s" * 128
    + "/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9",
}


def own_role(stack: Stack) -> None:
    del stack


def imported_role(stack: Stack) -> iam.IRole:
    return iam.Role.from_role_arn(
        stack, "Mine", f"arn:aws:iam::{ACCOUNT}:role/snapshot-sharing"
    )


ROLES = pytest.mark.parametrize(
    "role_of",
    [own_role, new_role, imported_role],
    ids=["own", "given", "imported"],
)
RoleOf = Callable[[Stack], iam.IRole | None]


def longest(value: Any) -> Any:
    """Replace values that are known only at deployment by the longest values."""
    match value:
        case {"Ref": name}:
            return LONGEST[name]
        case {"Fn::GetAtt": _}:
            return LONGEST_KEY
        case {"Fn::Join": [delimiter, parts]}:
            return delimiter.join(longest(part) for part in parts)
        case dict():
            return {name: longest(part) for name, part in value.items()}
        case list():
            return [longest(part) for part in value]
    return value


def inline_length(stack: Stack) -> int:
    """Characters of all inline policies together, as IAM counts them."""
    return sum(
        len(
            json.dumps(
                longest(policy["Properties"]["PolicyDocument"]), separators=(",", ":")
            )
        )
        for policy in resources(stack, POLICY).values()
    )


def described_keys(stack: Stack) -> list[str]:
    return [
        json.dumps(statement["Resource"])
        for statement in statements_of(stack)
        if statement["Action"] == "kms:DescribeKey"
    ]


def declare_keys(
    stack: Stack, count: int, provider: SnapshotShareProvider | None = None
) -> None:
    for number in range(count):
        share(
            stack,
            f"Share{number}",
            snapshot_identifier=f"sales-2026-{number}",
            encryption_key=kms.Key.from_key_arn(
                stack, f"Key{number}", f"{LONGEST_KEY[:-3]}{number:03}"
            ),
            provider=provider,
        )


@ROLES
def test_up_to_twenty_keys_are_named(stack: Stack, role_of: RoleOf) -> None:
    provider = SnapshotShareProvider(stack, "Provider", role=role_of(stack))

    declare_keys(stack, 20, provider)

    assert len(set(described_keys(stack))) == 20
    assert not any("key/*" in key for key in described_keys(stack))


def test_key_is_named_once_however_it_is_imported(stack: Stack) -> None:
    for number in range(2):
        key = kms.Key.from_key_arn(stack, f"Key{number}", LONGEST_KEY)
        share(
            stack, f"S{number}", snapshot_identifier=f"s-{number}", encryption_key=key
        )

    assert described_keys(stack) == [f'"{LONGEST_KEY}"']


def test_with_more_keys_any_key_can_be_described(stack: Stack) -> None:
    declare_keys(stack, 21)

    named = described_keys(stack)
    assert len(named) == 21
    assert ":key/*" in named[-1]


@ROLES
def test_450_keys_fit_the_policies_of_a_role(stack: Stack, role_of: RoleOf) -> None:
    log_group = logs.LogGroup.from_log_group_name(stack, "Logs", "l" * 512)
    provider = SnapshotShareProvider(
        stack, "Provider", role=role_of(stack), log_group=log_group
    )

    declare_keys(stack, 450, provider)

    assert len(resources(stack, POLICY)) == 1
    assert len(resources(stack, MANAGED_POLICY)) <= 10
    assert inline_length(stack) <= 10_240 - 1_000  # what a VPC adds, and room for more


def share_with_two_providers(stack: Stack, role: iam.IRole) -> None:
    for name in ("One", "Two"):
        provider = SnapshotShareProvider(stack, name, role=role)
        share(stack, f"Share{name}", snapshot_identifier=name, provider=provider)


@pytest.mark.parametrize("role_of", [new_role, imported_role])
def test_providers_with_one_role_share_its_policies(
    stack: Stack, role_of: Callable[[Stack], iam.IRole]
) -> None:
    share_with_two_providers(stack, role_of(stack))

    (inline,) = resources(stack, POLICY).values()
    actions = [
        str(statement["Action"])
        for statement in inline["Properties"]["PolicyDocument"]["Statement"]
    ]
    assert len(resources(stack, MANAGED_POLICY)) == 1
    assert sorted(set(actions)) != sorted(actions)  # one log group each
    assert len([action for action in actions if "Revoke" in action]) == 1


@pytest.mark.parametrize("role_of", [new_role, imported_role])
def test_functions_with_one_role_wait_for_all_that_it_may_do(
    stack: Stack, role_of: Callable[[Stack], iam.IRole]
) -> None:
    share_with_two_providers(stack, role_of(stack))

    for function in resources(stack, "AWS::Lambda::Function").values():
        assert set(function["DependsOn"]) == {
            *resources(stack, "AWS::IAM::Role"),
            *resources(stack, POLICY),
            *resources(stack, MANAGED_POLICY),
        }


def test_roles_have_policies_of_their_own(stack: Stack) -> None:
    for name in ("One", "Two"):
        role = new_role(stack, f"Role{name}")
        provider = SnapshotShareProvider(stack, name, role=role)
        share(stack, f"Share{name}", snapshot_identifier=name, provider=provider)

    assert len(resources(stack, POLICY)) == 2
    assert len(resources(stack, MANAGED_POLICY)) == 2


def test_inline_policy_of_an_imported_role_has_a_name_of_no_other_stack(
    stack: Stack,
) -> None:
    SnapshotShareProvider(stack, "Provider", role=imported_role(stack))

    (policy,) = resources(stack, POLICY).values()
    name = policy["Properties"]["PolicyName"]["Fn::Join"][1]
    assert name[-1] == {
        "Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]
    }


def test_what_a_user_adds_is_in_another_policy(stack: Stack) -> None:
    provider = SnapshotShareProvider(stack, "Provider")

    provider.role.add_to_principal_policy(
        iam.PolicyStatement(actions=["sns:Publish"], resources=["*"])
    )

    assert sorted(
        "sns:Publish" in json.dumps(policy)
        for policy in resources(stack, POLICY).values()
    ) == [False, True]
