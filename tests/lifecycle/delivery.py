"""One run of the real handler that can be stopped at each call and go on later.

A run that stops is unwound; to go on it begins again and is given what it was given
before, which is sound because the handler does nothing but compute between two calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from redshift_snapshot_share_handler import delivery
from redshift_snapshot_share_handler.contract import DEADLINE_SECONDS
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.retry import PATIENT

if TYPE_CHECKING:
    from tests.lifecycle.request import Request
    from tests.lifecycle.world import World

CALLS = (
    "describe_cluster_snapshots",
    "create_tags",
    "delete_tags",
    "authorize_snapshot_access",
    "revoke_snapshot_access",
)


class Paused(BaseException):
    """Unwinds a run whose turn is over."""


class Crashed(BaseException):
    """Unwinds a run whose process is gone."""


class Delivery:
    """A delivery of an event.

    Args:
        world: Where it runs.
        request: The event's request.
        number: Tells it from the others.
    """

    def __init__(self, world: World, request: Request, number: int) -> None:
        self.world = world
        self.request = request
        self.number = number
        self.is_running = True
        self.has_crashed = False
        #: How long it has waited.
        self.seconds = 0.0
        #: Whether AWS went on refusing, so that it could not do all it wanted.
        self.is_thwarted = False
        self.allowed_accounts = world.allowed_accounts
        self.calls: list[str] = []
        self._denied_since: dict[str, float] = {}
        self._given: list[tuple[Any, BaseException | None]] = []
        self._position = 0
        self._may_call = False
        self.function = delivery.Function(
            redshift=_Client(self),
            cloudformation=_CloudFormation(self),
            make_kms=lambda: world.kms,
            put=self._put,
            allowed_accounts=world.allowed_accounts,
        )

    def __repr__(self) -> str:
        return f"[{self.number}: {self.request}]"

    def note_denial(self, name: str, now: float) -> None:
        """Note that AWS denied a call; the handler bears with that for a minute."""
        began = self._denied_since.setdefault(name, now)
        self.is_thwarted |= now - began >= PATIENT.denied

    def note_success(self, name: str) -> None:
        """Note that a call went through."""
        self._denied_since.pop(name, None)

    def resume(self) -> None:
        """Go on with the next call, and further while it is this delivery's turn."""
        self._position = 0
        self._may_call = True
        deadline = Deadline(DEADLINE_SECONDS, now=self._now, sleep=self._sleep)
        try:
            self.handle(deadline)
        except Paused:
            return
        except Crashed:
            self.has_crashed = True
        except RuntimeError:
            # The answer was not taken: the run ends as a failed invocation.
            self.is_thwarted = True
        self.is_running = False

    def handle(self, deadline: Deadline) -> None:
        """Let the function handle what it is invoked with."""
        delivery.deliver(self.request.event, self.function, deadline)

    def call(self, name: str, operation: Callable[..., Any], **parameters: Any) -> Any:
        """Make a call of an API, or give again what it gave."""
        if self._position == len(self._given):
            if not self._may_call and not self.world.wait_for_turn(self):
                raise Paused
            self._may_call = False
            self._given.append(self._outcome(name, operation, parameters))
        value, error = self._given[self._position]
        self._position += 1
        if error is not None:
            raise error
        return value

    def _outcome(
        self, name: str, operation: Callable[..., Any], parameters: dict[str, Any]
    ) -> tuple[Any, BaseException | None]:
        self.calls.append(name)
        try:
            return self.world.make_call(self, name, operation, parameters), None
        except Exception as error:  # noqa: BLE001 - whatever it is, the handler is given it
            return None, error

    def _put(self, url: str, body: bytes) -> int:
        return int(self.call("put", self.world.cloudformation.put, url=url, body=body))

    def _now(self) -> float:
        if self._position == len(self._given):
            self._given.append((self.world.clock, None))
        value, _ = self._given[self._position]
        self._position += 1
        return float(value)

    def _sleep(self, seconds: float) -> None:
        if self._position == len(self._given):
            self.world.clock += seconds
            self.seconds += seconds
            self._given.append((None, None))
        self._position += 1


class _Client:
    """A botocore client of Redshift whose calls are a delivery's."""

    def __init__(self, delivery: Delivery) -> None:
        client = delivery.world.redshift
        for name in CALLS:
            setattr(self, name, _bound(delivery, name, getattr(client, name)))


class _CloudFormation:
    def __init__(self, delivery: Delivery) -> None:
        for name in ("describe_stacks", "describe_stack_resource"):
            operation = getattr(delivery.world.cloudformation, name)
            setattr(self, name, _bound(delivery, name, operation))


def _bound(
    delivery: Delivery, name: str, operation: Callable[..., Any]
) -> Callable[..., Any]:
    def call(**parameters: Any) -> Any:
        return delivery.call(name, operation, **parameters)

    return call
