"""Describe may show changes late, which only costs time."""

from collections.abc import Iterator

import pytest

from tests.lifecycle.faults import CRASH_AFTER, FaultAt
from tests.lifecycle.scenarios import (
    MONDAY,
    TUESDAY,
    deploy,
    roll_back,
    roll_back_before,
)
from tests.lifecycle.world import World, share

LAGS = [(4, 0), (0, 4), (4, 4), (0.6, 0), (1.5, 4)]


@pytest.fixture(params=LAGS, ids=lambda lag: f"tags {lag[0]} s, accounts {lag[1]} s")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    world = World()
    redshift = world.redshift.backend.redshift
    redshift.tag_lag_seconds, redshift.account_lag_seconds = request.param
    yield world
    redshift.tag_lag_seconds = redshift.account_lag_seconds = 0


def test_tags_or_accounts_that_show_late_cost_a_create_only_time(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})

    assert stack.status == "CREATE_COMPLETE"
    assert world.has_access(MONDAY)
    assert stack.get_att("Share", "AccountsWithRestoreAccess") == MONDAY.account


def test_a_delete_right_after_a_create_revokes_what_does_not_show(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})

    stack.delete()
    world.run()

    assert stack.status == "DELETE_COMPLETE"
    assert not world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_a_delete_of_a_create_that_crashed_finds_the_claim_that_shows_late(
    world: World,
) -> None:
    stack = world.stack()
    world.faults = FaultAt("authorize_snapshot_access", CRASH_AFTER)
    stack.create({"Share": share(MONDAY)}, is_doomed=True)

    roll_back(world, stack)

    assert stack.status == "ROLLBACK_COMPLETE"
    assert not world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_a_create_that_is_undone_deletes_its_own_key_whether_it_shows_or_not(
    world: World,
) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)}, is_doomed=True)
    roll_back_before("authorize_snapshot_access", world, stack)
    world.run()

    assert not world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_access_that_another_stack_claims_is_joined_though_the_claim_shows_late(
    world: World,
) -> None:
    deploy(world, {"Share": share(MONDAY)}, "beta")

    stack = deploy(world, {"Share": share(MONDAY)})

    assert stack.status == "CREATE_COMPLETE"
    assert len(world.claims(MONDAY)) == 2


def test_access_that_shows_but_is_gone_is_authorized_again(world: World) -> None:
    other = deploy(world, {"Share": share(MONDAY)}, "beta")
    world.clock += 60
    other.delete()
    world.run()

    stack = deploy(world, {"Share": share(MONDAY)})

    assert stack.status == "CREATE_COMPLETE"
    assert world.has_access(MONDAY)


def test_a_rename_keeps_the_access(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})

    stack.update({"Renamed": share(MONDAY)})
    world.run()

    assert stack.status == "UPDATE_COMPLETE"
    assert world.has_access(MONDAY)
    assert len(world.claims(MONDAY)) == 1


def test_a_reversed_update_finds_what_shows_late(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.faults = FaultAt("authorize_snapshot_access", CRASH_AFTER)
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)

    roll_back(world, stack)

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert not world.has_access(TUESDAY)
    assert not world.claims(TUESDAY)


def test_access_granted_by_hand_still_fails_and_changes_nothing(world: World) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    world.clock += 60

    stack = deploy(world, {"Share": share(MONDAY)})

    assert stack.status == "ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert not world.claims(MONDAY)
