"""What every test of the lifecycle runs under."""

from collections.abc import Iterator

import pytest

from tests.lifecycle.handler import repeatable_handler
from tests.lifecycle.world import World


@pytest.fixture(autouse=True)
def _repeatable_handler() -> Iterator[None]:
    with repeatable_handler():
        yield


@pytest.fixture
def world() -> Iterator[World]:
    """Nothing goes wrong in it, and things happen one after the other."""
    world = World()
    yield world
    assert not world.ledger.violations, "\n".join(world.trace)
