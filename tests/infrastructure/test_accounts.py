"""Accounts, one or many, wherever they are given."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack, aws_kms as kms, aws_ssm as ssm

from cdk_redshift_snapshot_share import SnapshotShareProvider, SnapshotShares
from tests.infrastructure.stacks import (
    ACCOUNT,
    OWNER,
    REGION,
    SNAPSHOT,
    new_stack,
    resources,
    share,
    shares_of,
)

ACCOUNTS = [ACCOUNT, "321098765432"]


def allow(stack: Stack, accounts: Iterable[str]) -> None:
    SnapshotShareProvider(stack, "Provider", allowed_accounts=accounts)


def share_with(stack: Stack, accounts: Iterable[str]) -> None:
    SnapshotShares(
        stack,
        "Shares",
        snapshot_identifier=SNAPSHOT,
        accounts_with_restore_access=accounts,
    )


def allowed(stack: Stack) -> list[str]:
    (function,) = resources(stack, "AWS::Lambda::Function").values()
    variables: dict[str, str] = function["Properties"]["Environment"]["Variables"]
    return variables["ALLOWED_ACCOUNTS"].split(",")


def shared(stack: Stack) -> list[str]:
    return sorted(share["AccountWithRestoreAccess"] for share in shares_of(stack))


Give = Callable[[Stack, Any], None]
Given = Callable[[Stack], list[str]]

PROPS = pytest.mark.parametrize(
    ("prop", "give"),
    [("allowed_accounts", allow), ("accounts_with_restore_access", share_with)],
    ids=["allowed_accounts", "accounts_with_restore_access"],
)


@pytest.mark.parametrize(
    ("give", "given"),
    [(allow, allowed), (share_with, shared)],
    ids=["allowed_accounts", "accounts_with_restore_access"],
)
@pytest.mark.parametrize(
    "collect",
    [tuple, set, dict.fromkeys, lambda accounts: dict.fromkeys(accounts).keys(), iter],
    ids=["tuple", "set", "dict", "keys", "iterator"],
)
def test_any_collection_will_do(
    stack: Stack, give: Give, given: Given, collect: Callable[[Any], Any]
) -> None:
    give(stack, collect(ACCOUNTS))

    assert given(stack) == ACCOUNTS


@PROPS
@pytest.mark.parametrize(
    ("accounts", "problem"),
    [
        (7, "{} must be a list of accounts, got 7"),
        (ACCOUNT, f"{{}} must be a list of accounts, got '{ACCOUNT}'"),
        ([7], "each of {} must be a string of 12 digits, got 7"),
        ([None], "each of {} must be a string of 12 digits, got None"),
        (["12345"], "each of {} must be a 12-digit AWS account .* got '12345'"),
        (
            ["{{resolve:ssm:account}}"],
            "each of {} must not be a dynamic reference, got",
        ),
        ([ACCOUNT, ACCOUNT], f"{{}} must name each .* got {ACCOUNT} twice"),
    ],
    ids=["number", "text", "numbers", "none", "malformed", "reference", "twice"],
)
def test_fails_when_wrong_and_says_where(
    stack: Stack, prop: str, give: Give, accounts: Any, problem: str
) -> None:
    with pytest.raises(
        (TypeError, ValueError), match=f"^{problem.format(prop)}"
    ) as raised:
        give(stack, accounts)

    assert "account_with_restore_access" not in str(raised.value)


def test_fails_when_accounts_to_share_with_are_none(stack: Stack) -> None:
    with pytest.raises(
        TypeError,
        match="accounts_with_restore_access must be a list of accounts, got None",
    ):
        SnapshotShares(
            stack,
            "Shares",
            snapshot_identifier=SNAPSHOT,
            accounts_with_restore_access=None,  # type: ignore[arg-type]
        )


@PROPS
def test_fails_when_a_list_is_a_token(stack: Stack, prop: str, give: Give) -> None:
    parameter = CfnParameter(stack, "Accounts", type="CommaDelimitedList")

    with pytest.raises(
        ValueError,
        match=f"{prop} must be a list of accounts that is known at synthesis, got a token",
    ):
        give(stack, tuple(parameter.value_as_list))


@PROPS
def test_fails_when_one_is_a_token(stack: Stack, prop: str, give: Give) -> None:
    account = CfnParameter(stack, "Account").value_as_string

    with pytest.raises(
        ValueError, match=f"{prop} must be known at synthesis, got a token in it"
    ):
        give(stack, [account])


class TestLookup:
    """Until the CDK CLI has looked up a value, synthesis has a dummy value."""

    @pytest.fixture
    def account(self, stack: Stack) -> str:
        return ssm.StringParameter.value_from_lookup(stack, "/team/account")

    @pytest.fixture
    def stack(self) -> Stack:
        return new_stack(account=OWNER, region=REGION)

    def test_may_be_an_account(self, stack: Stack, account: str) -> None:
        share(stack, account_with_restore_access=account)

        assert shared(stack) == ["dummy-value-for-/team/account"]

    def test_may_be_one_of_many_accounts(self, stack: Stack, account: str) -> None:
        share_with(stack, [ACCOUNT, account])

        assert shared(stack) == [ACCOUNT, "dummy-value-for-/team/account"]

    def test_may_be_a_list(self, stack: Stack, account: str) -> None:
        share_with(stack, account.split(","))

        assert len(shared(stack)) == 1

    def test_may_be_allowed(self, stack: Stack, account: str) -> None:
        provider = SnapshotShareProvider(stack, "Provider", allowed_accounts=[account])

        share(stack, provider=provider)

        assert shared(stack) == [ACCOUNT]

    def test_may_be_an_account_that_must_be_allowed(
        self, stack: Stack, account: str
    ) -> None:
        provider = SnapshotShareProvider(stack, "Provider", allowed_accounts=[ACCOUNT])

        share(stack, account_with_restore_access=account, provider=provider)

        assert len(shared(stack)) == 1

    def test_may_be_an_account_that_uses_a_key(
        self, stack: Stack, account: str
    ) -> None:
        key = kms.Key(stack, "Key")

        share(stack, account_with_restore_access=account, encryption_key=key)

        assert len(shared(stack)) == 1
