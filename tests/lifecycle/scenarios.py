"""The small histories that matter most, for every order of calls and every crash."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.lifecycle.choices import Choices, run_all
from tests.lifecycle.faults import (
    ACCESS_DENIED_LONG,
    CRASH_AFTER,
    LOST_REPLY,
    THROTTLED,
    FaultAt,
    Meanwhile,
    NoFaults,
    OneFault,
)
from tests.lifecycle.pairs import Pair
from tests.lifecycle.request import Request
from tests.lifecycle.resource import Template
from tests.lifecycle.resting import come_to_rest, take_down
from tests.lifecycle.stack import Stack
from tests.lifecycle.world import Turn, World, share

#: How often a delivery is interrupted in the tests; `make soak` goes further.
MOST_SWITCHES = 3

MONDAY = Pair("monday", "222222222222")
TUESDAY = Pair("tuesday", "222222222222")
WEDNESDAY = Pair("wednesday", "222222222222")


def deploy(world: World, template: Template, name: str = "alpha") -> Stack:
    """Create a stack, undisturbed."""
    stack = world.stack(name)
    with _disturbed_by(NoFaults(), world):
        stack.create(template)
        world.deliver_queued()
    return stack


def roll_back(world: World, stack: Stack) -> None:
    """Let the stack's requests be handled, have a sibling fail, and see the rollback out."""
    world.deliver_queued()
    stack.fail_sibling()
    world.run()


def roll_back_before(
    call: str, world: World, stack: Stack, *, kind: str = "", after: int = 0
) -> None:
    """Have a sibling fail right before a call, which is made when the Deletes are through.

    Args:
        call: The call.
        world: The world.
        stack: The stack whose Create makes it.
        kind: What goes wrong with the call itself. Default: nothing.
        after: How many such calls go by before.
    """

    def fail_sibling() -> None:
        stack.fail_sibling()
        world.deliver_queued()

    world.faults = Meanwhile(call, fail_sibling, kind=kind, after=after)


@contextmanager
def _disturbed_by(faults: NoFaults, world: World) -> Iterator[None]:
    """Have these faults only, for what comes before the scenario itself."""
    before, world.faults = world.faults, faults
    yield
    world.faults = before


def create(world: World) -> None:
    world.stack().create({"Share": share(MONDAY)})


def create_and_delete_beside_it(world: World) -> None:
    world.stack().create({"Share": share(MONDAY)}, is_doomed=True)


def create_of_what_another_stack_shares_and_delete_beside_it(world: World) -> None:
    deploy(world, {"Share": share(MONDAY)}, "beta")
    world.stack().create({"Share": share(MONDAY)}, is_doomed=True)


def adopting_create_and_delete_beside_it(world: World) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    world.stack().create(
        {"Share": share(MONDAY, ExistingShare="ADOPT")}, is_doomed=True
    )


def create_of_what_a_person_shared_and_delete_beside_it(world: World) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    world.stack().create({"Share": share(MONDAY)}, is_doomed=True)


def create_on_a_snapshot_in_the_making_and_delete_beside_it(world: World) -> None:
    world.take_snapshot("wednesday", creating_seconds=4)
    world.stack().create({"Share": share(WEDNESDAY)}, is_doomed=True)


def create_overtaken_while_its_reply_is_lost(world: World) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)}, is_doomed=True)
    roll_back_before("authorize_snapshot_access", world, stack, kind=LOST_REPLY)


def adding_create_and_delete_beside_it(world: World) -> None:
    stack = deploy(world, {"Share": share(TUESDAY)})
    stack.update({"Share": share(TUESDAY), "Renamed": share(MONDAY)}, is_doomed=True)


def duplicate_create(world: World) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)})
    world.invoke(stack.requests[0])


def duplicate_create_in_an_update(world: World) -> None:
    stack = deploy(world, {"Renamed": share(TUESDAY)})
    stack.update({"Renamed": share(TUESDAY), "Share": share(MONDAY)})
    world.invoke(stack.requests[-1])


def duplicate_delete(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.delete()
    world.invoke(stack.requests[-1])


def duplicate_update(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)})
    world.invoke(stack.requests[-1])


def rename(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Renamed": share(MONDAY)})


def rename_rolled_back(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Renamed": share(MONDAY)}, is_doomed=True)


def replacement(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)})


def update_and_reversed_update_beside_it(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)


def update_to_what_a_person_shared_and_reversed_update_beside_it(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.authorize_by_hand(TUESDAY)
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)


