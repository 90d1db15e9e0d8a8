"""Redshift's rules for changing which accounts may restore a snapshot."""

import re

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.service import Redshift
from local_aws.redshift.snapshots import SUPPORT_ACCOUNT, Snapshot

MAX_ACCOUNTS_PER_SNAPSHOT = 20
MAX_ACCOUNTS_PER_KEY = 100

_ACCOUNT = re.compile(r"[0-9]{12}")


def check_account(account: str, owner_account: str) -> None:
    """Check that access can be granted to an account, or revoked from it.

    Raises:
        RedshiftError: If it is not an account, or it owns the snapshot.
    """
    if account != SUPPORT_ACCOUNT and not _ACCOUNT.fullmatch(account):
        raise RedshiftError("InvalidParameterValue", f"Invalid account {account}")
    if account == owner_account:
        raise RedshiftError(
            "InvalidParameterValue", f"{account} owns the snapshot: it has access"
        )


def authorize(redshift: Redshift, snapshot: Snapshot, account: str) -> None:
    """Let an account restore a snapshot that is available.

    Raises:
        RedshiftError: If the snapshot cannot be shared, or cannot be shared with another
            account.
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
        or _count_accounts(redshift, snapshot) >= MAX_ACCOUNTS_PER_KEY
    ):
        raise RedshiftError(
            "AuthorizationQuotaExceeded", "The authorization quota is reached"
        )
    _keep_accounts(redshift, snapshot)
    accounts[account] = None


def revoke(redshift: Redshift, snapshot: Snapshot, account: str) -> None:
    """Stop letting an account restore a snapshot.

    Raises:
        RedshiftError: If the account has no access.
    """
    if account not in snapshot.accounts_with_restore_access:
        raise RedshiftError("AuthorizationNotFound", f"{account} has no access")
    _keep_accounts(redshift, snapshot)
    del snapshot.accounts_with_restore_access[account]


def _keep_accounts(redshift: Redshift, snapshot: Snapshot) -> None:
    snapshot.former_accounts.keep(
        snapshot.accounts_with_restore_access,
        redshift.clock(),
        redshift.account_lag_seconds,
    )


def _count_accounts(redshift: Redshift, snapshot: Snapshot) -> int:
    """Count the authorizations of all snapshots that the snapshot's key encrypts."""
    key = snapshot.kms_key_id
    if key is None:
        return 0
    return sum(
        len(other.accounts_with_restore_access)
        for other in redshift.snapshots_in_region(snapshot.region)
        if other.kms_key_id == key
    )
