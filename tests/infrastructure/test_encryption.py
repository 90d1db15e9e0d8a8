"""The policy of the key that encrypts a snapshot."""

from typing import Any

import pytest
from aws_cdk import (
    App,
    CfnParameter,
    Environment,
    Fn,
    Stack,
    aws_kms as kms,
)
from aws_cdk.assertions import Annotations, Match

from cdk_redshift_snapshot_share import SnapshotShares
from tests.infrastructure.stacks import (
    ACCOUNT,
    SNAPSHOT,
    new_stack,
    resources,
    share,
    statements_of,
    warnings_of,
)

KEY_ARN = (
    "arn:aws:kms:eu-central-1:123456789012:key/1b5e2d4c-8f3a-4e7b-9c6d-0a1b2c3d4e5f"
)

HUNDRED_ACCOUNTS = [f"{210_000_000_000 + n}" for n in range(100)]


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


def test_key_in_the_app_makes_no_warning(stack: Stack) -> None:
    share(stack, encryption_key=kms.Key(stack, "Key"))

    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_480_shares_may_have_one_key(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    for snapshot in range(24):
        SnapshotShares(
            stack,
            f"Shares{snapshot}",
            snapshot_identifier=f"sales-{snapshot}",
            accounts_with_restore_access=HUNDRED_ACCOUNTS[:20],
            encryption_key=key,
        )

    assert len(key_statements(stack)) == 20
    assert len(described_keys(stack)) == 1


class TestAccountsOfAKey:
    def declare(self, stack: Stack, key: kms.IKey, count: int) -> None:
        for number, account in enumerate(HUNDRED_ACCOUNTS[:count]):
            share(
                stack,
                f"Share{number}",
                snapshot_identifier=f"sales-{number // 20}",
                account_with_restore_access=account,
                encryption_key=key,
            )

    def test_may_be_a_hundred(self, stack: Stack) -> None:
        self.declare(stack, kms.Key(stack, "Key"), 100)

        assert len(key_statements(stack)) == 100
        Annotations.from_stack(stack).has_no_warning("*", Match.any_value())

    def test_fails_when_they_are_more(self, stack: Stack) -> None:
        key = kms.Key(stack, "Key")
        self.declare(stack, key, 100)

        with pytest.raises(
            ValueError, match=r"of one encryption_key .* at most 100 accounts, got 101"
        ):
            share(stack, encryption_key=key)

    def test_make_a_warning_when_they_are_more_in_sum(self, stack: Stack) -> None:
        key = kms.Key(stack, "Key")
        self.declare(stack, key, 100)

        for name in ("First", "Second"):
            share(
                stack,
                name,
                snapshot_identifier=name,
                account_with_restore_access=HUNDRED_ACCOUNTS[0],
                encryption_key=key,
            )

        (warning,) = warnings_of(stack)
        assert warning.startswith("/Stack/First: ")
        assert "100 accounts per KMS key, added up" in warning

    def test_do_not_count_support_and_tokens(self, stack: Stack) -> None:
        key = kms.Key(stack, "Key")
        self.declare(stack, key, 100)

        for name, account in (
            ("Support", "amazon-redshift-support"),
            ("Token", CfnParameter(stack, "Account").value_as_string),
        ):
            share(stack, name, account_with_restore_access=account, encryption_key=key)

        assert len(key_statements(stack)) == 101


class TestElsewhere:
    """A key that another stack defines."""

    @pytest.fixture
    def keys(self) -> Stack:
        return Stack(App(), "Keys")

    @pytest.fixture
    def stack(self, keys: Stack) -> Stack:
        return Stack(App.of(keys), "Stack")

    @pytest.mark.parametrize("kind", ["import", "the key's own"])
    def test_key_may_have_an_account_that_does_not_make_it_wait(
        self, keys: Stack, stack: Stack, kind: str
    ) -> None:
        account = {
            "import": Fn.import_value("Account"),
            "the key's own": CfnParameter(keys, "Account").value_as_string,
        }[kind]

        share(
            stack,
            account_with_restore_access=account,
            encryption_key=kms.Key(keys, "Key"),
        )

        assert len(key_statements(keys)) == 1
        assert len(described_keys(stack)) == 1

    @pytest.mark.parametrize("kind", ["parameter", "selection"])
    def test_fails_when_each_stack_would_wait_for_the_other(
        self, keys: Stack, stack: Stack, kind: str
    ) -> None:
        names = CfnParameter(stack, "Names", type="CommaDelimitedList").value_as_list
        account = {
            "parameter": CfnParameter(stack, "Account").value_as_string,
            "selection": Fn.select(0, names),
        }[kind]

        with pytest.raises(
            ValueError, match="in another stack, Keys, got a token in stack Stack"
        ):
            share(
                stack,
                account_with_restore_access=account,
                encryption_key=kms.Key(keys, "Key"),
            )

    def test_imported_key_may_have_any_account(self, keys: Stack, stack: Stack) -> None:
        share(
            stack,
            account_with_restore_access=CfnParameter(stack, "A").value_as_string,
            encryption_key=kms.Key.from_key_arn(keys, "Key", KEY_ARN),
        )

        assert described_keys(stack) == [KEY_ARN]

    @pytest.mark.parametrize(
        ("account", "region", "problem"),
        [
            ("123456789012", "us-east-1", "Region of the stack, eu-central-1, got one"),
            ("999999999999", "eu-central-1", r"got one in aws://999999999999/eu-cent"),
            (None, None, "got one in aws://unknown-account/unknown-region"),
        ],
        ids=["Region", "account", "any"],
    )
    def test_fails_when_in_another_environment(
        self, account: str | None, region: str | None, problem: str
    ) -> None:
        app = App()
        keys = Stack(app, "Keys", env=Environment(account=account, region=region))
        here = Environment(account="123456789012", region="eu-central-1")

        with pytest.raises(ValueError, match=f"^encryption_key must be in .*{problem}"):
            share(Stack(app, "Stack", env=here), encryption_key=kms.Key(keys, "Key"))


class TestImported:
    def test_key_may_be_of_another_account(self) -> None:
        stack = new_stack(account="999999999999", region="eu-central-1")

        share(stack, encryption_key=kms.Key.from_key_arn(stack, "Key", KEY_ARN))

        assert described_keys(stack) == [KEY_ARN]

    def test_fails_when_the_key_is_in_another_region(self) -> None:
        stack = new_stack(account="123456789012", region="us-east-1")
        key = kms.Key.from_key_arn(stack, "Key", KEY_ARN)

        with pytest.raises(
            ValueError, match="Region of the stack, us-east-1, got one in eu-central-1"
        ):
            share(stack, encryption_key=key)

    @pytest.mark.parametrize("kind", ["name", "arn"])
    def test_fails_when_aws_manages_the_key(self, stack: Stack, kind: str) -> None:
        arn = "arn:aws:kms:eu-central-1:123456789012:alias/aws/redshift"
        key = {
            "name": kms.Alias.from_alias_name(stack, "Name", "alias/aws/redshift"),
            "arn": kms.Key.from_key_arn(stack, "Arn", arn),
        }[kind]

        with pytest.raises(
            ValueError, match="must be a customer managed key, got alias/aws/redshift"
        ):
            share(stack, encryption_key=key)

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
