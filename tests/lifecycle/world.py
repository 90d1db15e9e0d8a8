"""Everything that a share meets: Redshift, CloudFormation, Lambda, people, and the time.

Whatever happens next, happens in `World.run`: it hands the turn to one delivery at a time,
each for one call of an API, in the order that the choices say.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, NamedTuple

from botocore.exceptions import ClientError, EndpointConnectionError

from local_aws.redshift import Redshift, RedshiftClient
from tests.clusters import make_cluster
from tests.lifecycle.choices import Choices
from tests.lifecycle.cloudformation import CloudFormation
from tests.lifecycle.delivery import CALLS, Crashed, Delivery
from tests.lifecycle.faults import (
    ACCESS_DENIED,
    ACCESS_DENIED_LONG,
    CRASH_AFTER,
    CRASH_BEFORE,
    LOST_REPLY,
    SERVER_ERROR,
    SERVER_ERROR_AFTER,
    THROTTLED,
    NoFaults,
    error_of,
)
from tests.lifecycle.ledger import Ledger
from tests.lifecycle.pairs import Pair
from tests.lifecycle.request import Request
from tests.lifecycle.resource import Declaration
from tests.lifecycle.stack import Stack
from tests.lifecycle.stack_resources import ACCOUNT

CLUSTER = "sales"
OTHER_CLUSTER = "other"
_MOST_STEPS = 5000
# What an attempt takes that comes to nothing.
_CONNECT_SECONDS = 5
# A connection that never comes about is given up before.
_PATIENCE_SECONDS = 150
# In seconds; the handler is patient for a minute.
_DENIALS = {ACCESS_DENIED: 20, ACCESS_DENIED_LONG: 200}
_BEGINNING = datetime(2026, 11, 23, tzinfo=UTC)


class Turn(NamedTuple):
    """Something that can happen next; `is_due` if nothing else does."""

    name: str
    take: Callable[[], Delivery | None]
    is_due: bool = False


class World:
    """A world without stacks.

    Args:
        choices: What happens of all that can.
        faults: What goes wrong. Default: nothing.
        restlessness: How likely it is that the next call is another delivery's.
        impatience: How likely it is, at each step, that ServiceTimeout may pass although
            deliveries are queued or running.
        snapshots: The snapshots there are.
        allowed_accounts: What the provider allows; empty = any.
        tag_lag: How many seconds late DescribeClusterSnapshots shows a change of tags.
        account_lag: The same for the accounts that have access.
        call_seconds: How long each call takes.
    """

    def __init__(
        self,
        choices: Choices | None = None,
        *,
        faults: NoFaults | None = None,
        restlessness: float = 0.3,
        impatience: float = 0,
        snapshots: Iterable[str] = ("monday", "tuesday"),
        allowed_accounts: Collection[str] = (),
        tag_lag: float = 0,
        account_lag: float = 0,
        call_seconds: float = 0,
        most_switches: float = math.inf,
    ) -> None:
        self._switches_left = most_switches
        self.choices = choices or Choices()
        self.faults = faults or NoFaults()
        self.clock = 0.0
        self.redshift = _empty_redshift()
        redshift = self.redshift.backend.redshift
        redshift.clock = self._now
        redshift.tag_lag_seconds = tag_lag
        redshift.account_lag_seconds = account_lag
        self.call_seconds = call_seconds
        #: For how long a look may show what is no longer so.
        self.lag = max(tag_lag, account_lag)
        self.kms: Any = None
        self.allowed_accounts = allowed_accounts
        self.cloudformation = CloudFormation(self.invoke)
        self.counts: Counter[str] = Counter()
        self.ledger = Ledger(self)
        #: An operation that AWS always denies.
        self.denied_for_good = ""
        #: Whether there is no route to Redshift.
        self.is_unreachable = False
        #: Events that wait for the function.
        self.queue: list[Request] = []
        self.deliveries: list[Delivery] = []
        self.running: list[Delivery] = []
        #: The one whose call is being made.
        self.calling: Delivery | None = None
        #: Turns beyond those of Lambda and ServiceTimeout.
        self.more_turns: Callable[[], list[Turn]] = list
        self.trace: list[str] = []
        self._restlessness = restlessness
        self.impatience = impatience
        self._next: Delivery | None = None
        self._numbers = itertools.count(1)
        #: The snapshots there are, and those that there were.
        self.snapshot_names: set[str] = set()
        self._denied_until: dict[str, float] = {}
        for identifier in snapshots:
            self.take_snapshot(identifier)

    def stack(self, name: str = "alpha") -> Stack:
        """A new stack."""
        return self.cloudformation.make_stack(name)

    def take_snapshot(
        self, identifier: str, *, creating_seconds: float = 0, cluster: str = CLUSTER
    ) -> None:
        """Take a manual snapshot of a cluster."""
        self.snapshot_names.add(identifier)
        tags = [{"Key": "local-aws:creating-seconds", "Value": str(creating_seconds)}]
        self.redshift.create_cluster_snapshot(
            ClusterIdentifier=cluster,
            SnapshotIdentifier=identifier,
            Tags=tags if creating_seconds else [],
        )

    def has_access(self, pair: Pair) -> bool:
        """Whether the account may restore the snapshot."""
        snapshot = self.redshift.backend.snapshots.get(pair.snapshot)
        return (
            snapshot is not None
            and pair.account in snapshot.accounts_with_restore_access
        )

    def is_available(self, identifier: str) -> bool:
        """Whether a snapshot can be shared."""
        snapshot = self.redshift.backend.snapshots.get(identifier)
        return snapshot is not None and snapshot.status(self._now()) == "available"

    def claims(self, pair: Pair) -> dict[str, str]:
        """The claims on a snapshot for an account: values by tag key."""
        snapshot = self.redshift.backend.snapshots.get(pair.snapshot)
        prefix = f"redshift-snapshot-share:{pair.account}:"
        tags = snapshot.tags_by_key if snapshot else {}
        return {key: value for key, value in tags.items() if key.startswith(prefix)}

    def invoke(self, request: Request) -> None:
        """Put an event into the function's queue; again, for a duplicate."""
        self.queue.append(request)

    def deliver_queued(self) -> None:
        """Let what is queued run from beginning to end, now, and nothing else."""
        choices, self.choices = self.choices, Choices()
        while self.queue:
            self._run_on(self._start(self.queue[0]))
        self.choices = choices

    def run(self) -> None:
        """Let happen what happens, until nothing does."""
        while not self.ledger.violations:
            delivery, self._next = self._next, None
            if delivery is None:
                turn = self._choose(None)
                if turn is None:
                    return
                delivery = turn.take()
            if delivery is not None:
                self._run_on(delivery)

    def wait_for_turn(self, current: Delivery) -> bool:
        """Let others go before a delivery's next call.

        Returns:
            Whether it is still its turn; if not, another's has come.
        """
        while not self.ledger.violations:
            turn = self._choose(current)
            if turn is None:
                return True
            self._next = turn.take()
            if self._next is not None:
                return False
        return False

    def make_call(
        self,
        delivery: Delivery,
        name: str,
        operation: Callable[..., Any],
        parameters: dict[str, Any],
    ) -> Any:
        """Make a call of an API on behalf of a delivery, with what goes wrong."""
        self.counts["API calls"] += 1
        self.clock += self.call_seconds
        fault = self.faults.next(name)
        if fault:
            self.counts[fault] += 1
        self.trace.append(f"{delivery!r} {name}{f'  ({fault})' if fault else ''}")
        if fault == CRASH_BEFORE:
            raise Crashed
        self._refuse(delivery, name, fault)
        self.calling = delivery
        try:
            value = operation(**parameters)
        except ClientError:
            if name == "describe_cluster_snapshots":
                self.ledger.note_missing(delivery, parameters["SnapshotIdentifier"])
            raise
        delivery.note_success(name)
        self.ledger.note_call(delivery, name, parameters, value)
        if fault == CRASH_AFTER:
            raise Crashed
        if fault in {LOST_REPLY, SERVER_ERROR_AFTER}:
            raise error_of(fault, name)
        return value

    def _refuse(self, delivery: Delivery, name: str, fault: str) -> None:
        """Raise what comes instead of the call's effect, if anything does."""
        if self.is_unreachable and name in CALLS:
            delivery.is_thwarted = True
            self.clock += _CONNECT_SECONDS
            delivery.seconds += _CONNECT_SECONDS
            raise EndpointConnectionError(endpoint_url="https://redshift.test")
        if name == self.denied_for_good:
            delivery.is_thwarted = True
            raise error_of(ACCESS_DENIED, name)
        if fault in _DENIALS:
            self._denied_until[name] = self.clock + _DENIALS[fault]
        if self.clock < self._denied_until.get(name, 0):
            delivery.note_denial(name, self.clock)
            raise error_of(ACCESS_DENIED, name)
        if fault in {THROTTLED, SERVER_ERROR}:
            raise error_of(fault, name)

    def make_delivery(self, request: Request, number: int) -> Delivery:
        """Make a delivery of what is queued."""
        return Delivery(self, request, number)

    def _now(self) -> datetime:
        return _BEGINNING + timedelta(seconds=self.clock)

    def _run_on(self, delivery: Delivery) -> None:
        delivery.resume()
        if not delivery.is_running:
            self.running.remove(delivery)
            self.ledger.note_end(delivery)
            if self.is_unreachable and delivery.seconds > _PATIENCE_SECONDS:
                self.ledger.violate(
                    f"slow: {delivery!r} tried for {delivery.seconds:.0f} s"
                )

    def _choose(self, current: Delivery | None) -> Turn | None:
        """The next turn; None if that is the current delivery's, or there is none."""
        self.counts["steps"] += 1
        if self.counts["steps"] > _MOST_STEPS:
            raise AssertionError("the history does not end")
        turns = [
            *self._turns_of_deliveries(current),
            *self.more_turns(),
        ]
        if (
            self.impatience
            and (self.running or self.queue)
            and self.choices.chance(self.impatience)
        ):
            turns += self._timeouts()
        if current is not None:
            if not turns or not self._switches_left:
                return None
            if not self.choices.chance(self._restlessness):
                return None
            self._switches_left -= 1
            turn = turns[self.choices.pick(len(turns))]
        elif self.running or self.queue:
            turn = turns[self.choices.pick(len(turns))]
        else:
            turns = [*self._timeouts(), *turns]
            # The plainest: whatever must happen, and if nothing must, nothing.
            must_go_on = bool(turns) and turns[0].is_due
            number = self.choices.pick(len(turns) + (not must_go_on)) - (not must_go_on)
            if number < 0:
                return None
            turn = turns[number]
        if turn.name:
            self.trace.append(turn.name)
        return turn

    def _turns_of_deliveries(self, current: Delivery | None) -> Iterator[Turn]:
        for delivery in self.running:
            if delivery is not current:
                yield Turn("", partial(_same, delivery))
        for request in dict.fromkeys(self.queue):
            yield Turn("", partial(self._start, request))

    def _timeouts(self) -> Iterator[Turn]:
        for stack in self.cloudformation.stacks:
            for request in stack.requests if not stack.is_idle else ():
                if not request.is_over:
                    name = f"ServiceTimeout of {request}"
                    yield Turn(name, partial(stack.time_out, request), is_due=True)

    def _start(self, request: Request) -> Delivery:
        self.queue.remove(request)
        delivery = self.make_delivery(request, next(self._numbers))
        self.deliveries.append(delivery)
        self.running.append(delivery)
        self.counts["deliveries"] += 1
        return delivery


def _same(delivery: Delivery) -> Delivery:
    return delivery


def share(pair: Pair, *, is_retained: bool = False, **properties: str) -> Declaration:
    """A declared share."""
    return Declaration(
        {
            "SnapshotIdentifier": pair.snapshot,
            "AccountWithRestoreAccess": pair.account,
            **({"RemovalPolicy": "RETAIN"} if is_retained else {}),
            **properties,
        },
        is_retained,
    )


@cache
def _redshift() -> RedshiftClient:
    client = RedshiftClient(Redshift(), ACCOUNT)
    for cluster in (CLUSTER, OTHER_CLUSTER):
        make_cluster(client, cluster)
    return client


def _empty_redshift() -> RedshiftClient:
    # Making a cluster takes moto as long as a short history.
    client = _redshift()
    client.backend.snapshots.clear()
    return client
