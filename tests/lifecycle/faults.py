"""What can go wrong with a call of an API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ReadTimeoutError

if TYPE_CHECKING:
    from tests.lifecycle.choices import Choices

CRASH_BEFORE = "crash before"
CRASH_AFTER = "crash after"
LOST_REPLY = "lost reply"
THROTTLED = "throttled"
SERVER_ERROR = "server error"
SERVER_ERROR_AFTER = "server error after the effect"
ACCESS_DENIED = "access denied for a while"
ACCESS_DENIED_LONG = "access denied for minutes"

KINDS = (
    CRASH_BEFORE,
    CRASH_AFTER,
    LOST_REPLY,
    THROTTLED,
    SERVER_ERROR,
    SERVER_ERROR_AFTER,
    ACCESS_DENIED,
    ACCESS_DENIED_LONG,
)
# The PUT goes to S3 and needs no permission of the function's role.
_OF_PUT = KINDS[:6]


class NoFaults:
    """Everything works."""

    def next(self, call: str) -> str:  # noqa: ARG002 - as the others
        """What goes wrong with a call: a kind, or nothing."""
        return ""


class ChosenFaults(NoFaults):
    """Faults by chance.

    Args:
        choices: The chances.
        probability: Of a fault, per call.
        kinds: The kinds of faults there can be.
    """

    def __init__(
        self, choices: Choices, probability: float, kinds: Sequence[str] = KINDS
    ) -> None:
        self._choices = choices
        self._kinds = kinds
        self._probability = probability

    def next(self, call: str) -> str:
        if not self._choices.chance(self._probability):
            return ""
        kinds = [kind for kind in self._kinds if call != "put" or kind in _OF_PUT]
        return kinds[self._choices.pick(len(kinds))]


class OneFault(NoFaults):
    """One fault, at any call: with `run_all`, each kind at each call.

    Args:
        choices: Which.
        kinds: The kinds of faults there can be.
    """

    def __init__(self, choices: Choices, kinds: Sequence[str] = KINDS) -> None:
        self._choices = choices
        self._kinds = kinds
        self._has_come = False

    def next(self, call: str) -> str:
        if self._has_come:
            return ""
        kinds = [kind for kind in self._kinds if call != "put" or kind in _OF_PUT]
        number = self._choices.pick(len(kinds) + 1)
        self._has_come = number > 0
        return kinds[number - 1] if number else ""


class FaultAt(NoFaults):
    """One fault, at a certain call.

    Args:
        call: The call.
        kind: The fault.
        after: How many such calls go by before.
    """

    def __init__(self, call: str, kind: str, *, after: int = 0) -> None:
        self._call = call
        self._kind = kind
        self._left = after

    def next(self, call: str) -> str:
        self._left -= call == self._call
        return self._kind if call == self._call and self._left == -1 else ""


class Meanwhile(FaultAt):
    """Something happens right before a certain call.

    Args:
        call: The call.
        action: What happens.
        after: How many such calls go by before.
        kind: What goes wrong with the call itself. Default: nothing.
        then: What goes wrong with the next such call. Default: nothing.
    """

    def __init__(
        self,
        call: str,
        action: Callable[[], object],
        *,
        after: int = 0,
        kind: str = "",
        then: str = "",
    ) -> None:
        super().__init__(call, kind, after=after)
        self._action = action
        self._then = then

    def next(self, call: str) -> str:
        before = self._left
        kind = super().next(call)
        if before == 0 and self._left == -1:
            self._action()
        elif call == self._call and self._left == -2:
            return self._then
        return kind


def error_of(kind: str, call: str) -> Exception:
    """What botocore, or http.client, raises."""
    if call == "put":
        return OSError(kind)
    error: Exception
    if kind == LOST_REPLY:
        error = ReadTimeoutError(endpoint_url="https://redshift.test")
        return error
    operation = "".join(word.capitalize() for word in call.split("_"))
    codes: dict[str, tuple[str, int]] = {
        THROTTLED: ("Throttling", 400),
        SERVER_ERROR: ("InternalFailure", 500),
        SERVER_ERROR_AFTER: ("ServiceUnavailable", 503),
        ACCESS_DENIED: ("AccessDenied", 403),
        ACCESS_DENIED_LONG: ("AccessDenied", 403),
    }
    code, status = codes[kind]
    if kind == THROTTLED and call == "authorize_snapshot_access":
        code = "DependentServiceRequestThrottlingFault"
    response: dict[str, Any] = {
        "Error": {"Code": code, "Message": kind},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "aws-request"},
    }
    error = ClientError(response, operation)
    return error
