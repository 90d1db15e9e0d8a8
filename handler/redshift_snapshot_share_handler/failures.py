"""What failed for which pair, so that one that fails does not hold up the others."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from redshift_snapshot_share_handler.errors import (
    SAME_FOR_ALL,
    Reason,
    SnapshotShareError,
)
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.retry import Retry


class Failures:
    """The failures of one run.

    Attributes:
        lasting: Why a pair is given up.
        passing: What failed for a pair that may fare better when it is tried again.
    """

    def __init__(self, retry: Retry, passing: Collection[Reason] = ()) -> None:
        """Begin with none.

        Args:
            retry: The patience, which a denial uses up.
            passing: The reasons to try again.
        """
        self._retry = retry
        self._passing = passing
        self.lasting: dict[Pair, SnapshotShareError] = {}
        self.passing: dict[Pair, SnapshotShareError] = {}

    def note(self, error: SnapshotShareError, *pairs: Pair) -> None:
        """Note a failure with what it is about.

        Raises:
            SnapshotShareError: The error, if no other pair would fare better.
        """
        if error.reason in SAME_FOR_ALL:
            raise error
        if error.reason is Reason.NOT_AUTHORIZED:
            self._retry.lose_patience()
        noted = self.passing if error.reason in self._passing else self.lasting
        noted.update(dict.fromkeys(pairs, error))

    @contextmanager
    def noting(self, *pairs: Pair) -> Iterator[None]:
        """Note a failure of what is done inside.

        Raises:
            SnapshotShareError: If no other pair would fare better.
        """
        try:
            yield
        except SnapshotShareError as error:
            self.note(error, *pairs)

    def take(self, reason: Reason) -> dict[Pair, SnapshotShareError]:
        """Take out what failed in passing for a reason."""
        taken = {
            pair: error
            for pair, error in self.passing.items()
            if error.reason is reason
        }
        for pair in taken:
            del self.passing[pair]
        return taken
