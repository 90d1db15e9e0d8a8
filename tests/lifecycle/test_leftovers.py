"""A resource's claim on a pair that is not its own is a leftover, and the next event
releases it."""

import pytest

from tests.lifecycle.faults import CRASH_AFTER, FaultAt, NoFaults
from tests.lifecycle.pairs import Pair
from tests.lifecycle.request import Request
from tests.lifecycle.scenarios import MONDAY, TUESDAY, WEDNESDAY, deploy
from tests.lifecycle.stack import Stack
from tests.lifecycle.world import World, share

OTHER = Pair("tuesday", "333333333333")


def refuse_replacement(world: World, stack: Stack, pair: Pair) -> None:
    """Make an Update that succeeds, but whose result CloudFormation ignores."""
    before = stack.resources["Share"]
    properties, physical_id = before.properties, before.physical_id
    stack.update({"Share": share(pair)}, is_doomed=True, disable_rollback=True)
    world.deliver_queued()
    assert world.has_access(pair)
    stack._steps = None
    stack.is_doomed = False
    resource = stack.resources["Share"]
    resource.properties, resource.physical_id = properties, physical_id
    stack._replaced.clear()
    stack._before.clear()
    resource.status = "UPDATE_FAILED"
    stack.status = "UPDATE_FAILED"
    assert world.has_access(MONDAY)


@pytest.fixture
def world() -> World:
    return World(snapshots=("monday", "tuesday", "wednesday"))


@pytest.mark.parametrize("leftover", [TUESDAY, OTHER], ids=str)
def test_a_refused_replacement_is_released_by_the_next_delete(
    world: World, leftover: Pair
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    # Another account's key is found on a snapshot that is looked at, or by the properties.
    refuse_replacement(world, stack, leftover)
    if leftover is OTHER:
        stack.resources["Share"].properties = share(OTHER).properties

    stack.delete()
    world.run()

    assert stack.status == "DELETE_COMPLETE"
    assert not world.has_access(MONDAY)
    assert not world.has_access(leftover)
    assert not world.claims(leftover)


def test_a_delete_that_cannot_remove_its_own_claim_still_releases_the_leftovers(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    refuse_replacement(world, stack, TUESDAY)
    refuse_replacement(world, stack, WEDNESDAY)
    world.denied_for_good = "delete_tags"

    stack.delete()
    world.run()

    assert stack.status == "DELETE_FAILED"
    assert not world.has_access(MONDAY)
    assert not world.has_access(TUESDAY)
    assert not world.has_access(WEDNESDAY)


@pytest.mark.parametrize(
    "next_declared",
    [
        share(MONDAY, WaitForSnapshot="60"),
        share(WEDNESDAY),
        share(Pair("monday", "333333333333")),
    ],
    ids=["in place", "another snapshot", "another account"],
)
def test_a_refused_replacement_is_released_by_the_next_update(
    world: World, next_declared: object
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    refuse_replacement(world, stack, TUESDAY)

    stack.update({"Share": next_declared})  # type: ignore[dict-item]
    world.run()

    assert stack.status == "UPDATE_COMPLETE"
    assert not world.has_access(TUESDAY)
    assert not world.claims(TUESDAY)


def test_the_removal_of_the_resource_releases_what_an_update_left(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY), "Renamed": share(WEDNESDAY)})
    refuse_replacement(world, stack, TUESDAY)

    stack.update({"Renamed": share(WEDNESDAY)})
    world.run()

    assert not world.has_access(MONDAY)
    assert not world.has_access(TUESDAY)
    assert world.has_access(WEDNESDAY)


def test_a_create_that_never_responded_and_was_deployed_again_keeps_its_access(
    world: World,
) -> None:
    stack = world.stack()
    world.faults = FaultAt("authorize_snapshot_access", CRASH_AFTER)
    stack.create({"Share": share(MONDAY)}, disable_rollback=True)
    world.deliver_queued()
    stack.time_out(stack.requests[0])
    world.faults = NoFaults()

    stack.update({"Share": share(MONDAY)}, disable_rollback=True)
    world.run()

    assert stack.status == "UPDATE_COMPLETE"
    assert world.has_access(MONDAY)
    assert len(world.claims(MONDAY)) == 1


def test_a_late_duplicate_of_an_older_update_releases_nothing(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)})
    world.run()
    older = stack.requests[-2]
    assert older.kind == "Update"
    stack.update({"Share": share(WEDNESDAY)})
    world.run()

    _deliver_again(world, older)

    assert world.has_access(WEDNESDAY)
    assert len(world.claims(WEDNESDAY)) == 1


def test_a_late_duplicate_of_an_older_delete_releases_nothing(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)})
    world.run()
    older = stack.requests[-1]
    assert older.kind == "Delete"

    _deliver_again(world, older)

    assert world.has_access(TUESDAY)
    assert len(world.claims(TUESDAY)) == 1


def test_a_late_duplicate_of_a_delete_leaves_what_was_shared_again(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY), "Renamed": share(TUESDAY)})
    stack.update({"Renamed": share(TUESDAY)})
    world.run()
    older = stack.requests[-1]
    stack.update({"Share": share(MONDAY), "Renamed": share(TUESDAY)})
    world.run()

    _deliver_again(world, older)

    assert world.has_access(MONDAY)
    assert len(world.claims(MONDAY)) == 1


def _deliver_again(world: World, request: Request) -> None:
    world.invoke(request)
    world.deliver_queued()


def test_a_retained_pair_that_no_request_names_is_not_a_leftover(world: World) -> None:
    """RETAIN kept the access of the pair that the Update replaced."""
    stack = deploy(world, {"Share": share(MONDAY, is_retained=True)})
    stack.update({"Share": share(TUESDAY, is_retained=True)})
    world.run()

    stack.update({"Share": share(WEDNESDAY, is_retained=True)})
    world.run()

    assert stack.status == "UPDATE_COMPLETE"
    for pair in (MONDAY, TUESDAY, WEDNESDAY):
        assert world.has_access(pair)
        assert len(world.claims(pair)) == 1


def test_a_delete_of_a_resource_that_is_not_being_deleted_releases_nothing(
    world: World,
) -> None:
    """CloudFormation still shows this id, so the Delete may be late."""
    stack = deploy(world, {"Share": share(MONDAY)})
    refuse_replacement(world, stack, TUESDAY)
    stack.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    stack.resources["Share"].status = "UPDATE_COMPLETE"

    stack._send_delete(stack._physical(stack.resources["Share"]))
    world.deliver_queued()

    assert world.has_access(TUESDAY)


def test_a_delete_that_arrives_during_a_later_update_releases_nothing(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    refuse_replacement(world, stack, TUESDAY)
    stack.status = "UPDATE_IN_PROGRESS"

    stack._send_delete(stack._physical(stack.resources["Share"]))
    world.deliver_queued()

    assert world.has_access(TUESDAY)


def test_a_delete_of_a_resource_that_the_stack_no_longer_has_releases_everything(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    refuse_replacement(world, stack, TUESDAY)
    stack.status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    physical = stack._physical(stack.resources.pop("Share"))

    stack._send_delete(physical)
    world.deliver_queued()

    assert not world.has_access(MONDAY)
    assert not world.has_access(TUESDAY)
