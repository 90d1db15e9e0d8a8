"""What the function may do."""

from typing import Any

import pytest
from aws_cdk import Aws, Stack

from tests.infrastructure.stacks import (
    OWNER,
    REGION,
    arn,
    new_stack,
    resources,
    share,
    shared_snapshots,
    statement_for,
    statements_of,
)

CLAIMS = {"aws:TagKeys": "redshift-snapshot-share:*"}


@pytest.fixture(scope="module")
def stack() -> Stack:
    stack = new_stack()
    share(stack)
    return stack


def every(stack: Stack, service: str, resource: str) -> Any:
    """All resources of a kind in the stack's own account and Region."""
    return stack.resolve(
        f"arn:{Aws.PARTITION}:{service}:{Aws.REGION}:{Aws.ACCOUNT_ID}:{resource}"
    )


def test_sharing_and_claiming_are_for_declared_snapshots_only(stack: Stack) -> None:
    statement = statement_for(stack, "redshift:AuthorizeSnapshotAccess")

    assert statement == {
        "Effect": "Allow",
        "Action": ["redshift:AuthorizeSnapshotAccess", "redshift:CreateTags"],
        "Resource": [arn("*/sales-2026-11-23")],
        "Condition": {"ForAllValues:StringLike": CLAIMS},
    }


def test_sharing_is_for_the_account_and_region_of_the_stack() -> None:
    stack = new_stack(account=OWNER, region=REGION)

    share(stack)

    assert shared_snapshots(stack) == [
        arn("*/sales-2026-11-23", region=REGION, account=OWNER)
    ]


def test_revoking_is_for_all_snapshots_as_removed_shares_are_not_declared(
    stack: Stack,
) -> None:
    assert statement_for(stack, "redshift:RevokeSnapshotAccess") == {
        "Effect": "Allow",
        "Action": "redshift:RevokeSnapshotAccess",
        "Resource": every(stack, "redshift", "snapshot:*/*"),
    }


def test_tags_that_are_no_claims_cannot_be_deleted(stack: Stack) -> None:
    assert statement_for(stack, "redshift:DeleteTags") == {
        "Effect": "Allow",
        "Action": "redshift:DeleteTags",
        "Resource": every(stack, "redshift", "snapshot:*/*"),
        "Condition": {
            "ForAllValues:StringLike": CLAIMS,
            "Null": {"aws:TagKeys": "false"},
        },
    }


def test_only_its_own_stack_can_be_described(stack: Stack) -> None:
    statement = statement_for(stack, "cloudformation:DescribeStacks")

    assert statement["Resource"] == {"Ref": "AWS::StackId"}


def test_only_its_own_log_group_can_be_written_to(stack: Stack) -> None:
    statement = statement_for(stack, "logs:PutLogEvents")

    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == {
        "Fn::GetAtt": [*resources(stack, "AWS::Logs::LogGroup"), "Arn"]
    }


def test_any_key_of_the_account_and_region_can_be_described(stack: Stack) -> None:
    assert statement_for(stack, "kms:DescribeKey") == {
        "Effect": "Allow",
        "Action": "kms:DescribeKey",
        "Resource": every(stack, "kms", "key/*"),
    }


def test_everything_is_only_for_what_cannot_be_narrower(stack: Stack) -> None:
    assert [
        statement["Action"]
        for statement in statements_of(stack)
        if statement["Resource"] == "*"
    ] == ["redshift:DescribeClusterSnapshots"]


def test_there_is_no_managed_policy_of_aws(stack: Stack) -> None:
    (role,) = resources(stack, "AWS::IAM::Role").values()

    assert set(role["Properties"]) == {"AssumeRolePolicyDocument"}
