"""The small histories of clusters that matter most, for every order and every crash."""

from __future__ import annotations

from collections.abc import Callable

from tests.cluster_lifecycle.declarations import ANALYTICS, LOGICAL_ID, PARTNER, shares
from tests.cluster_lifecycle.steps import THURSDAY, declared_of
from tests.cluster_lifecycle.world import ClusterWorld
from tests.lifecycle.choices import Choices, run_all
from tests.lifecycle.faults import (
    CRASH_BEFORE,
    FaultAt,
    Meanwhile,
    NoFaults,
    OneFault,
)
from tests.lifecycle.pairs import Pair
from tests.lifecycle.resource import Declaration
from tests.lifecycle.resting import come_to_rest, take_down
from tests.lifecycle.stack import Stack

Scenario = Callable[[ClusterWorld], None]

#: How often a delivery is interrupted.
MOST_SWITCHES = 2

MONDAY = Pair("monday", ANALYTICS)


def deploy(world: ClusterWorld, declaration: Declaration, name: str = "alpha") -> Stack:
    """Create a stack, undisturbed."""
    stack = world.stack(name)
    _undisturbed(world, lambda: stack.create({LOGICAL_ID: declaration}))
    return stack


def _undisturbed(
    world: ClusterWorld, act: Callable[[], object], faults: NoFaults | None = None
) -> None:
    before, world.faults = world.faults, faults or NoFaults()
    act()
    world.deliver_queued()
    world.faults = before


def run_and_delete_beside_it(world: ClusterWorld) -> None:
    """The stack rolls back at any moment of the run."""
    stack = world.stack()
    template = {LOGICAL_ID: shares(newest=1)}
    _undisturbed(world, lambda: stack.create(template, is_doomed=True))
    world.clock += 60
    world.take_snapshot("thursday")
    world.wake(stack, declared_of(stack))


def run_claims_while_tags_show_late(world: ClusterWorld) -> None:
    for name in ("monday", "tuesday", "wednesday"):
        world.ledger.expire_snapshot(name)
    stack = deploy(world, shares(newest=3))
    redshift = world.redshift.backend.redshift
    redshift.tag_lag_seconds = redshift.account_lag_seconds = world.lag = 4
    world.clock += 60
    world.take_snapshot("thursday")
    world.wake(stack, declared_of(stack))
    crash = FaultAt("authorize_snapshot_access", CRASH_BEFORE)
    _undisturbed(world, lambda: None, crash)
    stack.delete()


def snapshot_comes_again_and_is_no_longer_wanted(world: ClusterWorld) -> None:
    """Between the claim and the authorization; and a newer one comes."""

    def come_again() -> None:
        world.ledger.expire_snapshot("wednesday")
        world.clock += 60
        world.take_snapshot("wednesday")
        world.clock += 60
        world.take_snapshot("thursday")

    before, world.faults = (
        world.faults,
        Meanwhile("authorize_snapshot_access", come_again),
    )
    world.stack().create({LOGICAL_ID: shares(newest=1)})
    world.deliver_queued()
    world.faults = before


def two_that_let_go_at_once(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1))
    other = deploy(world, shares(newest=1), "beta")
    stack.delete()
    other.delete()


def one_of_two_lets_go(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1))
    deploy(world, shares(newest=1), "beta")
    stack.delete()


def replacement(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1))
    stack.update({LOGICAL_ID: shares(ANALYTICS, PARTNER, newest=1)})


def replacement_rolled_back(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1))
    stack.update({LOGICAL_ID: shares(newest=3)}, is_doomed=True)


def rollback_to_what_cannot_be_shared_any_more(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1))
    _undisturbed(
        world,
        lambda: stack.update({LOGICAL_ID: shares(PARTNER, newest=1)}, is_doomed=True),
    )
    world.take_snapshot("thursday")
    world.ledger.authorize_by_hand(THURSDAY)


def late_run_of_a_retained_declaration(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1, is_retained=True))
    declared = declared_of(stack)
    world.clock += 60
    world.take_snapshot("thursday")
    world.wake(stack, declared)
    # It has shared the new one, and not let go of the old one.
    crash = FaultAt("revoke_snapshot_access", CRASH_BEFORE)
    _undisturbed(world, lambda: None, crash)
    _undisturbed(world, lambda: stack.update({}))
    world.wake(stack, declared)


def unanswered_update(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1))
    stack.update({LOGICAL_ID: shares(PARTNER, newest=1)})


def unanswered_update_kept_and_stack_deleted(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1))
    _keep_unanswered(world, stack, shares(PARTNER, newest=1))
    stack.delete()


