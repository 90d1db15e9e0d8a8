"""The world of `tests.lifecycle`, with functions that share whole clusters."""

from __future__ import annotations

from typing import Any

from tests.cluster_lifecycle.declarations import Declared, declared_by, is_of_cluster
from tests.cluster_lifecycle.delivery import make_delivery, wake_up
from tests.cluster_lifecycle.ledger import ClusterLedger
from tests.lifecycle.choices import Choices
from tests.lifecycle.delivery import Delivery
from tests.lifecycle.request import Request
from tests.lifecycle.stack import Stack
from tests.lifecycle.world import World


class ClusterWorld(World):
    """A world without stacks."""

    ledger: ClusterLedger  # type: ignore[assignment]  # it keeps other promises

    def __init__(self, choices: Choices | None = None, **more: Any) -> None:
        super().__init__(choices, **more)
        self.ledger = ClusterLedger(self)

    def make_delivery(self, request: Request, number: int) -> Delivery:
        return make_delivery(self, request, number)

    def declarations(self, stack: Stack) -> list[Declared]:
        """What the function of a stack has, or has had, in its environment."""
        declared = {
            declared_by(stack.stack_id, request.logical_id, properties): None
            for request in stack.requests
            for properties in [request.event["ResourceProperties"]]
            if is_of_cluster(properties)
        }
        return [*declared]

    def wake(self, stack: Stack, declared: Declared) -> None:
        """Wake a function up: a schedule, a topic, a person."""
        self.invoke(wake_up(stack, declared))
