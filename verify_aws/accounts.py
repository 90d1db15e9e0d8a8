"""Whose accounts the credentials are of, which is asked before anything else."""

from verify_aws.connection import Connect, Connection
from verify_aws.failure import VerificationError


def connect_home(
    connect: Connect, profile: str | None, region: str, account: str
) -> Connection:
    """Connect to the account that was named.

    Raises:
        VerificationError: If the credentials are of another one.
    """
    connection = connect(profile, region)
    identity = connection.identity()
    if identity.account != account:
        raise VerificationError(
            f"nothing was done: the credentials are of account {identity.account} "
            f"({identity.arn}), not of {account}; use others, or correct --account"
        )
    return connection


def connect_other(
    connect: Connect, profile: str | None, region: str, account: str
) -> tuple[Connection, str] | None:
    """Connect to the second account, if there is a profile of one.

    Args:
        connect: Makes the connection.
        profile: The profile.
        region: The Region.
        account: The first account.

    Returns:
        The connection and the account.

    Raises:
        VerificationError: If it is the first account.
    """
    if profile is None:
        return None
    connection = connect(profile, region)
    other = connection.identity().account
    if other == account:
        raise VerificationError(
            f"--other-profile {profile} is of account {account} too; name a profile of "
            "another account"
        )
    return connection, other
