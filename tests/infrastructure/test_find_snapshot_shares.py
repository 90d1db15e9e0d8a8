from datetime import timedelta

import pytest
from aws_cdk import CfnParameter, Duration, RemovalPolicy, Stack
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share import ExistingShare
from cdk_redshift_snapshot_share.testing import DeclaredShare, find_snapshot_shares
from tests.infrastructure.stacks import ACCOUNT, SNAPSHOT, share

ARN = "arn:aws:redshift:eu-central-1:123456789012:snapshot:sales/month-end"


def find(stack: Stack) -> list[DeclaredShare]:
    return find_snapshot_shares(Template.from_stack(stack))


def test_share_is_found_with_its_defaults(stack: Stack) -> None:
    share(stack)

    assert find(stack) == [
        DeclaredShare(
            logical_id="Share94628590",
            account_with_restore_access=ACCOUNT,
            snapshot_identifier=SNAPSHOT,
        )
    ]


def test_share_is_found_with_all_that_it_declares(stack: Stack) -> None:
    share(
        stack,
        snapshot_identifier=None,
        snapshot_arn=ARN,
        snapshot_cluster_identifier="sales",
        existing_share=ExistingShare.ADOPT,
        wait_for_snapshot=Duration.minutes(5),
        removal_policy=RemovalPolicy.RETAIN,
    )

    assert find(stack) == [
        DeclaredShare(
            logical_id="Share94628590",
            account_with_restore_access=ACCOUNT,
            snapshot_arn=ARN,
            snapshot_cluster_identifier="sales",
            existing_share=ExistingShare.ADOPT,
            wait_for_snapshot=timedelta(minutes=5),
            removal_policy=RemovalPolicy.RETAIN,
        )
    ]


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ("Delete", RemovalPolicy.DESTROY),
        ("Retain", RemovalPolicy.RETAIN),
        ("RetainExceptOnCreate", RemovalPolicy.RETAIN),
    ],
)
def test_access_that_is_revoked_with_the_share_is_not_retained(
    stack: Stack, policy: str, found: RemovalPolicy
) -> None:
    share(stack)
    template = Template.from_stack(stack).to_json()
    template["Resources"]["Share94628590"]["DeletionPolicy"] = policy

    assert [it.removal_policy for it in find_snapshot_shares(template)] == [found]


def test_tokens_are_intrinsic_functions(stack: Stack) -> None:
    share(
        stack,
        account_with_restore_access=CfnParameter(stack, "Account").value_as_string,
    )

    assert find(stack)[0].account_with_restore_access == {"Ref": "Account"}


def test_all_shares_are_found_in_order(stack: Stack) -> None:
    for name in ("B", "A"):
        share(stack, name, snapshot_identifier=f"snapshot-{name}")

    assert [it.snapshot_identifier for it in find(stack)] == [
        "snapshot-a",
        "snapshot-b",
    ]


def test_json_of_a_template_is_accepted(stack: Stack) -> None:
    share(stack)

    template = Template.from_stack(stack)

    assert find_snapshot_shares(template.to_json()) == find_snapshot_shares(template)


def test_template_without_shares_has_none() -> None:
    assert find_snapshot_shares({}) == []
