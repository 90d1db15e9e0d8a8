"""The account that snapshots are shared with."""

from typing import NamedTuple

from verify_aws.connection import Connection
from verify_aws.lock import Lock


class Receiver(NamedTuple):
    """A second account, which snapshots are shared with.

    Args:
        connection: The account in the same Region.
        account: Its id.
        lock: The run's lock there.
    """

    connection: Connection
    account: str
    lock: Lock