def update_delivered_again_after_another_update(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1))
    _keep_unanswered(world, stack, shares(PARTNER, newest=1))
    for declaration in (shares(newest=2), shares(PARTNER, newest=1)):
        template = {LOGICAL_ID: declaration}
        _undisturbed(world, lambda template=template: stack.update(template))  # type: ignore[misc]
    # The second of the three Updates, whose old properties are in force again.
    world.invoke([one for one in stack.requests if one.kind == "Update"][1])


def _keep_unanswered(
    world: ClusterWorld, stack: Stack, declaration: Declaration
) -> None:
    template = {LOGICAL_ID: declaration}
    _undisturbed(
        world,
        lambda: stack.update(template, disable_rollback=True),
        FaultAt("put", CRASH_BEFORE),
    )
    stack.time_out(stack.requests[-1])


def failure_kept_and_deployed_again(world: ClusterWorld) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    template = {LOGICAL_ID: shares(newest=3)}
    _undisturbed(world, lambda: stack.create(template, disable_rollback=True))
    world.ledger.revoke_by_hand(MONDAY)
    stack.update(template)


def create_that_never_responded_kept_and_deployed_again(world: ClusterWorld) -> None:
    stack = world.stack()
    template = {LOGICAL_ID: shares(newest=1)}
    _undisturbed(
        world,
        lambda: stack.create(template, disable_rollback=True),
        FaultAt("put", CRASH_BEFORE),
    )
    stack.time_out(stack.requests[-1])
    stack.update(template)


def cleanup_delivered_again_after_going_back(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1))
    for declaration in (shares(newest=2), shares(newest=1)):
        template = {LOGICAL_ID: declaration}
        _undisturbed(world, lambda template=template: stack.update(template))  # type: ignore[misc]
    world.invoke(next(one for one in stack.requests if one.kind == "Delete"))


def adopting_create_rolled_back(world: ClusterWorld) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    stack.create({LOGICAL_ID: shares(newest=3, ExistingShare="ADOPT")}, is_doomed=True)


def retained_comes_back_and_rolls_back(world: ClusterWorld) -> None:
    stack = deploy(world, shares(newest=1, is_retained=True))
    _undisturbed(world, lambda: stack.update({}))
    template = {LOGICAL_ID: shares(newest=1, is_retained=True)}
    stack.update(template, is_doomed=True)


def duplicate_of_a_create_after_a_run(world: ClusterWorld) -> None:
    stack = world.stack()
    template = {LOGICAL_ID: shares(newest=1, is_retained=True)}
    _undisturbed(world, lambda: stack.create(template, is_doomed=True))
    world.clock += 60
    world.take_snapshot("thursday")
    _undisturbed(world, lambda: world.wake(stack, declared_of(stack)))
    _undisturbed(world, lambda: world.invoke(stack.requests[0]))


SCENARIOS: tuple[Scenario, ...] = (
    run_and_delete_beside_it,
    run_claims_while_tags_show_late,
    snapshot_comes_again_and_is_no_longer_wanted,
    two_that_let_go_at_once,
    one_of_two_lets_go,
    replacement,
    replacement_rolled_back,
    rollback_to_what_cannot_be_shared_any_more,
    late_run_of_a_retained_declaration,
    unanswered_update,
    unanswered_update_kept_and_stack_deleted,
    update_delivered_again_after_another_update,
    failure_kept_and_deployed_again,
    create_that_never_responded_kept_and_deployed_again,
    cleanup_delivered_again_after_going_back,
    adopting_create_rolled_back,
    retained_comes_back_and_rolls_back,
    duplicate_of_a_create_after_a_run,
)


def make_world(choices: Choices | None = None, **more: object) -> ClusterWorld:
    """A world with three snapshots."""
    world = ClusterWorld(choices, snapshots=(), **more)
    for name in ("monday", "tuesday", "wednesday"):
        world.take_snapshot(name)
        world.clock += 60
    return world


def play_scenario(scenario: Scenario, world: ClusterWorld) -> None:
    """Run a scenario to its end, then take everything down, checking both times."""
    scenario(world)
    come_to_rest(world)
    world.choices = Choices()
    take_down(world)


def find_broken_promise(scenario: Scenario) -> ClusterWorld | None:
    """Look through each fault at each call, then through the orders of the calls.

    Returns:
        The first world with a broken promise.
    """
    found: list[ClusterWorld] = []

    def play_in(world: ClusterWorld) -> None:
        play_scenario(scenario, world)
        if world.ledger.violations:
            found.append(world)

    def is_found() -> bool:
        return bool(found)

    run_all(
        lambda choices: play_in(make_world(faults=OneFault(choices))), until=is_found
    )
    run_all(
        lambda choices: play_in(make_world(choices, most_switches=MOST_SWITCHES)),
        until=is_found,
    )
    return found[0] if found else None
