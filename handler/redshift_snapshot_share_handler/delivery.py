"""Handles one delivery of an event of `Custom::RedshiftSnapshotShare`."""

from collections.abc import Mapping
from typing import Any

from redshift_snapshot_share_handler import response
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.exchange import Done, Function, exchange
from redshift_snapshot_share_handler.lifecycle import Lifecycle
from redshift_snapshot_share_handler.request import LifecycleRequest
from redshift_snapshot_share_handler.services import Services

__all__ = ["Function", "deliver"]


def deliver(event: Mapping[str, Any], function: Function, deadline: Deadline) -> None:
    """Handle an event, and respond to CloudFormation in every case.

    Raises:
        RuntimeError: If CloudFormation did not accept the response, or no response is
            possible.
    """

    def act(request: LifecycleRequest, services: Services) -> Done:
        outcome = Lifecycle(request, services, function.allowed_accounts).handle()
        return Done(outcome.physical_resource_id, response.success(event, outcome))

    exchange(event, function, deadline, act)
