"""The accounts that a provider shares with."""

from collections.abc import Iterable

from cdk_redshift_snapshot_share._private.accounts import check_known_accounts
from cdk_redshift_snapshot_share._private.tokens import is_known, is_placeholder
from redshift_snapshot_share_handler import contract

# Lambda accepts 4,096 bytes of environment variables, including their names.
_MAX_LENGTH = 3_800


class AllowedAccounts:
    """The accounts that a provider may share with: any account, or the accounts in a list.

    IAM has no condition key for the account that a snapshot is shared with. So the account
    is checked here. If it is known only at deployment, the function checks it.
    """

    def __init__(
        self, accounts: Iterable[str] | None, max_length: int = _MAX_LENGTH
    ) -> None:
        self._accounts: list[str] = []
        if accounts is None:
            return
        self._accounts = sorted(check_known_accounts(accounts, "allowed_accounts"))
        if not self._accounts:
            raise ValueError(
                "allowed_accounts must name at least one account, got none; leave it out "
                "to allow any"
            )
        if len(",".join(self._accounts)) > max_length:
            raise ValueError(
                f"allowed_accounts must take at most {max_length:,} characters, because "
                "they are in an environment variable of the function, got "
                f"{len(self._accounts)} accounts"
            )

    @property
    def accounts(self) -> list[str] | None:
        """The accounts of the list; none if any account is allowed."""
        return self._accounts or None

    def check(
        self, accounts: Iterable[str], prop: str = "account_with_restore_access"
    ) -> None:
        """Check accounts, as far as they and the allowed ones are known.

        Args:
            accounts: The accounts.
            prop: What messages call each of them.

        Raises:
            ValueError: If one is not allowed.
        """
        if not self._accounts or any(map(is_placeholder, self._accounts)):
            return
        for account in accounts:
            if account not in self._accounts and is_known(account):
                raise ValueError(
                    f"{prop} must be one of the allowed_accounts, "
                    f"{', '.join(self._accounts)}, got {account}"
                )

    def write_variables(self) -> dict[str, str]:
        """Write the function's environment variables: none if any account is allowed."""
        if not self._accounts:
            return {}
        return {contract.ALLOWED_ACCOUNTS_VARIABLE: ",".join(self._accounts)}
