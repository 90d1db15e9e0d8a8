"""One run of the real function that shares a cluster's snapshots."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redshift_snapshot_share_handler import cluster_delivery
from redshift_snapshot_share_handler.cluster_delivery import Invocation
from tests.cluster_lifecycle.declarations import Declared, declared_by, is_of_cluster
from tests.lifecycle.delivery import Delivery
from tests.lifecycle.request import Request

if TYPE_CHECKING:
    from redshift_snapshot_share_handler.deadline import Deadline
    from tests.lifecycle.stack import Stack
    from tests.lifecycle.world import World


@dataclass(eq=False)
class WakeUp(Request):
    """Something else than a request: a schedule, a topic, a person.

    `declared` is what stands in the function's environment.
    """

    declared: Declared | None = None

    def __str__(self) -> str:
        assert self.declared
        return f"run for {self.stack!r}.{self.logical_id} {self.declared.digest[:4]}"

    @property
    def kind(self) -> str:
        return "Run"


def wake_up(stack: Stack, declared: Declared) -> WakeUp:
    """An event that wakes the function up."""
    event = {
        "RequestId": "wake-up",
        "LogicalResourceId": declared.owner[1],
        "ResourceProperties": declared.properties,
    }
    return WakeUp(stack, event, stack.operations, declared=declared)


class ClusterDelivery(Delivery):
    """A delivery of an event to a function that shares a cluster's snapshots."""

    def __init__(self, world: World, request: Request, number: int) -> None:
        super().__init__(world, request, number)
        self.function = self.function._replace(
            stack_id=request.stack.stack_id,
            redshift=_WithCopies(self, self.function.redshift),
        )

    @property
    def declared(self) -> Declared:
        """What the event, or the function's environment, declares."""
        request = self.request
        return declared_by(
            request.stack.stack_id,
            request.logical_id,
            request.event["ResourceProperties"],
        )

    def handle(self, deadline: Deadline) -> None:
        request = self.request
        is_wake_up = isinstance(request, WakeUp)
        declared = self.declared
        declaration = {**declared.properties, "LogicalResourceId": declared.owner[1]}
        cluster_delivery.handle(
            Invocation(
                {} if is_wake_up else request.event, f"run-{self.number}", deadline
            ),
            self.function,
            json.dumps(declaration),
        )


class _WithCopies:
    def __init__(self, delivery: Delivery, client: Any) -> None:
        self._delivery = delivery
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def copy_cluster_snapshot(self, **parameters: Any) -> Any:
        operation = self._delivery.world.redshift.copy_cluster_snapshot
        return self._delivery.call("copy_cluster_snapshot", operation, **parameters)


def make_delivery(world: World, request: Request, number: int) -> Delivery:
    """A delivery to the function that serves what the request is about."""
    if is_of_cluster(request.event["ResourceProperties"]):
        return ClusterDelivery(world, request, number)
    return Delivery(world, request, number)
