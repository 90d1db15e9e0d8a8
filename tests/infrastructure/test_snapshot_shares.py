import json
from collections.abc import Sequence
from typing import Any

import pytest
from aws_cdk import Duration, RemovalPolicy, Stack, aws_kms as kms
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share import (
    ExistingShare,
    SnapshotShare,
    SnapshotShareProvider,
    SnapshotShares,
)
from cdk_redshift_snapshot_share._private.declaration import Declaration
from tests.infrastructure.stacks import SNAPSHOT, new_stack, resources, shares_of

ACCOUNTS = ["210987654321", "321098765432", "amazon-redshift-support"]


def declare(
    stack: Stack, accounts: Sequence[str] = ACCOUNTS, **props: Any
) -> SnapshotShares:
    return SnapshotShares(
        stack,
        "Shares",
        accounts_with_restore_access=accounts,
        **({"snapshot_identifier": SNAPSHOT} | props),
    )


def test_each_account_has_a_share_that_is_named_by_it(stack: Stack) -> None:
    shares = declare(stack).shares

    assert {account: share.node.id for account, share in shares.items()} == {
        account: account for account in ACCOUNTS
    }
    assert {share["AccountWithRestoreAccess"] for share in shares_of(stack)} == {
        *ACCOUNTS
    }


def test_order_of_the_accounts_does_not_matter() -> None:
    templates = []
    for accounts in (ACCOUNTS, ACCOUNTS[::-1]):
        stack = new_stack()
        declare(stack, accounts)
        templates.append(json.dumps(Template.from_stack(stack).to_json()))

    assert templates[0] == templates[1]


def test_removed_account_leaves_the_others_as_they_are() -> None:
    stacks = [new_stack(), new_stack()]
    declare(stacks[0], ACCOUNTS)
    declare(stacks[1], ACCOUNTS[1:])

    all_shares, fewer = (
        resources(stack, "Custom::RedshiftSnapshotShare") for stack in stacks
    )

    assert len(fewer) == 2
    assert fewer.items() <= all_shares.items()


@pytest.mark.parametrize("accounts", [[], (), {}], ids=["list", "tuple", "dict"])
def test_fails_when_there_are_no_accounts(
    stack: Stack, accounts: Sequence[str]
) -> None:
    with pytest.raises(
        ValueError,
        match=r"^accounts_with_restore_access must name at least one account, got none; rem",
    ):
        declare(stack, accounts)

    assert stack.node.children == []


def test_every_share_has_all_props(stack: Stack) -> None:
    provider = SnapshotShareProvider(stack, "Provider")

    declare(
        stack,
        snapshot_cluster_identifier="sales",
        existing_share=ExistingShare.ADOPT,
        encryption_key=kms.Key(stack, "Key"),
        wait_for_snapshot=Duration.minutes(5),
        removal_policy=RemovalPolicy.RETAIN,
        provider=provider,
    )

    for share in resources(stack, "Custom::RedshiftSnapshotShare").values():
        assert share["DeletionPolicy"] == "RetainExceptOnCreate"
        assert (
            share["Properties"].items()
            >= {
                "ServiceToken": stack.resolve(provider.function.function_arn),
                "SnapshotClusterIdentifier": "sales",
                "ExistingShare": "ADOPT",
                "WaitForSnapshot": "300",
            }.items()
        )


def test_shares_are_checked_once_and_together(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[list[str]] = []
    check = Declaration.check

    def noting(declaration: Declaration, accounts: Sequence[str]) -> None:
        checked.append([*accounts])
        check(declaration, accounts)

    monkeypatch.setattr(Declaration, "check", noting)

    declare(stack)

    assert checked == [ACCOUNTS]


def test_each_of_the_shares_is_a_share(stack: Stack) -> None:
    shares = declare(stack).shares

    for account, share in shares.items():
        assert isinstance(share, SnapshotShare)
        assert share.account_with_restore_access == account
        assert share.node.default_child is share.node.find_child("Resource")
        status = stack.resolve(share.snapshot_attributes.status)
        assert status["Fn::GetAtt"][1] == "Status"


def test_snapshot_may_be_an_arn(stack: Stack) -> None:
    arn = "arn:aws:redshift:eu-central-1:123456789012:snapshot:sales/month-end"

    declare(stack, snapshot_identifier=None, snapshot_arn=arn)

    assert {share["SnapshotArn"] for share in shares_of(stack)} == {arn}
