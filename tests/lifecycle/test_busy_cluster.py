"""While a cluster is busy, its snapshots cannot be tagged."""

import pytest
from botocore.exceptions import ClientError

from tests.lifecycle.faults import NoFaults
from tests.lifecycle.scenarios import MONDAY
from tests.lifecycle.world import World, share


class Busy(NoFaults):
    """CreateTags is refused until a moment."""

    def __init__(self, world: World, until: float) -> None:
        self._world = world
        self._until = until
        setattr(world, "_refuse", self._refuse)  # noqa: B010 - mypy's rule

    def _refuse(self, _delivery: object, name: str, _fault: str) -> None:
        if name == "create_tags" and self._world.clock < self._until:
            raise ClientError(
                {
                    "Error": {"Code": "InvalidClusterState", "Message": "resizing"},
                    "ResponseMetadata": {"HTTPStatusCode": 400},
                },
                "CreateTags",
            )


@pytest.mark.parametrize("creating_seconds", [0, 90])
def test_a_claim_that_a_busy_cluster_refuses_waits_as_for_creating(
    world: World, creating_seconds: float
) -> None:
    world.take_snapshot("wednesday", creating_seconds=creating_seconds)
    world.faults = Busy(world, 60)
    pair = MONDAY._replace(snapshot="wednesday")
    stack = world.stack()

    stack.create({"Share": share(pair)})
    world.run()

    assert stack.status == "CREATE_COMPLETE"
    assert world.has_access(pair)
    assert world.clock >= 60


def test_a_cluster_that_stays_busy_fails_when_the_wait_is_over(world: World) -> None:
    world.faults = Busy(world, 10_000)
    stack = world.stack()

    stack.create({"Share": share(MONDAY, WaitForSnapshot="60")})
    world.run()

    answer = stack.requests[0].answer
    assert answer is not None
    assert "cannot be tagged in the present state of its cluster" in answer["Reason"]
    assert stack.status == "ROLLBACK_COMPLETE"
    assert world.clock < 240
