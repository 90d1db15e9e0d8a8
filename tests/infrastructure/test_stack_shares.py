"""What the shares of one stack must agree on."""

import pytest
from aws_cdk import (
    App,
    Aws,
    CfnParameter,
    NestedStack,
    ScopedAws,
    Stack,
)

from cdk_redshift_snapshot_share import SnapshotShares
from tests.infrastructure.stacks import (
    ACCOUNT,
    OWNER,
    REGION,
    SNAPSHOT,
    cfn_snapshot,
    new_stack,
    share,
    shares_of,
)

ARN = f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:sales/{SNAPSHOT}"
TWENTY_ACCOUNTS = [f"{210_000_000_000 + n}" for n in range(20)]


@pytest.mark.parametrize(
    "props",
    [
        {"snapshot_identifier": SNAPSHOT},
        {"snapshot_identifier": SNAPSHOT.upper()},
        {"snapshot_identifier": SNAPSHOT, "snapshot_cluster_identifier": "sales"},
        {"snapshot_identifier": None, "snapshot_arn": ARN},
        {"snapshot_identifier": None, "snapshot": True},
        {"account_with_restore_access": f" {ACCOUNT}"},
    ],
    ids=["identifier", "upper case", "cluster", "arn", "reference", "account"],
)
def test_fails_when_a_share_is_declared_twice(
    stack: Stack, props: dict[str, object]
) -> None:
    share(stack)
    if props.get("snapshot"):
        props["snapshot"] = cfn_snapshot(stack, snapshot_identifier=SNAPSHOT)

    with pytest.raises(
        ValueError,
        match=rf"{SNAPSHOT} is already shared with account {ACCOUNT} in stack Stack",
    ):
        share(stack, "Again", **props)


def test_fails_when_a_token_is_shared_twice(stack: Stack) -> None:
    name = CfnParameter(stack, "Name").value_as_string
    share(stack, snapshot_identifier=name)

    with pytest.raises(
        ValueError, match=f"snapshot <a token> is already shared with account {ACCOUNT}"
    ):
        share(stack, "Again", snapshot_identifier=name)


def test_another_snapshot_or_account_is_another_share(stack: Stack) -> None:
    share(stack)
    share(stack, "Snapshot", snapshot_identifier="sales-2026-11-24")
    share(stack, "Account", account_with_restore_access="321098765432")

    assert len(shares_of(stack)) == 3


def test_stacks_may_declare_the_same_share() -> None:
    app = App()
    stacks = [Stack(app, "One"), Stack(app, "Two")]

    for stack in stacks:
        share(stack)

    assert [len(shares_of(stack)) for stack in stacks] == [1, 1]


def test_shares_may_be_named_after_what_they_are(stack: Stack) -> None:
    for name in ("RedshiftSnapshotShares", "SnapshotShares", "Shares"):
        SnapshotShares(
            stack,
            name,
            snapshot_identifier=name,
            accounts_with_restore_access=[ACCOUNT],
        )

    assert len(shares_of(stack)) == 3


def test_nested_stack_may_declare_the_share_of_its_parent(stack: Stack) -> None:
    share(stack)

    share(NestedStack(stack, "Nested"))


def test_twenty_accounts_may_share_a_snapshot(stack: Stack) -> None:
    SnapshotShares(
        stack,
        "Shares",
        snapshot_identifier=SNAPSHOT,
        accounts_with_restore_access=TWENTY_ACCOUNTS,
    )

    assert len(shares_of(stack)) == 20


def test_fails_when_a_snapshot_has_more_than_twenty_accounts(stack: Stack) -> None:
    SnapshotShares(
        stack,
        "Shares",
        snapshot_identifier=SNAPSHOT,
        accounts_with_restore_access=TWENTY_ACCOUNTS,
    )

    with pytest.raises(ValueError, match=f"at most 20 accounts, so account {ACCOUNT}"):
        share(stack, snapshot_identifier=None, snapshot_arn=ARN)


def test_fails_when_a_token_is_one_account_more_than_twenty(stack: Stack) -> None:
    account = CfnParameter(stack, "Account").value_as_string
    SnapshotShares(
        stack,
        "Shares",
        snapshot_identifier=SNAPSHOT,
        accounts_with_restore_access=TWENTY_ACCOUNTS,
    )

    with pytest.raises(ValueError, match="at most 20 accounts, so account <a token>"):
        share(stack, account_with_restore_access=account)


def test_fails_when_the_account_is_the_stacks_own() -> None:
    stack = new_stack(account=ACCOUNT)

    with pytest.raises(ValueError, match=f"another account, got {ACCOUNT}, which owns"):
        share(stack)


def test_fails_when_the_account_is_the_stacks_own_token(stack: Stack) -> None:
    with pytest.raises(ValueError, match="which owns the snapshot"):
        share(stack, account_with_restore_access=stack.account)


@pytest.mark.parametrize("owner", [None, OWNER], ids=["any", "one"])
def test_fails_when_the_account_is_the_pseudo_parameter(owner: str | None) -> None:
    stack = new_stack(account=owner)

    for account in (Aws.ACCOUNT_ID, ScopedAws(stack).account_id):
        with pytest.raises(ValueError, match="got <a token>, which owns the snapshot"):
            share(stack, account_with_restore_access=account)


def test_fails_when_the_account_is_that_of_the_arn(stack: Stack) -> None:
    with pytest.raises(ValueError, match=f"another account, got {OWNER}, which owns"):
        share(
            stack,
            snapshot_identifier=None,
            snapshot_arn=ARN,
            account_with_restore_access=OWNER,
        )


def test_arn_may_be_of_the_stacks_environment() -> None:
    stack = new_stack(account=OWNER, region=REGION)

    share(stack, snapshot_identifier=None, snapshot_arn=ARN)

    assert shares_of(stack)[0]["SnapshotArn"] == ARN


def test_fails_when_the_arn_is_of_another_account() -> None:
    stack = new_stack(account="999999999999", region=REGION)

    with pytest.raises(
        ValueError, match=f"the stack, 999999999999, got one in {OWNER}"
    ):
        share(stack, snapshot_identifier=None, snapshot_arn=ARN)


def test_fails_when_the_arn_is_of_another_region() -> None:
    stack = new_stack(account=OWNER, region="us-east-1")

    with pytest.raises(ValueError, match=f"the stack, us-east-1, got one in {REGION}"):
        share(stack, snapshot_identifier=None, snapshot_arn=ARN)
