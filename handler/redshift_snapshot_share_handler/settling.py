"""Knows for how long Describe may not show a change."""

from redshift_snapshot_share_handler.services import Services

# Redshift documents no limit. Recordings show changes after at most 1 second.
SETTLING_SECONDS = 5
_FIRST_PAUSE_SECONDS = 1


class Settling:
    """The time after a write in which a look may show the snapshot as it was before.

    Tags and accounts may each show late. Something is gone only if it still does not show
    after this time.
    """

    def __init__(self, services: Services) -> None:
        """Begin the time now.

        Args:
            services: The clock, and the deadline.
        """
        self._services = services
        self.restart()

    def restart(self) -> None:
        """Begin the time again, because something was written."""
        self._end = self._services.deadline.now() + SETTLING_SECONDS
        self._pauses = 0

    def is_over(self) -> bool:
        """Tell whether a look that begins now shows everything that was written."""
        return self._services.deadline.now() >= self._end

    def wait(self, why: str) -> None:
        """Pause before the next look: first briefly, then for the rest of the time.

        Args:
            why: What does not show yet. The reason says it if the deadline is first.

        Raises:
            SnapshotShareError: If the deadline is first.
        """
        left = max(0.0, self._end - self._services.deadline.now())
        first = _FIRST_PAUSE_SECONDS * self._services.spread()
        self._services.deadline.wait(left if self._pauses else min(first, left), why)
        self._pauses += 1
