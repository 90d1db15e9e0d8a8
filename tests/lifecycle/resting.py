"""How a history ends: at rest, and with everything taken down."""

from functools import partial

from tests.lifecycle.world import Turn, World


def sibling_failures(world: World) -> list[Turn]:
    """The failures of other resources that are bound to come."""
    return [
        Turn(f"a sibling in {stack!r} fails", stack.fail_sibling, is_due=True)
        for stack in world.cloudformation.stacks
        if stack.is_doomed
    ]


def come_to_rest(world: World) -> None:
    """Let every operation end, bring every stack to where it can be left, and check."""
    world.more_turns = partial(sibling_failures, world)
    world.run()
    for stack in world.cloudformation.stacks:
        for attempt in range(6):
            if world.ledger.violations:
                return
            # Nothing is denied for ever.
            world.clock += 300
            if attempt > 1:
                world.ledger.check_rollback(stack)
            match stack.status:
                case "UPDATE_ROLLBACK_FAILED" if attempt <= 1:
                    stack.continue_update_rollback()
                case "UPDATE_ROLLBACK_FAILED":
                    # What it should go back to is gone.
                    stack.continue_update_rollback(skip=True)
                case "UPDATE_FAILED":
                    stack.roll_back()
                case "CREATE_FAILED" | "DELETE_FAILED" | "ROLLBACK_FAILED":
                    stack.delete()
                case _:
                    break
            world.run()
    if not world.ledger.violations:
        world.ledger.check_at_rest()


def take_down(world: World) -> None:
    """Delete every stack, and check that nothing of theirs is left."""
    if world.ledger.violations:
        return
    for stack in world.cloudformation.stacks:
        if stack.status != "DELETE_COMPLETE":
            world.trace.append(f"delete {stack!r}")
            stack.delete()
    come_to_rest(world)
