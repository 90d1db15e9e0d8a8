"""Which accounts may restore a snapshot: Redshift's rules for changing that."""

import re

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.snapshots import SUPPORT_ACCOUNT, Snapshot

MAX_ACCOUNTS_PER_SNAPSHOT = 20
MAX_ACCOUNTS_PER_KEY = 100

_ACCOUNT = re.compile(r"[0-9]{12}")


def check_account(account: str, owner_account: str) -> None:
    """Check that an account can be given access, or lose it.

    Raises:
        RedshiftError: If it is none, or owns the snapshot.
    """
    if account != SUPPORT_ACCOUNT and not _ACCOUNT.fullmatch(account):
        raise RedshiftError("InvalidParameterValue", f"Invalid account {account}")
    if account == owner_account:
        raise RedshiftError(
            "InvalidParameterValue", f"{account} owns the snapshot: it has access"
        )


def authorize(snapshot: Snapshot, account: str, accounts_of_key: int) -> None:
    """Give an account access.

    Args:
        snapshot: To what; it is available.
        account: To whom.
        accounts_of_key: How many have access to what the snapshot's key encrypts.

    Raises:
        RedshiftError: If the snapshot cannot be shared, or not with one more account.
    """
    accounts = snapshot.accounts_with_restore_access
    if snapshot.snapshot_type != "manual":
        raise RedshiftError(
            "InvalidClusterSnapshotState",
            f"The automated snapshot {snapshot.snapshot_identifier} cannot be shared",
        )
    if account in accounts:
        raise RedshiftError(
            "AuthorizationAlreadyExists", f"{account} is already authorized"
        )
    if (
        len(accounts) >= MAX_ACCOUNTS_PER_SNAPSHOT
        or accounts_of_key >= MAX_ACCOUNTS_PER_KEY
    ):
        raise RedshiftError(
            "AuthorizationQuotaExceeded", "The authorization quota is reached"
        )
    accounts[account] = None


def revoke(snapshot: Snapshot, account: str) -> None:
    """Take an account's access.

    Raises:
        RedshiftError: If it has none.
    """
    if account not in snapshot.accounts_with_restore_access:
        raise RedshiftError("AuthorizationNotFound", f"{account} has no access")
    del snapshot.accounts_with_restore_access[account]