def adopting_update_and_reversed_update_beside_it(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.authorize_by_hand(TUESDAY)
    stack.update({"Share": share(TUESDAY, ExistingShare="ADOPT")}, is_doomed=True)


def update_to_what_another_stack_shares_and_reversed_update_beside_it(
    world: World,
) -> None:
    deploy(world, {"Share": share(TUESDAY)}, "beta")
    update_and_reversed_update_beside_it(world)


def update_in_place_and_reversed_update_beside_it(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(MONDAY, ExistingShare="ADOPT")}, is_doomed=True)


def two_shares_swap(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY), "Renamed": share(TUESDAY)})
    stack.update({"Share": share(TUESDAY), "Renamed": share(MONDAY)}, one_by_one=True)


def two_stacks_create_at_once(world: World) -> None:
    world.stack("alpha").create({"Share": share(MONDAY)})
    world.stack("beta").create({"Share": share(MONDAY)})


def two_stacks_remove_at_once(world: World) -> None:
    stacks = [
        deploy(world, {"Share": share(MONDAY)}, name) for name in ("alpha", "beta")
    ]
    for stack in stacks:
        stack.delete()


def one_stack_removes_while_another_creates(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.delete()
    world.stack("beta").create({"Share": share(MONDAY)})


def delete_of_a_stripped_share(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.strip_tags("monday")
    stack.delete()


def delete_throttled_while_another_stack_creates(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.delete()
    world.faults = Meanwhile(
        "revoke_snapshot_access",
        lambda: deploy(world, {"Share": share(MONDAY)}, "beta"),
        kind=THROTTLED,
    )


def rename_while_another_stack_removes(world: World) -> None:
    stacks = [
        deploy(world, {"Share": share(MONDAY)}, name) for name in ("alpha", "beta")
    ]
    stacks[0].update({"Renamed": share(MONDAY)})
    stacks[1].delete()


def failure_kept_and_deployed_again(world: World) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    with _disturbed_by(NoFaults(), world):
        stack.create({"Share": share(MONDAY)}, disable_rollback=True)
        world.deliver_queued()
    world.ledger.revoke_by_hand(MONDAY)
    stack.update({"Share": share(MONDAY)}, disable_rollback=True)


def create_that_failed_after_authorizing_kept_and_deployed_again(world: World) -> None:
    stack = world.stack()
    refused = FaultAt("describe_cluster_snapshots", ACCESS_DENIED_LONG, after=1)
    with _disturbed_by(refused, world):
        stack.create({"Share": share(MONDAY)}, disable_rollback=True)
        world.deliver_queued()
    world.clock += 200
    stack.update({"Share": share(MONDAY)}, disable_rollback=True)


def unanswered_update_kept_and_stack_deleted(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    with _disturbed_by(FaultAt("authorize_snapshot_access", CRASH_AFTER), world):
        stack.update({"Share": share(TUESDAY)}, disable_rollback=True)
        world.run()
    stack.delete()


def unanswered_update_whose_old_snapshot_is_gone(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    with _disturbed_by(FaultAt("authorize_snapshot_access", CRASH_AFTER), world):
        stack.update({"Share": share(TUESDAY)}, is_doomed=True)
        world.deliver_queued()
    world.ledger.revoke_by_hand(MONDAY)
    world.ledger.delete_snapshot("monday")


def replacement_rolled_back_to_a_stripped_share(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    with _disturbed_by(NoFaults(), world):
        stack.update({"Share": share(TUESDAY)}, is_doomed=True)
        world.deliver_queued()
    world.ledger.strip_tags("monday")


def create_after_its_delete_while_another_stack_shares(world: World) -> None:
    world.take_snapshot("wednesday", creating_seconds=20)
    stack, other = world.stack("alpha"), world.stack("beta")
    stack.create({"Share": share(WEDNESDAY)}, is_doomed=True)
    late = world.queue.pop()
    with _disturbed_by(NoFaults(), world):
        stack.fail_sibling()
        world.deliver_queued()

    def share_in_the_other_stack() -> None:
        other.create({"Share": share(WEDNESDAY)})
        world.deliver_queued()

    # When it has claimed and waited, and looks again.
    world.faults = Meanwhile(
        "describe_cluster_snapshots", share_in_the_other_stack, after=1
    )
    world.invoke(late)


def _roll_back_before_its_create(
    world: World, stack: Stack, others: Template
) -> Request:
    """Add a share, and roll that back before the function gets the Create; give that."""
    stack.update({**others, "Share": share(MONDAY)}, is_doomed=True)
    late = world.queue.pop()
    stack.fail_sibling()
    world.deliver_queued()
    return late


def create_that_runs_in_the_rollback_of_a_later_deployment(world: World) -> None:
    others = {"Renamed": share(TUESDAY)}
    stack = deploy(world, others)
    with _disturbed_by(NoFaults(), world):
        late = _roll_back_before_its_create(world, stack, others)
        stack.update({**others, "Share": share(MONDAY)})
        world.deliver_queued()
    changed = {"Renamed": share(TUESDAY, ExistingShare="ADOPT")}
    stack.update({**changed, "Share": share(MONDAY)}, is_doomed=True)
    stack.fail_sibling()
    world.invoke(late)


def create_that_comes_when_its_stack_is_complete_again(world: World) -> None:
    others = {"Renamed": share(TUESDAY)}
    stack = deploy(world, others)
    with _disturbed_by(NoFaults(), world):
        late = _roll_back_before_its_create(world, stack, others)
        stack.update({"Renamed": share(TUESDAY, WaitForSnapshot="60")})
        world.deliver_queued()
    world.invoke(late)


def update_in_place_after_a_rollback_beyond_its_pair(world: World) -> None:
    deploy(world, {"Share": share(TUESDAY)}, "beta")
    stack = deploy(world, {"Share": share(MONDAY)})
    refused = share(Pair("wednesday", MONDAY.account))  # there is none
    with _disturbed_by(NoFaults(), world):
        stack.update(
            {"Share": share(TUESDAY), "Renamed": refused}, disable_rollback=True
        )
        world.deliver_queued()
        # The last stable state is Monday's, and this one goes back to that.
        changed = share(TUESDAY, WaitForSnapshot="60")
        stack.update(
            {"Share": changed, "Renamed": refused}, is_doomed=True, one_by_one=True
        )
        late = world.queue.pop()
        stack.fail_sibling()
        world.deliver_queued()
    world.invoke(late)


def stack_deleted_while_it_is_created(world: World) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)})
    world.more_turns = lambda: (
        [Turn("delete the stack", stack.delete_at_once)]
        if stack.status == "CREATE_IN_PROGRESS"
        else []
    )
    world.run()


def stack_made_again_under_the_same_name(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.delete()
    come_to_rest(world)
    world.stack().create({"Share": share(MONDAY)})


def create_while_tags_show_late(world: World) -> None:
    world.redshift.backend.redshift.tag_lag_seconds = 4
    world.stack().create({"Share": share(MONDAY)})


def create_then_delete_while_accounts_show_late(world: World) -> None:
    world.redshift.backend.redshift.account_lag_seconds = 4
    with _disturbed_by(FaultAt("authorize_snapshot_access", CRASH_AFTER), world):
        stack = world.stack()
        stack.create({"Share": share(MONDAY)}, is_doomed=True)
        world.deliver_queued()
    stack.fail_sibling()


def crashed_create_and_delete_while_tags_show_late(world: World) -> None:
    world.redshift.backend.redshift.tag_lag_seconds = 4
    with _disturbed_by(FaultAt("authorize_snapshot_access", CRASH_AFTER), world):
        stack = world.stack()
        stack.create({"Share": share(MONDAY)}, is_doomed=True)
        world.deliver_queued()
    stack.fail_sibling()


def create_throttled_until_its_stack_has_rolled_back(world: World) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)}, is_doomed=True)

    def roll_back() -> None:
        stack.fail_sibling()
        with _disturbed_by(NoFaults(), world):
            world.deliver_queued()

    world.faults = Meanwhile(
        "authorize_snapshot_access", roll_back, kind=THROTTLED, then=CRASH_AFTER
    )


def create_that_never_responded_kept_and_deployed_again(world: World) -> None:
    stack = world.stack()
    with _disturbed_by(FaultAt("authorize_snapshot_access", CRASH_AFTER), world):
        stack.create({"Share": share(MONDAY)}, disable_rollback=True)
        world.deliver_queued()
        stack.time_out(stack.requests[0])
    stack.update({"Share": share(MONDAY)}, disable_rollback=True)


def stack_deleted_while_a_create_of_what_a_person_shared_is_unanswered(
    world: World,
) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    with _disturbed_by(FaultAt("describe_cluster_snapshots", CRASH_AFTER), world):
        stack.create({"Share": share(MONDAY)})
        world.deliver_queued()
    stack.delete_at_once()


def update_delivered_again_after_another_update(world: World) -> None:
    world.take_snapshot("wednesday")
    stack = deploy(world, {"Share": share(MONDAY)})
    with _disturbed_by(NoFaults(), world):
        stack.update({"Share": share(TUESDAY)})
        world.deliver_queued()
        [older] = [request for request in stack.requests if request.kind == "Update"]
        stack.update({"Share": share(WEDNESDAY)})
        world.deliver_queued()
    world.invoke(older)


def cleanup_delivered_again_after_another_update(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    with _disturbed_by(NoFaults(), world):
        stack.update({"Share": share(TUESDAY)})
        world.deliver_queued()
    world.invoke(stack.requests[-1])


def delete_delivered_again_after_the_share_came_back(world: World) -> None:
    others = {"Renamed": share(TUESDAY)}
    stack = deploy(world, {"Share": share(MONDAY), **others})
    with _disturbed_by(NoFaults(), world):
        stack.update(others)
        world.deliver_queued()
        older = stack.requests[-1]
        stack.update({"Share": share(MONDAY), **others})
        world.deliver_queued()
    world.invoke(older)


def retained_share_that_comes_back_and_is_rolled_back(world: World) -> None:
    others = {"Renamed": share(TUESDAY)}
    retained = {"Share": share(MONDAY, is_retained=True), **others}
    stack = deploy(world, retained)
    with _disturbed_by(NoFaults(), world):
        stack.update(others)
        world.deliver_queued()
    stack.update(retained, is_doomed=True)


Scenario = Callable[[World], None]

SCENARIOS: tuple[Scenario, ...] = (
    create,
    create_and_delete_beside_it,
    create_of_what_another_stack_shares_and_delete_beside_it,
    adopting_create_and_delete_beside_it,
    create_of_what_a_person_shared_and_delete_beside_it,
    create_on_a_snapshot_in_the_making_and_delete_beside_it,
    create_overtaken_while_its_reply_is_lost,
    adding_create_and_delete_beside_it,
    duplicate_create,
    duplicate_create_in_an_update,
    duplicate_delete,
    duplicate_update,
    rename,
    rename_rolled_back,
    replacement,
    update_and_reversed_update_beside_it,
    update_to_what_a_person_shared_and_reversed_update_beside_it,
    adopting_update_and_reversed_update_beside_it,
    update_to_what_another_stack_shares_and_reversed_update_beside_it,
    update_in_place_and_reversed_update_beside_it,
    two_shares_swap,
    two_stacks_create_at_once,
    two_stacks_remove_at_once,
    one_stack_removes_while_another_creates,
    delete_of_a_stripped_share,
    delete_throttled_while_another_stack_creates,
    rename_while_another_stack_removes,
    failure_kept_and_deployed_again,
    create_that_failed_after_authorizing_kept_and_deployed_again,
    unanswered_update_kept_and_stack_deleted,
    unanswered_update_whose_old_snapshot_is_gone,
    replacement_rolled_back_to_a_stripped_share,
    create_after_its_delete_while_another_stack_shares,
    create_that_runs_in_the_rollback_of_a_later_deployment,
    create_that_comes_when_its_stack_is_complete_again,
    update_in_place_after_a_rollback_beyond_its_pair,
    stack_deleted_while_it_is_created,
    stack_made_again_under_the_same_name,
    create_while_tags_show_late,
    create_then_delete_while_accounts_show_late,
    crashed_create_and_delete_while_tags_show_late,
    create_throttled_until_its_stack_has_rolled_back,
    create_that_never_responded_kept_and_deployed_again,
    update_delivered_again_after_another_update,
    cleanup_delivered_again_after_another_update,
    delete_delivered_again_after_the_share_came_back,
    retained_share_that_comes_back_and_is_rolled_back,
    stack_deleted_while_a_create_of_what_a_person_shared_is_unanswered,
)


def play_scenario(scenario: Scenario, world: World) -> None:
    """Run a scenario to its end, then take everything down, checking both times."""
    scenario(world)
    come_to_rest(world)
    # One after the other: removing at once is a scenario of its own.
    world.choices = Choices()
    take_down(world)


def find_broken_promise(scenario: Scenario) -> World | None:
    """Look through each fault at each call, then through every order of the calls.

    Returns:
        The first world with a broken promise.
    """
    found: list[World] = []

    def play_in(world: World) -> None:
        play_scenario(scenario, world)
        if world.ledger.violations:
            found.append(world)

    def is_found() -> bool:
        return bool(found)

    run_all(lambda choices: play_in(World(faults=OneFault(choices))), until=is_found)
    run_all(
        lambda choices: play_in(World(choices, most_switches=MOST_SWITCHES)),
        until=is_found,
    )
    return found[0] if found else None
