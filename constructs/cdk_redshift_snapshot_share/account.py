"""The account that may restore, checked where synthesis knows it."""

from collections.abc import Sequence

from aws_cdk import Token

from cdk_redshift_snapshot_share.tokens import is_token
from redshift_snapshot_share_handler import syntax


def account_or_token(value: str) -> str:
    """Check an account.

    Raises:
        TypeError: If it is not a string.
        ValueError: If it is neither an account nor a token.
    """
    if not isinstance(value, str):
        # A number from YAML or JSON may have lost its leading zeros.
        raise TypeError(
            f"account_with_restore_access must be a string of 12 digits, got {value!r}"
        )
    return value if is_token(value) else syntax.parse_account(value)


def known_accounts(prop: str, values: Sequence[str]) -> list[str]:
    """Check a list of accounts that synthesis must know.

    Raises:
        TypeError: If one of them is not a string.
        ValueError: If one of them is not an account, is a token or is listed twice.
    """
    if isinstance(values, str) or Token.is_unresolved(values):
        raise ValueError(
            f"{prop} must be a list of accounts that is known at synthesis, got {values!r}"
        )
    accounts: list[str] = []
    for value in values:
        account = account_or_token(value)
        if is_token(account):
            raise ValueError(
                f"{prop} must be known at synthesis, got the token {value!r}"
            )
        if account in accounts:
            raise ValueError(f"{prop} must name each account once, got {account} twice")
        accounts.append(account)
    return accounts
