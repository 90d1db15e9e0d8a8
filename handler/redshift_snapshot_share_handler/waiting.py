"""Waits for a snapshot that is being created, or whose cluster is busy."""

from typing import Protocol

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.services import Services

_FIRST_POLL_SECONDS = 5
_LONGEST_POLL_SECONDS = 30


class Patient(Protocol):
    """A declaration that knows how long to wait."""

    @property
    def wait_seconds(self) -> int:
        """The time, in seconds."""


class Waiting:
    """The time that a share gives its snapshot, with pauses that grow longer."""

    def __init__(self, share: Patient, services: Services) -> None:
        """Begin with the whole time. It starts with the first wait.

        Args:
            share: The share, which says how long to wait.
            services: The clock, and the deadline.
        """
        self._seconds = share.wait_seconds
        self._services = services
        self._began: float | None = None
        self._poll = _FIRST_POLL_SECONDS
        self.is_blocked = False
        """Whether the claim could not be written because the cluster is busy."""

    def block(self, error: SnapshotShareError) -> None:
        """Note that the cluster is busy.

        Raises:
            SnapshotShareError: The error, if it has another cause or the time is over.
        """
        if error.reason is not Reason.CLUSTER_NOT_AVAILABLE:
            raise error
        self.check(error)
        self.is_blocked = True

    def check(self, error: SnapshotShareError) -> None:
        """Raise an error if the time is over.

        Raises:
            SnapshotShareError: The error.
        """
        if self.is_over():
            raise error

    def is_over(self) -> bool:
        """Tell whether the time is over."""
        return self._left() <= 0

    def wait(self, why: str) -> None:
        """Pause before the next look.

        Args:
            why: What the run waits for. The reason says it if the deadline comes first.

        Raises:
            SnapshotShareError: If the deadline comes first.
        """
        self.is_blocked = False
        pause = min(self._poll * self._services.spread(), max(self._left(), 0))
        self._services.deadline.wait(pause, why)
        self._poll = min(self._poll * 2, _LONGEST_POLL_SECONDS)

    def _left(self) -> float:
        now = self._services.deadline.now()
        if self._began is None:
            self._began = now
        return self._began + self._seconds - now
