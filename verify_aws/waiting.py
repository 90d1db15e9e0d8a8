"""Waits for AWS."""

import time
from collections.abc import Callable

from verify_aws.connection import Connection
from verify_aws.failure import VerificationError


def wait_until(
    connection: Connection, is_done: Callable[[], bool], what: str, *, minutes: float
) -> None:
    """Look again and again until something is done.

    Args:
        connection: Says how long to pause between two looks.
        is_done: The look.
        what: What is waited for, for the message.
        minutes: How long to wait at most.

    Raises:
        VerificationError: If it is not done by then.
    """
    deadline = time.monotonic() + 60 * minutes
    while not is_done():
        if time.monotonic() > deadline:
            raise VerificationError(f"waited {minutes:g} minutes in vain: {what}")
        time.sleep(connection.pause_seconds)
