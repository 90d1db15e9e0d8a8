"""The entry point of the Lambda function."""

# ruff: noqa: E402 - two things come before the imports that take long.

import gc

# Importing modules and making clients leaves no garbage. Looking for it would take a fifth
# of a cold start.
gc.disable()

from redshift_snapshot_share_handler import authorities

_READING = authorities.read_ahead()

import logging
import os
import sys
from typing import Any

from redshift_snapshot_share_handler.contract import (
    ALLOWED_ACCOUNTS_VARIABLE,
    DEADLINE_SECONDS,
    STACK_ID_VARIABLE,
)
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.delivery import Function, deliver
from redshift_snapshot_share_handler.session import make_session

# The part of the function's timeout that is reserved for responding.
_RESPONSE_SECONDS = 60


def _make_function() -> Function:
    session = make_session()
    accounts = os.environ.get(ALLOWED_ACCOUNTS_VARIABLE, "")
    return Function(
        redshift=session.create_client("redshift"),
        cloudformation=session.create_client("cloudformation"),
        make_kms=lambda: session.create_client("kms"),
        allowed_accounts=frozenset(accounts.split(",")) if accounts else frozenset(),
        stack_id=os.environ.get(STACK_ID_VARIABLE, ""),
        allows_http=any(name.startswith("AWS_ENDPOINT_URL") for name in os.environ),
    )


# In Lambda this does nothing, because Lambda's own handler writes JSON with the request id.
logging.basicConfig(stream=sys.stdout)
logging.getLogger(__package__).setLevel(logging.INFO)

_READING.join()

# Made at import, because Lambda's init phase has more CPU than the invocation.
_FUNCTION = _make_function()

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
    deliver(event, _FUNCTION, Deadline(_seconds(context)))


def _seconds(context: Any) -> float:
    """How long the run may take, with time left to respond."""
    left: float = context.get_remaining_time_in_millis() / 1000
    return min(left - _RESPONSE_SECONDS, DEADLINE_SECONDS)
