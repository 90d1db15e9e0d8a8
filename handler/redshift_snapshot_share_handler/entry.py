"""Makes what the entry points of both Lambda functions need."""

import logging
import os
import sys
from typing import Any

from redshift_snapshot_share_handler.contract import (
    ALLOWED_ACCOUNTS_VARIABLE,
    DEADLINE_SECONDS,
    STACK_ID_VARIABLE,
)
from redshift_snapshot_share_handler.exchange import Function
from redshift_snapshot_share_handler.session import make_session

# The part of the function's timeout that is reserved for responding.
_RESPONSE_SECONDS = 60


def configure_logging() -> None:
    """Log what the handler does, but not what botocore does."""
    # In Lambda this does nothing, because Lambda's own handler writes JSON with the
    # request id.
    logging.basicConfig(stream=sys.stdout)
    logging.getLogger(__package__).setLevel(logging.INFO)


def make_function() -> Function:
    """Make the function from its environment."""
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


def seconds_left(context: Any) -> float:
    """How long the run may take, with time left to respond.

    Args:
        context: Lambda's context, which knows how much time is left.
    """
    left: float = context.get_remaining_time_in_millis() / 1000
    return min(left - _RESPONSE_SECONDS, DEADLINE_SECONDS)
