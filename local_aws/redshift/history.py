"""Earlier states of tags or accounts, for a Describe that shows changes late."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class History(Generic[_Value]):
    """The earlier states of a dictionary, oldest first.

    States are kept only while there is a lag. Without a lag, this costs nothing.
    """

    __slots__ = ("_replaced",)

    def __init__(self) -> None:
        self._replaced: list[tuple[datetime, dict[str, _Value]]] = []

    def keep(self, state: dict[str, _Value], now: datetime, lag_seconds: float) -> None:
        """Keep a copy of a state that is about to be replaced."""
        if lag_seconds:
            still_shown = self._replaced_after(now - timedelta(seconds=lag_seconds))
            self._replaced = [*still_shown, (now, dict(state))]

    def state_at(
        self, state: dict[str, _Value], now: datetime, lag_seconds: float
    ) -> dict[str, _Value]:
        """Find the state at an earlier time.

        Args:
            state: The state now.
            now: The moment.
            lag_seconds: How long ago.
        """
        if lag_seconds:
            for _, former in self._replaced_after(now - timedelta(seconds=lag_seconds)):
                return former
        return state

    def _replaced_after(
        self, moment: datetime
    ) -> Iterator[tuple[datetime, dict[str, _Value]]]:
        return (entry for entry in self._replaced if entry[0] > moment)
