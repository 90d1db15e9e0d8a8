"""How many calls a declaration takes; docs/performance.md has the numbers."""

import pytest

from tests.cluster_lifecycle.declarations import shares
from tests.cluster_lifecycle.steps import deploy, run
from tests.cluster_lifecycle.world import ClusterWorld
from tests.lifecycle.stack import Stack

ACCOUNTS = tuple(f"{10**11 + number}" for number in range(20))


@pytest.fixture
def large(world: ClusterWorld) -> ClusterWorld:
    # The limit on steps is for histories that do not end.
    world.counts["steps"] = -100_000
    for snapshot in [*world.snapshot_names]:
        world.ledger.expire_snapshot(snapshot)
    return world


def declare(world: ClusterWorld, snapshots: int) -> Stack:
    for number in range(snapshots):
        world.take_snapshot(f"s-{number:03}")
    return deploy(world, shares(*ACCOUNTS, newest=snapshots))


def count_calls(world: ClusterWorld) -> int:
    """The calls of the last delivery, without the response."""
    return len([call for call in world.deliveries[-1].calls if call != "put"])


@pytest.mark.parametrize("snapshots", [5, 10, 20])
def test_calls_grow_with_the_pairs(large: ClusterWorld, snapshots: int) -> None:
    pairs = snapshots * len(ACCOUNTS)

    stack = declare(large, snapshots)

    # One authorization for each pair; for each snapshot a claim, a status and a look.
    assert count_calls(large) == pairs + 3 * snapshots + 2

    stack.delete()
    large.run()

    # A look and a revocation for each pair; for each snapshot the end of its claims.
    assert count_calls(large) == 2 * pairs + snapshots + 5


@pytest.mark.parametrize("snapshots", [1, 20])
def test_an_idle_run_makes_one_call(large: ClusterWorld, snapshots: int) -> None:
    stack = declare(large, snapshots)

    run(large, stack)

    assert count_calls(large) == 1
