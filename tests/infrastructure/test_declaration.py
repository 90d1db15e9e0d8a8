"""A declaration that fails leaves nothing behind."""

from typing import Any

import pytest
from aws_cdk import (
    App,
    CfnOutput,
    Duration,
    RemovalPolicy,
    Stack,
    aws_iam as iam,
    aws_kms as kms,
)
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share import SnapshotShareProvider, SnapshotShares
from tests.infrastructure.stacks import (
    ACCOUNT,
    OWNER,
    SNAPSHOT,
    new_stack,
    share,
    shares_of,
)

ACCOUNTS = [f"{210_000_000_000 + n}" for n in range(20)]


@pytest.fixture
def stack() -> Stack:
    return new_stack(account=OWNER)


def share_with(stack: Stack, accounts: list[str], **props: Any) -> SnapshotShares:
    return SnapshotShares(
        stack,
        "Shares",
        snapshot_identifier=SNAPSHOT,
        accounts_with_restore_access=accounts,
        **props,
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"account_with_restore_access": "12345"},
        {"account_with_restore_access": OWNER},
        {"snapshot_identifier": "rs:sales"},
        {"snapshot_cluster_identifier": "a_b"},
        {"existing_share": "STEAL"},
        {"wait_for_snapshot": Duration.minutes(13)},
        {"removal_policy": RemovalPolicy.SNAPSHOT},
        {"encryption_key": "alias/sales"},
        {"provider": "mine"},
    ],
    ids=", ".join,
)
def test_share_may_be_corrected(stack: Stack, wrong: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        share(stack, **wrong)

    share(stack)

    untouched = new_stack(account=OWNER)
    share(untouched)
    assert (
        Template.from_stack(stack).to_json() == Template.from_stack(untouched).to_json()
    )


def test_nothing_is_defined_when_the_account_is_wrong(stack: Stack) -> None:
    with pytest.raises(ValueError, match="got '12345'"):
        share(stack, account_with_restore_access="12345")

    assert stack.node.children == []


def test_share_whose_id_is_taken_may_have_another(stack: Stack) -> None:
    CfnOutput(stack, "Share", value="taken")

    with pytest.raises(RuntimeError, match="already a Construct with name 'Share'"):
        share(stack)

    share(stack, "Other")
    assert len(shares_of(stack)) == 1


def test_share_whose_provider_is_elsewhere_may_have_another(stack: Stack) -> None:
    elsewhere = SnapshotShareProvider(Stack(App(), "Other"), "Provider")

    with pytest.raises(ValueError, match="must be in the stack of the share"):
        share(stack, provider=elsewhere)

    share(stack)
    assert len(shares_of(stack)) == 1


def test_share_that_is_not_allowed_may_have_another_provider(stack: Stack) -> None:
    strict = SnapshotShareProvider(stack, "Strict", allowed_accounts=["321098765432"])

    with pytest.raises(ValueError, match="allowed_accounts"):
        share(stack, provider=strict)

    share(stack)
    assert len(shares_of(stack)) == 1


def test_share_that_a_role_has_no_room_for_may_have_another_provider(
    stack: Stack,
) -> None:
    for number in range(180):
        share(stack, f"Share{number}", snapshot_identifier=f"s{number:0254}")

    for _ in range(2):
        with pytest.raises(ValueError, match="is number 181 and does not fit"):
            share(stack, snapshot_identifier="t" * 255)

    provider = SnapshotShareProvider(stack, "Provider")
    share(stack, snapshot_identifier="t" * 255, provider=provider)
    share(
        stack,
        "Known",
        snapshot_identifier=f"s{0:0254}",
        account_with_restore_access="321098765432",
    )
    assert len(shares_of(stack)) == 182


@pytest.mark.parametrize(
    ("accounts", "problem"),
    [
        ([*ACCOUNTS, ACCOUNT], "at most 20 accounts, so account"),
        ([ACCOUNT, OWNER], "must be another account"),
        ([ACCOUNT, "12345"], "12-digit"),
        ([ACCOUNT, ACCOUNT], "twice"),
    ],
    ids=["too many", "owner", "malformed", "twice"],
)
def test_shares_may_be_corrected(
    stack: Stack, accounts: list[str], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        share_with(stack, accounts)

    share_with(stack, ACCOUNTS)

    assert len(shares_of(stack)) == 20


def test_shares_that_are_not_allowed_may_have_another_provider(stack: Stack) -> None:
    strict = SnapshotShareProvider(stack, "Strict", allowed_accounts=ACCOUNTS[:19])

    with pytest.raises(ValueError, match="allowed_accounts"):
        share_with(stack, ACCOUNTS, provider=strict)

    share_with(stack, ACCOUNTS)
    assert len(shares_of(stack)) == 20


def test_shares_of_a_key_that_is_wrong_may_have_another(stack: Stack) -> None:
    managed = kms.Alias.from_alias_name(stack, "Managed", "alias/aws/redshift")

    with pytest.raises(ValueError, match="customer managed key"):
        share_with(stack, ACCOUNTS, encryption_key=managed)

    share_with(stack, ACCOUNTS, encryption_key=kms.Key(stack, "Key"))
    assert len(shares_of(stack)) == 20


def test_provider_whose_role_is_wrong_may_have_another(stack: Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Role", f"arn:aws:iam::{ACCOUNT}:role/sharing")

    with pytest.raises(ValueError, match="role must be in the account of the stack"):
        SnapshotShareProvider(stack, "RedshiftSnapshotShareProvider", role=role)

    share(stack)
    assert len(shares_of(stack)) == 1
