"""The account that may restore, checked where synthesis knows it."""

from collections.abc import Iterable

from aws_cdk import Token

from cdk_redshift_snapshot_share.text import check_text
from cdk_redshift_snapshot_share.tokens import is_known, is_token
from redshift_snapshot_share_handler import syntax


def account_or_token(value: str, prop: str = "account_with_restore_access") -> str:
    """Check an account.

    Args:
        value: The account.
        prop: What messages call it.

    Raises:
        TypeError: If it is not a string.
        ValueError: If it is neither an account nor a token.
    """
    if not isinstance(value, str):
        # A number from YAML or JSON may have lost its leading zeros.
        raise TypeError(f"{prop} must be a string of 12 digits, got {value!r}")
    check_text(prop, value)
    return syntax.parse_account(value, prop) if is_known(value) else value


def known_accounts(prop: str, values: Iterable[str]) -> list[str]:
    """Check accounts that synthesis must know.

    Raises:
        TypeError: If they are not a collection, or one of them is not a string.
        ValueError: If one of them is not an account, is a token or is listed twice.
    """
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise TypeError(f"{prop} must be a list of accounts, got {values!r}")
    accounts: list[str] = []
    for value in values:
        # A list that only deployment knows has one item that looks like `#{Token[..]}`.
        if str(value).startswith("#{") and Token.is_unresolved([value]):
            raise ValueError(
                f"{prop} must be a list of accounts that is known at synthesis, got a token"
            )
        account = account_or_token(value, f"each of {prop}")
        if is_token(account):
            raise ValueError(f"{prop} must be known at synthesis, got a token in it")
        if account in accounts:
            raise ValueError(f"{prop} must name each account once, got {account} twice")
        accounts.append(account)
    return accounts
