"""Access that RETAIN kept, and its share that is declared again."""

import pytest

from tests.lifecycle.faults import CRASH_BEFORE, FaultAt
from tests.lifecycle.resource import Declaration
from tests.lifecycle.scenarios import MONDAY, TUESDAY, deploy, roll_back
from tests.lifecycle.world import World, share

OTHERS = {"Renamed": share(TUESDAY)}


def retained(**more: str) -> Declaration:
    return share(MONDAY, is_retained=True, **more)


def test_the_claim_of_a_retained_share_says_so(world: World) -> None:
    deploy(world, {"Share": retained()})

    [claim] = world.claims(MONDAY).values()
    assert claim.split(" ")[2:] == ["retained"]


@pytest.mark.parametrize("comes_back_retained", [True, False])
def test_a_retained_share_that_was_removed_and_added_again_keeps_its_access_in_a_rollback(
    world: World, *, comes_back_retained: bool
) -> None:
    stack = deploy(world, {"Share": retained(), **OTHERS})
    stack.update(OTHERS)
    world.run()
    declared = retained() if comes_back_retained else share(MONDAY)

    stack.update({"Share": declared, **OTHERS}, is_doomed=True)
    roll_back(world, stack)

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    [claim] = world.claims(MONDAY).values()
    assert "retained" in claim.split(" ")


def test_a_first_deployment_of_a_retained_share_that_fails_leaves_nothing(
    world: World,
) -> None:
    stack = world.stack()
    stack.create({"Share": retained()}, is_doomed=True)

    roll_back(world, stack)

    assert stack.status == "ROLLBACK_COMPLETE"
    assert not world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_a_retained_share_whose_next_create_never_responds_keeps_its_access(
    world: World,
) -> None:
    stack = deploy(world, {"Share": retained(), **OTHERS})
    stack.update(OTHERS)
    world.run()
    world.faults = FaultAt("describe_cluster_snapshots", CRASH_BEFORE)

    stack.update({"Share": share(MONDAY), **OTHERS})
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    [claim] = world.claims(MONDAY).values()
    assert "retained" in claim.split(" ")


def test_an_adopted_share_that_becomes_retained_leaves_no_claim_in_its_rollback(
    world: World,
) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    adopting = share(MONDAY, ExistingShare="ADOPT")
    stack.create({"Share": adopting}, is_doomed=True, disable_rollback=True)
    world.deliver_queued()
    stack.fail_sibling()
    stack.update(
        {"Share": retained(ExistingShare="ADOPT")},
        is_doomed=True,
        disable_rollback=True,
    )
    world.deliver_queued()
    stack.fail_sibling()

    stack.roll_back()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_a_retained_share_updated_away_and_back_keeps_its_access_in_a_rollback(
    world: World,
) -> None:
    elsewhere = share(TUESDAY, is_retained=True)
    stack = deploy(world, {"Share": retained()})
    stack.update({"Share": elsewhere})
    world.run()
    assert world.has_access(MONDAY)

    stack.update({"Share": retained()}, is_doomed=True)
    roll_back(world, stack)

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert world.has_access(TUESDAY)


def test_an_update_of_the_removal_policy_is_written_into_the_claim(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})

    stack.update({"Share": retained()})
    world.run()

    [claim] = world.claims(MONDAY).values()
    assert claim.endswith(" retained")
    stack.update({"Share": share(MONDAY)})
    world.run()
    [claim] = world.claims(MONDAY).values()
    assert not claim.endswith(" retained")


def test_a_share_that_is_no_longer_retained_is_revoked(world: World) -> None:
    stack = deploy(world, {"Share": retained(), **OTHERS})
    stack.update(OTHERS)
    world.run()
    stack.update({"Share": share(MONDAY), **OTHERS})
    world.run()

    stack.update(OTHERS)
    world.run()

    assert stack.status == "UPDATE_COMPLETE"
    assert not world.has_access(MONDAY)
    assert not world.claims(MONDAY)
