"""Random histories: what users, people and a bad day do to two stacks."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import NamedTuple

from tests.lifecycle.choices import Choices
from tests.lifecycle.deeds import do_by_hand
from tests.lifecycle.delivery import CALLS, Delivery
from tests.lifecycle.faults import CRASH_AFTER, CRASH_BEFORE, ChosenFaults, NoFaults
from tests.lifecycle.known_limits import KnownLimit
from tests.lifecycle.request import InvalidAnswerError
from tests.lifecycle.resting import (
    come_to_rest,
    sibling_failures,
    take_down,
)
from tests.lifecycle.stack import Stack
from tests.lifecycle.templates import Templates, words
from tests.lifecycle.variations import Variation
from tests.lifecycle.world import Turn, World

NAMES = ("alpha", "beta")
_LAGS = (0.6, 1.5, 4.0)
_LATE = frozenset({Variation.LATE_TAGS, Variation.LATE_ACCOUNTS})
_FAILING = frozenset({Variation.DENIED_FOR_GOOD, Variation.UNREACHABLE})
_EXPIRING = frozenset({Variation.EXPIRED, Variation.SKIPPED_REPLACEMENT})
_WITHOUT_ROLLBACK = frozenset(
    {
        Variation.EXPRESS,
        Variation.REFUSED_REPLACEMENT,
        Variation.ROLLBACK_STACK,
        Variation.UNANSWERED_UPDATE,
    }
)
_LIKELINESS = 0.2
_DENIABLE = (*CALLS, "describe_stacks")


def play(choices: Choices, variations: Collection[Variation] = ()) -> World:
    """Run one history to its end, settle it, take everything down.

    Args:
        choices: What happens in it.
        variations: What it may vary; if that is only one thing, it does.

    Returns:
        The world as it is then; its ledger says what was wrong.
    """
    history = _History(choices, _chosen(choices, variations))
    try:
        history.play()
    except InvalidAnswerError as error:
        history.world.ledger.violations.append(f"invalid answer: {error}")
    return history.world


def _chosen(
    choices: Choices, variations: Collection[Variation]
) -> frozenset[Variation]:
    """What of all that may be varied is varied in this history."""
    if not variations:
        return frozenset()
    chosen = {
        variation
        for variation in Variation
        if variation in variations
        and (len(variations) == 1 or choices.chance(_LIKELINESS))
    }
    if choices.chance(0.4):
        # Some things show only where few can happen.
        chosen.add(Variation.SMALL)
    return frozenset(chosen)


class _Flags(NamedTuple):
    """What is decided of an operation besides its template."""

    is_doomed: bool
    disable_rollback: bool
    one_by_one: bool

    def __str__(self) -> str:
        words = [name for name, is_so in self._asdict().items() if is_so]
        return f"({', '.join(words)})" if words else ""


class _History:
    def __init__(self, choices: Choices, variations: frozenset[Variation]) -> None:
        self._choices = choices
        self._variations = variations
        self._templates = Templates(choices, variations)
        # Quiet days let other things be seen than stormy ones.
        probability = (0.0, 0.01, 0.04)[choices.pick(3)]
        faults = ChosenFaults(choices, probability) if probability else NoFaults()
        if variations & _LATE:
            # So that each failure is a needless one.
            faults = NoFaults()
        elif Variation.UNANSWERED_UPDATE in variations:
            faults = ChosenFaults(choices, 0.1, (CRASH_AFTER, CRASH_BEFORE))
        restlessness = (0.0, 0.1, 0.4)[choices.pick(3)]
        self.world = World(
            choices,
            faults=faults,
            restlessness=restlessness,
            impatience=(0.0, 0.0, 0.03)[choices.pick(3)],
            tag_lag=self._lag(Variation.LATE_TAGS),
            account_lag=self._lag(Variation.LATE_ACCOUNTS),
            call_seconds=0.25 if variations & _LATE else 0,
        )
        self._stacks: dict[str, Stack] = {}
        self._operations = 1 + choices.pick(5)
        self._deeds = choices.pick(4)
        self._duplicates = choices.pick(3)
        self._drops = choices.pick(2) * choices.pick(2)
        self._set_world()

    def _lag(self, variation: Variation) -> float:
        if variation not in self._variations:
            return 0
        return _LAGS[self._choices.pick(len(_LAGS))]

    def _set_world(self) -> None:
        world, variations = self.world, self._variations
        if Variation.DENIED_FOR_GOOD in variations:
            world.denied_for_good = _DENIABLE[self._choices.pick(len(_DENIABLE))]
        world.is_unreachable = Variation.UNREACHABLE in variations
        world.ledger.protects_retained = Variation.RETAIN in variations
        world.ledger.nothing_to_go_back_to_is_green = bool(
            variations & {Variation.EXPIRED, Variation.NARROWED}
        )
        if variations & _LATE:
            # Within the lag a person's deed does not show, whatever the function does.
            self._deeds = 0
            world.ledger.no_failure_is_needed = not variations & _FAILING
        elif variations & _EXPIRING:
            self._deeds += 2
        if Variation.HIDDEN_ROLLBACK in variations:
            world.cloudformation.shows_last_operations = True
        if Variation.LATE_DUPLICATE in variations:
            world.ledger.forgives_late_deliveries = True
            self._duplicates += 2
            self._operations += 2

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
                for delivery in self.world.deliveries[-self._memory :]
                if self._is_of_this_operation(delivery)
            ]
        if self._drops and self.world.queue:
            turns.append(Turn("an event is dropped", self._drop))
        return turns

    @property
    def _memory(self) -> int:
        """How many of the last deliveries may come again."""
        return 12 if Variation.LATE_DUPLICATE in self._variations else 3

    def _is_of_this_operation(self, delivery: Delivery) -> bool:
        request = delivery.request
        if Variation.LATE_DUPLICATE in self._variations:
            return True
        if request.operation == request.stack.operations:
            return True
        self._meet(KnownLimit.DELIVERY_OUTLIVES_OPERATION)
        return False

    def _meet(self, limit: KnownLimit) -> None:
        self.world.ledger.forgiveness.meet(limit)

    def _duplicate(self, number: int) -> None:
        self._duplicates -= 1
        self.world.invoke(self.world.deliveries[number - 1].request)

    def _drop(self) -> None:
        self._drops -= 1
        self.world.queue.pop()

    def _take_operation(self) -> None:
        self._operations -= 1
        world = self.world
        names = NAMES[:1] if Variation.SMALL in self._variations else NAMES
        name = names[self._choices.pick(len(names))]
        stack = self._stacks.get(name)
        if stack is None or (stack.is_idle and stack.status == "DELETE_COMPLETE"):
            stack = self._stacks[name] = world.stack(name)
            stack.hides_rollback = Variation.HIDDEN_ROLLBACK in self._variations
            if Variation.REFUSED_REPLACEMENT in self._variations:
                stack.refused_remembers = ("new", "old")[self._choices.pick(2)]
        if not stack.is_idle:
            return
        if any(delivery.request.stack is stack for delivery in world.running):
            self._meet(KnownLimit.DELIVERY_OUTLIVES_OPERATION)
            return
        others = [request for request in world.queue if request.stack is not stack]
        if len(others) < len(world.queue):
            # The function's maximum event age bounds it.
            self._meet(KnownLimit.DELIVERY_OUTLIVES_OPERATION)
            world.queue[:] = others
        self._operate(stack)

    def _operate(self, stack: Stack) -> None:
        choices, trace = self._choices, self.world.trace
        rarely = 0.8 if self._variations & _WITHOUT_ROLLBACK else 0.15
        doomed = 0.7 if Variation.SKIPPED_REPLACEMENT in self._variations else 0.3
        flags = _Flags(
            choices.chance(doomed), choices.chance(rarely), choices.chance(0.3)
        )
        rolls_back = 0.8 if Variation.ROLLBACK_STACK in self._variations else 0.3
        match stack.status:
            case "REVIEW_IN_PROGRESS":
                template = self._templates.make()
                trace.append(f"create {stack!r} {words(template)} {flags}")
                stack.create(template, **flags._asdict())
            case "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "DELETE_FAILED":
                trace.append(f"delete {stack!r}")
                stack.delete()
            case "UPDATE_ROLLBACK_FAILED":
                trace.append(f"continue the rollback of {stack!r}")
                stack.continue_update_rollback()
            case _ if choices.chance(0.2):
                trace.append(f"delete {stack!r}")
                stack.delete()
            case "CREATE_FAILED" | "UPDATE_FAILED" if choices.chance(rolls_back):
                trace.append(f"roll back {stack!r}")
                stack.roll_back()
            case _:
                self._update(stack, flags)

    def _update(self, stack: Stack, flags: _Flags) -> None:
        template = self._templates.make()
        if stack.status == "CREATE_FAILED":
            # Without a last stable state CloudFormation cannot go back to it.
            flags = flags._replace(disable_rollback=True)
        at_once = self._choices.pick(2) == 0
        self.world.trace.append(f"update {stack!r} {words(template)} {flags}")
        stack.update(template, **flags._asdict(), deletes_at_once=at_once)

    def _do_by_hand(self) -> None:
        self._deeds -= 1
        do_by_hand(self.world, self._choices, self._templates, self._variations)
