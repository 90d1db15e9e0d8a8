"""Random histories: what users, people and a bad day do to two stacks."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from tests.lifecycle.choices import Choices
from tests.lifecycle.faults import ChosenFaults, NoFaults
from tests.lifecycle.ledger import Pair
from tests.lifecycle.request import InvalidAnswerError
from tests.lifecycle.resource import Template
from tests.lifecycle.stack import Stack
from tests.lifecycle.world import Turn, World, share

PAIRS = [
    Pair(snapshot, account)
    for snapshot in ("monday", "tuesday")
    for account in ("222222222222", "333333333333")
]
NAMES = ("alpha", "beta")
LOGICAL_IDS = ("Share", "Renamed")


def play(choices: Choices) -> World:
    """Run one history to its end, settle it, take everything down.

    Returns:
        The world as it is then; its ledger says what was wrong.
    """
    history = _History(choices)
    try:
        history.play()
    except InvalidAnswerError as error:
        history.world.ledger.violations.append(f"invalid answer: {error}")
    return history.world


class _Flags(NamedTuple):
    """What is decided of an operation besides its template."""

    is_doomed: bool
    disable_rollback: bool
    one_by_one: bool

    def __str__(self) -> str:
        words = [name for name, is_so in self._asdict().items() if is_so]
        return f"({', '.join(words)})" if words else ""


class _History:
    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        # Quiet days let other things be seen than stormy ones.
        probability = (0.0, 0.01, 0.04)[choices.pick(3)]
        restlessness = (0.0, 0.1, 0.4)[choices.pick(3)]
        self.world = World(
            choices,
            faults=ChosenFaults(choices, probability) if probability else NoFaults(),
            restlessness=restlessness,
            impatience=(0.0, 0.0, 0.03)[choices.pick(3)],
        )
        self._stacks: dict[str, Stack] = {}
        self._operations = 1 + choices.pick(5)
        self._deeds = choices.pick(4)
        self._duplicates = choices.pick(3)
        self._drops = choices.pick(2) * choices.pick(2)

    def play(self) -> None:
        world = self.world
        world.more_turns = self._more_turns
        while self._operations and not world.ledger.violations:
            self._take_operation()
            world.run()
        world.faults = NoFaults()
        world.impatience = 0
        come_to_rest(world)
        take_down(world)

    def _more_turns(self) -> list[Turn]:
        turns = sibling_failures(self.world)
        if self._operations:
            turns.append(Turn("", self._take_operation))
        if self._deeds:
            turns.append(Turn("", self._do_by_hand))
        if self._duplicates:
            turns += [
                Turn(f"again: {delivery!r}", partial(self._duplicate, delivery.number))
                for delivery in self.world.deliveries[-3:]
                # Known limit: a delivery in a later operation than its own.
                if delivery.request.operation == delivery.request.stack.operations
            ]
        if self._drops and self.world.queue:
            turns.append(Turn("an event is dropped", self._drop))
        return turns

    def _duplicate(self, number: int) -> None:
        self._duplicates -= 1
        self.world.invoke(self.world.deliveries[number - 1].request)

    def _drop(self) -> None:
        self._drops -= 1
        self.world.queue.pop()

    def _take_operation(self) -> None:
        self._operations -= 1
        world = self.world
        name = NAMES[self._choices.pick(len(NAMES))]
        stack = self._stacks.get(name)
        if stack is None or (stack.is_idle and stack.status == "DELETE_COMPLETE"):
            stack = self._stacks[name] = world.stack(name)
        if not stack.is_idle or any(
            # Known limit: a delivery that outlives its operation.
            delivery.request.stack is stack
            for delivery in world.running
        ):
            return
        # Known limit, as above; the function's maximum event age bounds it.
        world.queue[:] = [
            request for request in world.queue if request.stack is not stack
        ]
        self._operate(stack)

    def _operate(self, stack: Stack) -> None:
        choices, trace = self._choices, self.world.trace
        flags = _Flags(choices.chance(0.3), choices.chance(0.15), choices.chance(0.3))
        match stack.status:
            case "REVIEW_IN_PROGRESS":
                template = self._template()
                trace.append(f"create {stack!r} {_words(template)} {flags}")
                stack.create(template, **flags._asdict())
            case "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "DELETE_FAILED":
                trace.append(f"delete {stack!r}")
                stack.delete()
            case "UPDATE_ROLLBACK_FAILED":
                trace.append(f"continue the rollback of {stack!r}")
                stack.continue_update_rollback()
            case _ if choices.chance(0.2) or _has_unanswered_update(stack):
                trace.append(f"delete {stack!r}")
                stack.delete()
            case "CREATE_FAILED" | "UPDATE_FAILED" if choices.chance(0.3):
                trace.append(f"roll back {stack!r}")
                stack.roll_back()
            case _:
                self._update(stack, flags)

    def _update(self, stack: Stack, flags: _Flags) -> None:
        template = {
            logical_id: declaration
            for logical_id, declaration in self._template().items()
            if not _was_never_answered(stack, logical_id)
        }
        if stack.status == "CREATE_FAILED":
            # Without a last stable state CloudFormation cannot go back to it.
            flags = flags._replace(disable_rollback=True)
        at_once = self._choices.pick(2) == 0
        self.world.trace.append(f"update {stack!r} {_words(template)} {flags}")
        stack.update(template, **flags._asdict(), deletes_at_once=at_once)

    def _template(self) -> Template:
        choices = self._choices
        template = {}
        pairs = [*PAIRS]
        for logical_id in LOGICAL_IDS:
            number = choices.pick(len(pairs) + 1)
            if number < len(pairs):
                adopts = {"ExistingShare": "ADOPT"} if choices.chance(0.3) else {}
                is_retained = choices.chance(0.05)
                template[logical_id] = share(
                    pairs.pop(number), is_retained=is_retained, **adopts
                )
        return template

    def _do_by_hand(self) -> None:
        self._deeds -= 1
        world, ledger, choices = self.world, self.world.ledger, self._choices
        pair = PAIRS[choices.pick(len(PAIRS))]
        snapshot = world.redshift.backend.snapshots.get(pair.snapshot)
        is_available = world.is_available(pair.snapshot)
        if snapshot is None:
            seconds = choices.pick(3) * 40
            world.trace.append(f"a person takes {pair.snapshot}, in {seconds} s")
            world.take_snapshot(pair.snapshot, creating_seconds=seconds)
        elif not world.has_access(pair) and choices.pick(3) < 2:
            if is_available:
                world.trace.append(f"a person authorizes {pair}")
                ledger.authorize_by_hand(pair)
        elif world.has_access(pair) and choices.pick(2):
            world.trace.append(f"a person revokes {pair}")
            ledger.revoke_by_hand(pair)
        elif not snapshot.accounts_with_restore_access:
            if is_available:
                world.trace.append(f"a person deletes {pair.snapshot}")
                ledger.delete_snapshot(pair.snapshot)
        else:
            world.trace.append(f"a person strips the tags of {pair.snapshot}")
            ledger.strip_tags(pair.snapshot)


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
                case "UPDATE_ROLLBACK_FAILED" if _can_skip(stack):
                    # What it should go back to is gone.
                    stack.continue_update_rollback(skip=True)
                case "UPDATE_FAILED" if not _has_unanswered_update(stack):
                    stack.roll_back()
                case (
                    "CREATE_FAILED"
                    | "DELETE_FAILED"
                    | "ROLLBACK_FAILED"
                    | "UPDATE_FAILED"
                    | "UPDATE_ROLLBACK_FAILED"
                ):
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


def _can_skip(stack: Stack) -> bool:
    """Known limit: a replacement that had succeeded is skipped.

    Then nobody is told about what the replacement made.
    """
    return all(
        stack.resources[before.logical_id].physical_id == before.physical_id
        for before in stack.restorable()
    )


def _was_never_answered(stack: Stack, logical_id: str) -> bool:
    """Known limit: rollback was disabled, and the resource is deployed again.

    Then the Delete of the failed one has an invented id, and comes after its successor's
    Create, whose claim has the same key: it cannot know which of both it is for.
    """
    resource = stack.resources.get(logical_id)
    return resource is not None and not resource.physical_id


def _has_unanswered_update(stack: Stack) -> bool:
    """Known limit: rollback was disabled, and no reversed Update will be sent.

    Then only the Delete of the whole stack can tell what the unanswered Update has made.
    """
    restorable = {before.logical_id for before in stack.restorable()}
    return any(
        resource.status == "UPDATE_FAILED" and resource.logical_id not in restorable
        for resource in stack.resources.values()
    )


def _words(template: Template) -> str:
    return ", ".join(
        f"{logical_id}={declaration.properties['SnapshotIdentifier']}/"
        f"{declaration.properties['AccountWithRestoreAccess'][:3]}"
        f"{' ADOPT' if 'ExistingShare' in declaration.properties else ''}"
        f"{' RETAIN' if declaration.is_retained else ''}"
        for logical_id, declaration in template.items()
    )
