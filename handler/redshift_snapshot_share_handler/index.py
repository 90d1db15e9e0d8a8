"""The entry point of the Lambda function."""

# ruff: noqa: E402 - two things come before the imports that take long.

import gc

# There is no garbage while modules are imported and clients made, and looking for it
# takes a fifth of a cold start.
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

# What a run keeps back of the function's timeout for responding.
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


# In Lambda this does nothing: its own handler writes JSON, with the request id.
logging.basicConfig(stream=sys.stdout)
logging.getLogger(__package__).setLevel(logging.INFO)

_READING.join()

# Made at import: Lambda's init phase has more CPU than the invocation.
_FUNCTION = _make_function()

# All of this stays for good.
gc.freeze()
gc.enable()


def on_event(event: dict[str, Any], context: Any) -> None:
    """Handle one lifecycle event of `Custom::RedshiftSnapshotShare`.

    Args:
        event: What CloudFormation sends.
        context: Lambda's context; says how much time is left.

    Raises:
        RuntimeError: If CloudFormation did not get a response.
    """
    deliver(event, _FUNCTION, Deadline(_seconds(context)))


def _seconds(context: Any) -> float:
    """How long the run may take, so that there is time left to respond."""
    left: float = context.get_remaining_time_in_millis() / 1000
    return min(left - _RESPONSE_SECONDS, DEADLINE_SECONDS)
