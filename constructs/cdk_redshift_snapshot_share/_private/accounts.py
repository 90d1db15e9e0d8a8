"""Checks whether accounts are well formed, as far as synthesis knows them."""

from collections.abc import Iterable

from aws_cdk import Token

from cdk_redshift_snapshot_share._private.text import check_text
from cdk_redshift_snapshot_share._private.tokens import describe, is_known, is_token
from cdk_redshift_snapshot_share._private.values import show
from redshift_snapshot_share_handler import syntax


def check_account(value: str, prop: str = "account_with_restore_access") -> str:
    """Check an account.

    Args:
        value: The account.
        prop: What messages call it.

    Raises:
        TypeError: If it is not a string.
        ValueError: If it is neither an account nor a token.
    """
    if not isinstance(value, str):
        # An account that YAML or JSON read as a number may have lost its leading zeros.
        raise TypeError(f"{prop} must be a string of 12 digits, got {show(value)}")
    check_text(value, prop)
    return syntax.parse_account(value, prop) if is_known(value) else value


def check_accounts(values: Iterable[str], prop: str, remedy: str = "") -> list[str]:
    """Check a list of accounts, each of which may be a token.

    Args:
        values: The accounts.
        prop: What messages call them.
        remedy: What messages add if something is a token that cannot be one.

    Raises:
        TypeError: If they are not a collection, or one of them is not a string.
        ValueError: If the whole list is a token, or if one of them is not an account or is
            listed twice.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"{prop} must be a list of accounts, got {show(values)}")
    accounts: list[str] = []
    for value in values:
        # A list that is known only at deployment has one item like `#{Token[..]}`.
        if str(value).startswith("#{") and Token.is_unresolved([value]):
            raise ValueError(
                f"{prop} must be a list of accounts that is known at synthesis, got a "
                f"token{remedy}"
            )
        account = check_account(value, f"each of {prop}")
        if account in accounts:
            raise ValueError(
                f"{prop} must name each account once, got {describe(account)} twice"
            )
        accounts.append(account)
    return accounts


def check_known_accounts(
    values: Iterable[str], prop: str, remedy: str = ""
) -> list[str]:
    """Check accounts that synthesis must know, as `check_accounts` does.

    Raises:
        TypeError: If they are not a collection, or one of them is not a string.
        ValueError: If one of them is not an account, is a token or is listed twice.
    """
    accounts = check_accounts(values, prop, remedy)
    if any(map(is_token, accounts)):
        raise ValueError(
            f"{prop} must be known at synthesis, got a token in it{remedy}"
        )
    return accounts
