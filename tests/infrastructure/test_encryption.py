"""What becomes of the key that encrypts a snapshot."""

from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Stack, aws_kms as kms
from aws_cdk.assertions import Annotations, Match

from cdk_redshift_snapshot_share import SnapshotShares
from tests.infrastructure.stacks import (
    ACCOUNT,
    SNAPSHOT,
    new_stack,
    resources,
    share,
    statements_of,
)

KEY_ARN = (
    "arn:aws:kms:eu-central-1:123456789012:key/1b5e2d4c-8f3a-4e7b-9c6d-0a1b2c3d4e5f"
)


@pytest.fixture
def stack() -> Stack:
    return new_stack()


def key_statements(stack: Stack) -> list[dict[str, Any]]:
    """The statements of the key's policy, after that of its own account."""
    (key,) = resources(stack, "AWS::KMS::Key").values()
    statements: list[dict[str, Any]] = key["Properties"]["KeyPolicy"]["Statement"]
    return statements[1:]


def decryption_by(account: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Principal": {
            "AWS": {
                "Fn::Join": [
                    "",
                    ["arn:", {"Ref": "AWS::Partition"}, f":iam::{account}:root"],
                ]
            }
        },
        "Resource": "*",
    }


def described_keys(stack: Stack) -> list[Any]:
    return [
        statement["Resource"]
        for statement in statements_of(stack)
        if statement["Action"] == "kms:DescribeKey"
    ]


def test_other_account_may_decrypt(stack: Stack) -> None:
    share(stack, encryption_key=kms.Key(stack, "Key"))

    assert key_statements(stack) == [decryption_by(ACCOUNT)]


def test_every_account_may_decrypt(stack: Stack) -> None:
    accounts = [ACCOUNT, "321098765432"]

    SnapshotShares(
        stack,
        "Shares",
        snapshot_identifier=SNAPSHOT,
        accounts_with_restore_access=accounts,
        encryption_key=kms.Key(stack, "Key"),
    )

    assert key_statements(stack) == [decryption_by(account) for account in accounts]


def test_account_is_named_once_for_all_snapshots_of_a_key(stack: Stack) -> None:
    key = kms.Key(stack, "Key")

    share(stack, encryption_key=key)
    share(stack, "Other", snapshot_identifier="sales-2026-11-24", encryption_key=key)

    assert key_statements(stack) == [decryption_by(ACCOUNT)]


def test_account_may_be_a_token(stack: Stack) -> None:
    account = CfnParameter(stack, "Account").value_as_string

    share(
        stack,
        account_with_restore_access=account,
        encryption_key=kms.Key(stack, "Key"),
    )

    (statement,) = key_statements(stack)
    assert statement["Principal"]["AWS"]["Fn::Join"][1][-2:] == [
        {"Ref": "Account"},
        ":root",
    ]


def test_support_is_no_principal(stack: Stack) -> None:
    share(
        stack,
        account_with_restore_access="amazon-redshift-support",
        encryption_key=kms.Key(stack, "Key"),
    )

    assert key_statements(stack) == []


def test_function_may_describe_that_key_only(stack: Stack) -> None:
    key = kms.Key(stack, "Key")

    share(stack, encryption_key=key)
    share(stack, "Other", snapshot_identifier="sales-2026-11-24", encryption_key=key)

    assert described_keys(stack) == [stack.resolve(key.key_arn)]


def test_function_may_describe_every_key_that_is_given(stack: Stack) -> None:
    keys = [kms.Key(stack, name) for name in ("One", "Two")]

    for number, key in enumerate(keys):
        share(
            stack,
            f"Share{number}",
            snapshot_identifier=f"sales-{number}",
            encryption_key=key,
        )

    assert described_keys(stack) == [
        stack.resolve(keys[0].key_arn),
        stack.resolve(keys[1].key_arn),
    ]


def test_key_may_be_in_another_stack() -> None:
    app = App()
    keys, stack = Stack(app, "Keys"), Stack(app, "Stack")

    share(stack, encryption_key=kms.Key(keys, "Key"))

    assert key_statements(keys) == [decryption_by(ACCOUNT)]
    (described,) = described_keys(stack)
    assert "Fn::ImportValue" in described


class TestImported:
    def test_key_may_be_described(self, stack: Stack) -> None:
        key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)

        share(stack, encryption_key=key)

        assert described_keys(stack) == [KEY_ARN]

    def test_key_makes_a_warning_with_the_statement_to_add(self, stack: Stack) -> None:
        key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)

        share(stack, encryption_key=key)

        Annotations.from_stack(stack).has_warning(
            "/Stack/Share",
            Match.string_like_regexp(
                r'add this statement: \{"Effect": "Allow", "Principal": '
                rf'\{{"AWS": "{ACCOUNT}"\}}, "Action": "kms:Decrypt", "Resource": "\*"\}}'
            ),
        )

    def test_key_makes_a_warning_if_the_account_is_a_token(self, stack: Stack) -> None:
        account = CfnParameter(stack, "Account").value_as_string
        key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)

        share(stack, account_with_restore_access=account, encryption_key=key)

        Annotations.from_stack(stack).has_warning(
            "/Stack/Share", Match.string_like_regexp(r'"AWS": \{"Ref": "Account"\}')
        )

    def test_alias_does_not_tell_which_key_to_describe(self, stack: Stack) -> None:
        alias = kms.Alias.from_alias_name(stack, "Key", "alias/sales")

        share(stack, encryption_key=alias)

        (described,) = described_keys(stack)
        assert described["Fn::Join"][1][-1] == ":key/*"

    def test_key_that_is_for_support_needs_no_warning(self, stack: Stack) -> None:
        share(
            stack,
            account_with_restore_access="amazon-redshift-support",
            encryption_key=kms.Key.from_key_arn(stack, "Key", KEY_ARN),
        )

        Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
