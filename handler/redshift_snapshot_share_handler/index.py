"""The entry point of the Lambda function that shares snapshots."""

# ruff: noqa: E402 - two things come before the imports that take long.

import gc

# Importing modules and making clients leaves no garbage. Looking for it would take a fifth
# of a cold start.
gc.disable()

from redshift_snapshot_share_handler import authorities

_READING = authorities.read_ahead()

from typing import Any

from redshift_snapshot_share_handler import entry
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.delivery import deliver

entry.configure_logging()

_READING.join()

# Made at import, because Lambda's init phase has more CPU than the invocation.
_FUNCTION = entry.make_function()

# All of these objects stay for good, so the garbage collector need not visit them.
gc.freeze()
gc.enable()


def on_event(event: dict[str, Any], context: Any) -> None:
    """Handle one lifecycle event of `Custom::RedshiftSnapshotShare`.

    Args:
        event: The event that CloudFormation sent.
        context: Lambda's context, which knows how much time is left.

    Raises:
        RuntimeError: If CloudFormation did not get a response.
    """
    deliver(event, _FUNCTION, Deadline(entry.seconds_left(context)))
