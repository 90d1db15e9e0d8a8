"""What the function of a cluster's shares may do, and nothing else."""

from typing import Any

import pytest
from aws_cdk import Aws, CfnParameter, Duration, Stack, aws_iam as iam, aws_kms as kms

from cdk_redshift_snapshot_share import SnapshotShareProvider
from tests.infrastructure.stacks import (
    ACCOUNT,
    OWNER,
    REGION,
    arn,
    cluster_shares,
    new_role,
    new_stack,
    resources,
    share,
    shared_snapshots,
    statement_for,
    statements_of,
)

CLAIMS = {"aws:TagKeys": "redshift-snapshot-share:*"}
COPY = "redshift:CopyClusterSnapshot"


@pytest.fixture
def stack() -> Stack:
    return new_stack()


def in_redshift(stack: Stack, resource: str) -> Any:
    """Resources of Redshift in the stack's own account and Region."""
    return stack.resolve(
        f"arn:{Aws.PARTITION}:redshift:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"
    )


def actions_of(stack: Stack) -> set[str]:
    return {
        action
        for statement in statements_of(stack)
        for action in (
            [statement["Action"]]
            if isinstance(statement["Action"], str)
            else statement["Action"]
        )
    }


def test_sharing_and_claiming_are_for_snapshots_of_the_cluster_only(
    stack: Stack,
) -> None:
    cluster_shares(stack)

    assert statement_for(stack, "redshift:AuthorizeSnapshotAccess") == {
        "Effect": "Allow",
        "Action": ["redshift:AuthorizeSnapshotAccess", "redshift:CreateTags"],
        "Resource": [arn("sales/*")],
        "Condition": {"ForAllValues:StringLike": CLAIMS},
    }


def test_sharing_is_limited_to_the_prefix(stack: Stack) -> None:
    cluster_shares(
        stack, cluster_identifier="Sales", snapshot_identifier_prefix="Weekly-"
    )

    assert shared_snapshots(stack) == [arn("sales/weekly-*")]


def test_sharing_is_for_the_account_and_region_of_the_stack() -> None:
    stack = new_stack(account=OWNER, region=REGION)

    cluster_shares(stack)

    assert shared_snapshots(stack) == [arn("sales/*", region=REGION, account=OWNER)]


def test_tokens_are_in_the_statements_as_in_the_declaration(stack: Stack) -> None:
    name = CfnParameter(stack, "Name").value_as_string
    team = CfnParameter(stack, "Team").value_as_string

    cluster_shares(
        stack,
        cluster_identifier=name,
        snapshot_identifier_prefix=f"Weekly-{team}-",
        copy_automated_for=Duration.days(1),
    )

    assert shared_snapshots(stack) == [
        in_redshift(stack, f"snapshot:{name}/weekly-{team}-*")
    ]
    assert statement_for(stack, COPY)["Resource"] == [
        in_redshift(stack, f"snapshot:{name}/rs:*"),
        in_redshift(stack, f"snapshot:{name}/weekly-{team}-{name}-*"),
    ]


def test_releasing_looking_and_asking_are_as_for_named_snapshots(stack: Stack) -> None:
    cluster_shares(stack)
    named = new_stack()
    share(named)

    for action in (
        "redshift:RevokeSnapshotAccess",
        "redshift:DeleteTags",
        "redshift:DescribeClusterSnapshots",
        "cloudformation:DescribeStackResource",
        "kms:DescribeKey",
    ):
        assert statement_for(stack, action) == statement_for(named, action)


def test_it_may_do_nothing_else(stack: Stack) -> None:
    cluster_shares(stack)
    named = new_stack()
    share(named)

    assert actions_of(stack) == actions_of(named)
    assert len(statements_of(stack)) == len(statements_of(named))


def test_everything_is_only_for_what_cannot_be_narrower(stack: Stack) -> None:
    cluster_shares(stack, copy_automated_for=Duration.days(7))

    assert [
        statement["Action"]
        for statement in statements_of(stack)
        if statement["Resource"] == "*"
    ] == ["redshift:DescribeClusterSnapshots"]


def test_copying_is_not_allowed_unless_it_is_declared(stack: Stack) -> None:
    cluster_shares(stack)

    assert COPY not in actions_of(stack)


