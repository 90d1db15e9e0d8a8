"""Knows what the stack is doing for the current request."""

from typing import NamedTuple

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.stack import (
    CREATING,
    UPDATING,
    Stack,
    is_rolling_back,
)


class Standing(NamedTuple):
    """How a request stands at one moment.

    Attributes:
        status: The stack's status.
        is_wanted: Whether CloudFormation still wants what the request asks for.
        is_undone: Whether CloudFormation is undoing what the request did.
    """

    status: str
    is_wanted: bool
    is_undone: bool


class Operation:
    """The stack's operation during one Create or Update."""

    def __init__(self, stack: Stack, *, is_update: bool, is_current_pair: bool) -> None:
        """Set what is known of the request.

        Args:
            stack: The stack that sent it.
            is_update: Whether it is an Update.
            is_current_pair: Whether PhysicalResourceId already names the pair, so that the
                stack declared it before this request.
        """
        self._stack = stack
        self._is_update = is_update
        self._is_current_pair = is_current_pair
        self._status_at_start = ""

    def begin(self) -> None:
        """Remember the stack's status before an Update changes anything.

        Raises:
            SnapshotShareError: If CloudFormation sends no Updates in that status.
        """
        if self._is_update and self._remember_status() not in UPDATING:
            raise SnapshotShareError(
                Reason.STACK_NOT_GOING_FORWARD, status=self._status_at_start
            )

    def goes_back(self) -> bool:
        """Tell whether an Update is part of a rollback."""
        return self._is_update and is_rolling_back(self._remember_status())

    @property
    def is_reversed(self) -> bool:
        """Whether the stack was rolling back when this Update began."""
        return is_rolling_back(self._status_at_start)

    @property
    def status_at_start(self) -> str:
        """The stack's status when the Update began; empty if it was not asked for."""
        return self._status_at_start

    def ask(self) -> Standing:
        """Ask how the request stands now."""
        status = self._stack.status()
        return Standing(status, self._is_wanted(status), self._is_undone(status))

    def _is_wanted(self, status: str) -> bool:
        if not self._is_update:
            return status in CREATING
        if self._is_current_pair:
            return status in UPDATING
        return status == self._status_at_start

    def _is_undone(self, status: str) -> bool:
        stays_in_rollback = self._is_current_pair or self.is_reversed
        return "DELETE" in status or (is_rolling_back(status) and not stays_in_rollback)

    def _remember_status(self) -> str:
        if not self._status_at_start:
            self._status_at_start = self._stack.status()
        return self._status_at_start
