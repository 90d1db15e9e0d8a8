"""A rollback to a share that can no longer exist succeeds and grants nothing."""

import sys
from collections.abc import Callable

import pytest

from redshift_snapshot_share_handler.contract import ATTRIBUTES
from tests.lifecycle.resource import Declaration
from tests.lifecycle.scenarios import MONDAY, TUESDAY, deploy
from tests.lifecycle.world import CLUSTER, World, share


def expire(world: World) -> None:
    world.ledger.taken_by_hand[MONDAY] = sys.maxsize
    del world.redshift.backend.snapshots["monday"]


def take_again_slowly(world: World) -> None:
    expire(world)
    world.take_snapshot("monday", creating_seconds=10_000)


def fail(world: World) -> None:
    world.redshift.backend.snapshots["monday"].final_status = "failed"


def move(world: World) -> None:
    world.redshift.backend.snapshots["monday"].cluster_identifier = "other"


CHANGES = [expire, take_again_slowly, fail, move]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("narrows", [False, True], ids=["", "allowed_accounts"])
@pytest.mark.parametrize(
    "new",
    [share(TUESDAY), share(MONDAY, SnapshotClusterIdentifier=CLUSTER)],
    ids=["replaced", "in place"],
)
def test_a_rollback_to_a_snapshot_that_is_gone_or_another_succeeds(
    new: Declaration, change: Callable[[World], None], *, narrows: bool
) -> None:
    world = World()
    old = share(MONDAY, SnapshotClusterIdentifier=CLUSTER, WaitForSnapshot="60")
    stack = deploy(world, {"Share": old})
    stack.update({"Share": new}, is_doomed=True)
    world.deliver_queued()
    change(world)
    if narrows:
        world.allowed_accounts = {"444444444444"}

    stack.fail_sibling()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert not world.has_access(TUESDAY)
    if change is expire:
        assert {stack.get_att("Share", name) for name in ATTRIBUTES} <= {"", "[]"}
    if narrows:
        assert change in {fail, move} or not world.has_access(MONDAY)


def test_our_claim_and_access_are_enough_for_a_rollback_before_any_other_check() -> (
    None
):
    world = World()
    old = share(MONDAY, SnapshotClusterIdentifier=CLUSTER)
    stack = deploy(world, {"Share": old})
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)
    world.deliver_queued()
    move(world)

    stack.fail_sibling()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert not world.has_access(TUESDAY)


def test_a_rollback_to_a_snapshot_that_was_created_again_shares_it_with_nobody(
    world: World,
) -> None:
    """It can be shared, so SUCCESS would be false."""
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)
    world.deliver_queued()
    expire(world)
    world.take_snapshot("monday")

    stack.fail_sibling()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_FAILED"
    assert not world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_options_of_another_version_do_not_prevent_a_rollback(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)
    world.deliver_queued()
    before = stack._before["Share"]
    assert before is not None
    before.properties = {**before.properties, "WaitForSnapshot": "for ever"}

    stack.fail_sibling()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert not world.has_access(TUESDAY)
