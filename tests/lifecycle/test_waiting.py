"""Waiting for a snapshot that is being created, and between looks."""

from tests.lifecycle.faults import Meanwhile
from tests.lifecycle.scenarios import WEDNESDAY
from tests.lifecycle.world import World, share


def create(world: World, **properties: str) -> list[str]:
    """Share Wednesday's snapshot, and return the calls."""
    stack = world.stack()
    stack.create({"Share": share(WEDNESDAY, is_retained=False, **properties)})
    world.run()
    return world.deliveries[0].calls


def test_a_snapshot_that_is_being_created_is_claimed_once_and_looked_at_less_and_less_often() -> (
    None
):
    world = World()
    world.take_snapshot("wednesday", creating_seconds=60)

    calls = create(world)

    assert world.has_access(WEDNESDAY)
    # Pauses of 5, 10, 20 and 30 seconds, each made shorter by chance.
    assert world.clock == 0.75 * (5 + 10 + 20 + 30 + 30)
    assert calls.count("create_tags") == 1
    # Once for the claim, once before authorizing.
    assert calls.count("describe_stacks") == 2
    [claim] = world.claims(WEDNESDAY).values()
    assert not claim.endswith("adopted")


def test_the_last_look_is_when_the_wait_is_over() -> None:
    world = World()
    world.take_snapshot("wednesday", creating_seconds=0.5)

    create(world, WaitForSnapshot="1")

    assert world.has_access(WEDNESDAY)
    assert world.clock == 1


def test_a_claim_that_is_removed_during_the_wait_ends_it_without_another_call() -> None:
    world = World()
    world.take_snapshot("wednesday", creating_seconds=600)
    world.faults = Meanwhile(
        "describe_cluster_snapshots",
        lambda: world.ledger.strip_tags("wednesday"),
        after=2,
    )

    calls = create(world)

    assert calls[-2:] == ["describe_cluster_snapshots", "put"]
    assert "revoke_snapshot_access" not in calls
