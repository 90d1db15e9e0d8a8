"""Redshift's rules for changing which accounts may restore a snapshot."""

import re

from local_aws.redshift.assumptions import Assumptions, follow
from local_aws.redshift.names import is_copied
from local_aws.redshift.service import Redshift
from local_aws.redshift.snapshots import SUPPORT_ACCOUNT, Snapshot

MAX_ACCOUNTS_PER_SNAPSHOT = 20
MAX_ACCOUNTS_PER_KEY = 100

_ACCOUNT = re.compile(r"[0-9]{12}")
# All others of 12 digits exist here.
_ACCOUNT_OF_NOBODY = "999999999999"


def check_account(account: str, owner_account: str, assumptions: Assumptions) -> None:
    """Check that access can be granted to an account, or revoked from it.

    Args:
        account: The account.
        owner_account: The account that owns the snapshot.
        assumptions: What is assumed of Redshift.

    Raises:
        RedshiftError: If it is not an account, or it owns the snapshot.
    """
    if account != SUPPORT_ACCOUNT and not _ACCOUNT.fullmatch(account):
        follow(assumptions.authorize_malformed, f"Invalid account {account}")
    if account == owner_account:
        follow(
            assumptions.authorize_own_account,
            f"{account} owns the snapshot: it has access",
        )


def authorize(redshift: Redshift, snapshot: Snapshot, account: str) -> None:
    """Let an account restore a snapshot that is available.

    Raises:
        RedshiftError: If the snapshot cannot be shared, or cannot be shared with another
            account.
    """
    accounts = snapshot.accounts_with_restore_access
    assumptions, identifier = redshift.assumptions, snapshot.snapshot_identifier
    if snapshot.snapshot_type != "manual":
        follow(
            assumptions.authorize_automated,
            f"The automated snapshot {identifier} cannot be shared",
        )
    if is_copied(identifier):
        follow(assumptions.authorize_copied, f"The copy {identifier} cannot be shared")
    if snapshot.kms_key_id and snapshot.kms_key_id.endswith(":alias/aws/redshift"):
        follow(
            assumptions.authorize_aws_managed_key,
            f"AWS manages the key of {identifier}",
        )
    if account == _ACCOUNT_OF_NOBODY:
        follow(assumptions.authorize_nonexistent, f"There is no account {account}")
    if account in accounts:
        follow(assumptions.authorize_twice, f"{account} is already authorized")
    if (
        len(accounts) >= MAX_ACCOUNTS_PER_SNAPSHOT
        or _count_accounts(redshift, snapshot) >= MAX_ACCOUNTS_PER_KEY
    ):
        follow(assumptions.authorize_21st, "The authorization quota is reached")
    _keep_accounts(redshift, snapshot)
    accounts[account] = None


def revoke(redshift: Redshift, snapshot: Snapshot, account: str) -> None:
    """Stop letting an account restore a snapshot.

    Raises:
        RedshiftError: If the account has no access.
    """
    if account not in snapshot.accounts_with_restore_access:
        follow(redshift.assumptions.revoke_absent, f"{account} has no access")
        return
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
