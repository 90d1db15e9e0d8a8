"""What the tests of clusters do again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cluster_lifecycle.declarations import (
    ANALYTICS,
    LOGICAL_ID,
    Declared,
    declared_by,
    shares,
)
from tests.lifecycle.pairs import Pair

if TYPE_CHECKING:
    from tests.cluster_lifecycle.world import ClusterWorld
    from tests.lifecycle.delivery import Delivery
    from tests.lifecycle.resource import Declaration
    from tests.lifecycle.stack import Stack

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (
    Pair(name, ANALYTICS) for name in ("monday", "tuesday", "wednesday", "thursday")
)


def deploy(
    world: ClusterWorld, declaration: Declaration | None = None, name: str = "alpha"
) -> Stack:
    """Create a stack that shares the newest two snapshots."""
    stack = world.stack(name)
    stack.create({LOGICAL_ID: declaration or shares()})
    world.run()
    return stack


def update(world: ClusterWorld, stack: Stack, declaration: Declaration) -> None:
    """Declare something else."""
    stack.update({LOGICAL_ID: declaration})
    world.run()


def declared_of(stack: Stack) -> Declared:
    """What the stack declares."""
    resource = stack.resources[LOGICAL_ID]
    return declared_by(stack.stack_id, LOGICAL_ID, resource.properties)


def run(
    world: ClusterWorld, stack: Stack, declared: Declared | None = None
) -> Delivery:
    """Wake the function up, and let it run."""
    world.wake(stack, declared or declared_of(stack))
    world.run()
    return world.deliveries[-1]


def shared(world: ClusterWorld, account: str = ANALYTICS) -> list[str]:
    """The snapshots that an account may restore."""
    return [
        name
        for name in world.redshift.backend.snapshots
        if world.has_access(Pair(name, account))
    ]


def claimed(world: ClusterWorld) -> dict[str, list[str]]:
    """The words of the claims on each snapshot that has any, beside owner and request."""
    return {
        name: sorted(
            " ".join(value.split(" ")[2:]) for value in snapshot.tags_by_key.values()
        )
        for name, snapshot in world.redshift.backend.snapshots.items()
        if snapshot.tags_by_key
    }


def reason(stack: Stack) -> str:
    """Why the last request that failed did."""
    return next(
        str(request.answer["Reason"])
        for request in reversed(stack.requests)
        if request.answer and request.answer["Status"] == "FAILED"
    )
