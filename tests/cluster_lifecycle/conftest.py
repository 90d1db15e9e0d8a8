"""What every test of clusters runs under."""

from collections.abc import Iterator

import pytest

from tests.cluster_lifecycle.handler import repeatable_cluster_handler
from tests.cluster_lifecycle.world import ClusterWorld


@pytest.fixture(autouse=True)
def _repeatable_handler() -> Iterator[None]:
    with repeatable_cluster_handler():
        yield


@pytest.fixture
def world() -> Iterator[ClusterWorld]:
    """Nothing goes wrong in it, and things happen one after the other."""
    world = ClusterWorld(snapshots=())
    for name in ("monday", "tuesday", "wednesday"):
        world.take_snapshot(name)
        world.clock += 3600
    yield world
    assert not world.ledger.violations, "\n".join(world.trace)
