"""The accounts that a provider shares with."""

from collections.abc import Iterable

from cdk_redshift_snapshot_share.account import known_accounts
from cdk_redshift_snapshot_share.tokens import is_known, is_placeholder
from redshift_snapshot_share_handler import contract

# Lambda takes 4,096 bytes of environment, names included.
_MAX_LENGTH = 4_000


class AllowedAccounts:
    """Any account, or those of a list.

    IAM has no condition for the account that a snapshot is shared with, so this is
    checked here and, for accounts that only deployment knows, in the function.
    """

    def __init__(self, accounts: Iterable[str] | None) -> None:
        self._accounts: list[str] = []
        if accounts is None:
            return
        self._accounts = sorted(known_accounts("allowed_accounts", accounts))
        if not self._accounts:
            raise ValueError(
                "allowed_accounts must name at least one account, got none; leave it out "
                "to allow any"
            )
        if len(",".join(self._accounts)) > _MAX_LENGTH:
            raise ValueError(
                f"allowed_accounts must take at most {_MAX_LENGTH:,} characters, as they "
                f"are in the function's environment, got {len(self._accounts)} accounts"
            )

    def check(self, account: str) -> None:
        """Check an account, if it and those that are allowed are known.

        Raises:
            ValueError: If it is not allowed.
        """
        if not self._accounts or any(map(is_placeholder, self._accounts)):
            return
        if account not in self._accounts and is_known(account):
            raise ValueError(
                "account_with_restore_access must be one of the provider's "
                f"allowed_accounts, {', '.join(self._accounts)}, got {account}"
            )

    def environment(self) -> dict[str, str] | None:
        """Tell the function; nothing to tell if any account is allowed."""
        if not self._accounts:
            return None
        return {contract.ALLOWED_ACCOUNTS_VARIABLE: ",".join(self._accounts)}
