"""Random histories: what users, people and a bad day do to snapshots of one cluster."""

from __future__ import annotations

from functools import partial

from tests.cluster_lifecycle.declarations import (
    ANALYTICS,
    LOGICAL_ID,
    PARTNER,
    is_of_cluster,
    shares,
)
from tests.cluster_lifecycle.world import ClusterWorld
from tests.lifecycle.choices import Choices
from tests.lifecycle.delivery import Delivery
from tests.lifecycle.faults import ChosenFaults, NoFaults
from tests.lifecycle.pairs import Pair
from tests.lifecycle.request import InvalidAnswerError
from tests.lifecycle.resource import Template
from tests.lifecycle.resting import come_to_rest, sibling_failures, take_down
from tests.lifecycle.stack import Stack
from tests.lifecycle.world import Turn, share

_ACCOUNTS = (ANALYTICS, PARTNER)
_SNAPSHOTS = ("monday", "tuesday", "wednesday", "thursday")
_LAGS = (0.0, 0.0, 0.6, 1.5, 4.0)


def play(choices: Choices) -> ClusterWorld:
    """Run one history to its end, settle it, take everything down.

    Args:
        choices: What happens in it.

    Returns:
        The world as it is then; its ledger says what was wrong.
    """
    history = _History(choices)
    try:
        history.play()
    except InvalidAnswerError as error:
        history.world.ledger.violations.append(f"invalid answer: {error}")
    return history.world


