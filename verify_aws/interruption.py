"""Ends a run early, and never the removal of what it created."""

import signal
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)


class Interrupted(BaseException):
    """A signal, or the time limit, ends the run.

    Not an `Exception`: no question may take it for a refusal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(
            "the time limit is reached"
            if number == signal.SIGALRM
            else f"interrupted by {signal.Signals(number).name}"
        )
        self.code = 1 if number == signal.SIGALRM else 128 + number


class Watch:
    """Turns the first signal into an exception, and only notes all others.

    Args:
        seconds: The time limit.
        say: Tells a person about a signal that has no effect.
    """

    def __init__(self, seconds: float, say: Callable[[str], None]) -> None:
        self._seconds = seconds
        self._say = say
        self._is_held = False
        self._former: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._former[number] = signal.signal(number, self._receive)
        signal.setitimer(signal.ITIMER_REAL, self._seconds)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def hold(self) -> None:
        """From now on, let no signal and no time limit end anything."""
        self._is_held = True

    def _receive(self, number: int, _: FrameType | None) -> None:
        if not self._is_held:
            self._is_held = True
            raise Interrupted(number)
        if number != signal.SIGALRM:
            self._say(
                "what the run created is being removed; this takes some minutes. "
                "If it has to end now, end the process with SIGKILL and use --clean later."
            )
