"""The entry point of the Lambda function that shares a cluster's snapshots."""

# ruff: noqa: E402 - as in `index`.

import gc

gc.disable()

from redshift_snapshot_share_handler import authorities

_READING = authorities.read_ahead()

import os
from typing import Any

from redshift_snapshot_share_handler import entry
from redshift_snapshot_share_handler.cluster_delivery import Invocation, handle
from redshift_snapshot_share_handler.contract import DECLARATION_VARIABLE
from redshift_snapshot_share_handler.deadline import Deadline

entry.configure_logging()

_READING.join()

_FUNCTION = entry.make_function()

gc.freeze()
gc.enable()


def on_event(event: Any, context: Any) -> None:
    """Handle one lifecycle event of `Custom::RedshiftClusterSnapshotShares`, or do a run.

    Args:
        event: What CloudFormation sends; anything else only wakes the function up.
        context: Lambda's context; says how much time is left.

    Raises:
        RuntimeError: If CloudFormation did not get a response.
    """
    deadline = Deadline(entry.seconds_left(context))
    invocation = Invocation(event, context.aws_request_id, deadline)
    handle(invocation, _FUNCTION, os.environ.get(DECLARATION_VARIABLE, "{}"))