class _History:
    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        lag = choices.chance(0.2)
        # Quiet days let other things be seen than stormy ones.
        probability = 0.0 if lag else (0.0, 0.01, 0.04)[choices.pick(3)]
        self.world = ClusterWorld(
            choices,
            faults=ChosenFaults(choices, probability) if probability else NoFaults(),
            restlessness=(0.0, 0.1, 0.4)[choices.pick(3)],
            impatience=0.0 if lag else (0.0, 0.0, 0.03)[choices.pick(3)],
            snapshots=_SNAPSHOTS[: choices.pick(3)],
            tag_lag=_LAGS[choices.pick(len(_LAGS))] if lag else 0,
            account_lag=_LAGS[choices.pick(len(_LAGS))] if lag else 0,
            call_seconds=0.25 if lag else 0,
        )
        self._stacks: dict[str, Stack] = {}
        self._names = ("alpha", "beta", "gamma")[: 1 + choices.pick(3)]
        self._operations = 1 + choices.pick(4)
        self._runs = choices.pick(5)
        # Within the lag a person's deed does not show, whatever the function does.
        self._deeds = choices.pick(5)
        self._people = 0 if lag else choices.pick(3)
        self._duplicates = choices.pick(3)
        self._drops = choices.pick(2) * choices.pick(2)
        self._adopts = choices.chance(0.3)

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
            turns.append(Turn("", self._change_snapshots))
        if self._people:
            turns.append(Turn("", self._do_by_hand))
        if self._runs:
            turns.append(Turn("", self._wake))
        if self._duplicates:
            turns += [
                Turn(f"again: {delivery!r}", partial(self._duplicate, delivery.number))
                for delivery in self.world.deliveries[-3:]
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

    def _wake(self) -> None:
        self._runs -= 1
        stacks = [*self._stacks.values()]
        stack = stacks[self._choices.pick(len(stacks))]
        declarations = self.world.declarations(stack)
        if declarations:
            # A run may be late, or early: its function has any declaration.
            number = self._choices.pick(len(declarations))
            declared = declarations[-1 - number]
            self.world.trace.append(f"wake {stack!r} for {declared.digest[:4]}")
            self.world.wake(stack, declared)

    def _change_snapshots(self) -> None:
        self._deeds -= 1
        world = self.world
        name = _SNAPSHOTS[self._choices.pick(len(_SNAPSHOTS))]
        world.clock += 1
        if name not in world.redshift.backend.snapshots:
            seconds = self._choices.pick(2) * 40
            world.trace.append(f"{name} is taken, in {seconds} s")
            world.take_snapshot(name, creating_seconds=seconds)
        else:
            world.trace.append(f"{name} expires")
            world.ledger.expire_snapshot(name)

    def _do_by_hand(self) -> None:
        self._people -= 1
        world, choices = self.world, self._choices
        pair = Pair(_SNAPSHOTS[choices.pick(4)], _ACCOUNTS[choices.pick(2)])
        if not world.is_available(pair.snapshot):
            return
        if world.has_access(pair):
            if not any(stack.status.endswith("PROGRESS") for stack in self._all()):
                world.trace.append(f"a person revokes {pair}")
                world.ledger.revoke_by_hand(pair)
        elif self._is_quiet() and not world.claims(pair):
            world.trace.append(f"a person authorizes {pair}")
            world.ledger.authorize_by_hand(pair)

    def _all(self) -> list[Stack]:
        return [*self.world.cloudformation.stacks]

    def _is_quiet(self) -> bool:
        """Whether nobody has looked and may still act on what that showed."""
        return (
            not self.world.running
            and not self.world.queue
            and all(stack.is_idle for stack in self._all())
        )

    def _take_operation(self) -> None:
        self._operations -= 1
        world = self.world
        name = self._names[self._choices.pick(len(self._names))]
        stack = self._stacks.get(name)
        if stack is None or (stack.is_idle and stack.status == "DELETE_COMPLETE"):
            stack = self._stacks[name] = world.stack(name)
        if not stack.is_idle or any(
            delivery.request.stack is stack and not _is_run(delivery)
            for delivery in world.running
        ):
            return
        # The function's maximum event age bounds it.
        world.queue[:] = [
            request
            for request in world.queue
            if request.stack is not stack or request.kind == "Run"
        ]
        self._operate(stack)

    def _operate(self, stack: Stack) -> None:
        choices, trace = self._choices, self.world.trace
        flags = {
            "is_doomed": choices.chance(0.3),
            "disable_rollback": choices.chance(0.1),
        }
        match stack.status:
            case "REVIEW_IN_PROGRESS":
                template = self._template(stack)
                trace.append(f"create {stack!r} {_words(template)} {flags}")
                stack.create(template, **flags)
            case "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "DELETE_FAILED":
                trace.append(f"delete {stack!r}")
                stack.delete()
            case "UPDATE_ROLLBACK_FAILED":
                trace.append(f"continue the rollback of {stack!r}")
                stack.continue_update_rollback()
            case "CREATE_FAILED" | "UPDATE_FAILED" if choices.chance(0.5):
                trace.append(f"roll {stack!r} back")
                stack.roll_back()
            case _ if choices.chance(0.25):
                trace.append(f"delete {stack!r}")
                stack.delete()
            case _:
                template = self._template(stack)
                at_once = choices.pick(2) == 0
                trace.append(f"update {stack!r} {_words(template)} {flags}")
                stack.update(template, **flags, deletes_at_once=at_once)

    def _template(self, stack: Stack) -> Template:
        choices = self._choices
        if stack.name == "gamma":
            pair = Pair(_SNAPSHOTS[choices.pick(2)], ANALYTICS)
            more = {"ExistingShare": "ADOPT"} if self._adopts else {}
            return {"Share": share(pair, is_retained=False, **more)}
        if choices.chance(0.15):
            return {}
        more = {"ExistingShare": "ADOPT"} if self._adopts else {}
        if choices.chance(0.2):
            more["SnapshotIdentifierPrefix"] = "t"
        return {
            LOGICAL_ID: shares(
                *_ACCOUNTS[: 1 + choices.pick(2)],
                newest=1 + choices.pick(3),
                is_retained=choices.chance(0.15),
                **more,
            )
        }


def _is_run(delivery: Delivery) -> bool:
    return delivery.request.kind == "Run"


def _words(template: Template) -> str:
    return ", ".join(
        f"{logical_id}={declaration.properties}"
        for logical_id, declaration in template.items()
        if is_of_cluster(declaration.properties)
    )