@pytest.mark.parametrize(
    ("prefix", "copies"), [(None, "sales-*"), ("weekly-", "weekly-sales-*")]
)
def test_copying_is_from_automated_snapshots_of_the_cluster_to_their_copies(
    stack: Stack, prefix: str | None, copies: str
) -> None:
    cluster_shares(
        stack,
        snapshot_identifier_prefix=prefix,
        copy_automated_for=Duration.days(7),
    )

    assert statement_for(stack, COPY) == {
        "Effect": "Allow",
        "Action": COPY,
        "Resource": [
            in_redshift(stack, "snapshot:sales/rs:*"),
            in_redshift(stack, f"snapshot:sales/{copies}"),
        ],
    }


def test_only_the_named_key_can_be_described(stack: Stack) -> None:
    key = kms.Key(stack, "Key")

    cluster_shares(stack, encryption_key=key)

    assert statement_for(stack, "kms:DescribeKey")["Resource"] == stack.resolve(
        key.key_arn
    )


def test_constructs_have_roles_of_their_own(stack: Stack) -> None:
    share(stack)
    cluster_shares(stack, "One", snapshot_identifier_prefix="one-")
    cluster_shares(stack, "Two", snapshot_identifier_prefix="two-")

    policies = resources(stack, "AWS::IAM::ManagedPolicy").values()
    roles = [policy["Properties"]["Roles"][0]["Ref"] for policy in policies]
    assert len(set(roles)) == 3
    assert {*roles} == {*resources(stack, "AWS::IAM::Role")}


def test_one_role_may_be_for_named_snapshots_and_for_clusters(stack: Stack) -> None:
    role = new_role(stack)
    share(stack, provider=SnapshotShareProvider(stack, "Provider", role=role))

    cluster_shares(stack, role=role)

    assert shared_snapshots(stack) == [arn("*/sales-2026-11-23"), arn("sales/*")]
    assert len(resources(stack, "AWS::IAM::Policy")) == 1
    assert len(resources(stack, "AWS::IAM::ManagedPolicy")) == 1


def test_immutable_role_is_used_as_it_is(stack: Stack) -> None:
    role = iam.Role.from_role_name(stack, "Mine", "sharing", mutable=False)

    cluster_shares(stack, role=role, copy_automated_for=Duration.days(7))

    assert statements_of(stack) == []
    (function,) = resources(stack, "AWS::Lambda::Function").values()
    assert function["Properties"]["Role"] == stack.resolve(role.role_arn)


def test_fails_when_a_role_has_no_room(stack: Stack) -> None:
    role = new_role(stack)
    provider = SnapshotShareProvider(stack, "Provider", role=role)
    for number in range(180):
        share(
            stack,
            f"Share{number}",
            snapshot_identifier=f"s{number:0254}",
            provider=provider,
        )
    before = len(statements_of(stack))

    with pytest.raises(ValueError, match="is number 181 and does not fit"):
        cluster_shares(
            stack,
            cluster_identifier="c" * 63,
            snapshot_identifier_prefix="p" * 255,
            role=role,
        )

    assert len(statements_of(stack)) == before
    assert stack.node.try_find_child("Shares") is None


@pytest.mark.parametrize("what", ["cluster", "account"])
def test_fails_when_it_would_have_to_wait_for_itself(stack: Stack, what: str) -> None:
    role = new_role(stack)
    provider = SnapshotShareProvider(stack, "Provider", role=role)
    attributes = share(stack, provider=provider).snapshot_attributes
    props: dict[str, Any] = (
        {"cluster_identifier": attributes.cluster_identifier}
        if what == "cluster"
        else {
            "accounts_with_restore_access": [attributes.owner_account],
            "encryption_key": kms.Key(stack, "Key"),
        }
    )

    with pytest.raises(ValueError, match="must not be named by an attribute of Stack"):
        cluster_shares(stack, role=role, **props)

    cluster_shares(stack, **props)  # With a role of its own.
    assert ACCOUNT not in shared_snapshots(stack)


def test_fails_when_a_share_with_the_role_takes_its_name_from_a_cluster(
    stack: Stack,
) -> None:
    role = new_role(stack)
    name = cluster_shares(stack, role=role).shared_snapshot_count
    provider = SnapshotShareProvider(stack, "Provider", role=role)

    with pytest.raises(ValueError, match="an attribute of Stack/Shares, which has"):
        share(stack, snapshot_identifier=name, provider=provider)
