"""The entry point of the Lambda function."""

import os
from typing import Any

import botocore.session
from botocore.config import Config

from redshift_snapshot_share_handler.contract import (
    ALLOWED_ACCOUNTS_VARIABLE,
    DEADLINE_SECONDS,
)
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.delivery import Environment, deliver

# What a run keeps back of the function's timeout for answering.
_ANSWER_SECONDS = 60


def _environment() -> Environment:
    session = botocore.session.get_session()
    # One try a call: `Retry` has the deadline and knows which errors pass. The mode is set
    # because botocore's own default changed in 1.44.
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=5,
        read_timeout=20,
    )
    accounts = os.environ.get(ALLOWED_ACCOUNTS_VARIABLE, "")
    return Environment(
        redshift=session.create_client("redshift", config=config),
        cloudformation=session.create_client("cloudformation", config=config),
        make_kms=lambda: session.create_client("kms", config=config),
        allowed_accounts=frozenset(accounts.split(",")) if accounts else frozenset(),
    )


# Made at import: Lambda's init phase has more CPU than the invocation.
_ENVIRONMENT = _environment()


def on_event(event: dict[str, Any], context: Any) -> None:
    """Handle one lifecycle event of `Custom::RedshiftSnapshotShare`.

    Args:
        event: What CloudFormation sends.
        context: Lambda's context; says how much time is left.

    Raises:
        RuntimeError: If CloudFormation could not be answered.
    """
    seconds = context.get_remaining_time_in_millis() / 1000 - _ANSWER_SECONDS
    deliver(event, _ENVIRONMENT, Deadline(min(seconds, DEADLINE_SECONDS)))
