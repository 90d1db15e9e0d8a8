"""The deadline of a run, for waits and for repeated calls."""

import time
from collections.abc import Callable

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError


class Deadline:
    """A time that no wait exceeds."""

    def __init__(
        self,
        seconds: float,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Start the clock.

        Args:
            seconds: How long the run may take from now on.
            now: A monotonic clock, in seconds.
            sleep: Waits for a number of seconds.
        """
        self.now = now
        self.sleep = sleep
        self._end = now() + seconds

    def check(self, why: str, reserve_seconds: float = 0) -> None:
        """Give up if the deadline has passed.

        Args:
            why: What is being tried, for the reason.
            reserve_seconds: How much earlier to give up.

        Raises:
            SnapshotShareError: If there is no time left.
        """
        self._check(reserve_seconds, why)

    def wait(self, seconds: float, why: str) -> None:
        """Sleep, unless the deadline would pass during that time.

        Args:
            seconds: How long to sleep.
            why: What the run waits for. The reason says it if there is no time left.

        Raises:
            SnapshotShareError: If the deadline is first.
        """
        self._check(seconds, why)
        self.sleep(seconds)

    def _check(self, seconds: float, why: str) -> None:
        if self.now() + seconds >= self._end:
            raise SnapshotShareError(Reason.OUT_OF_TIME, text=why)
