"""Removes what killed runs left behind."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from verify_aws.connection import Connection
from verify_aws.inventory import Item, Say, find_leftovers, remove
from verify_aws.label import Label
from verify_aws.lock import Lock, check_is_over
from verify_aws.resources import KINDS, Kind

_LIMIT = timedelta(minutes=60)


class Cleaning:
    """What killed runs left in an account and Region.

    Args:
        connection: The account and Region.
        regions: Other Regions to look in, beside those that the lock names.
        kinds: What to look for. Default: everything.
    """

    def __init__(
        self,
        connection: Connection,
        regions: Sequence[str] = (),
        kinds: Sequence[Kind] = KINDS,
    ) -> None:
        self._connection = connection
        self._kinds = kinds
        self._lock = Lock(connection, Label.new())
        #: The lock of a run that is over, if it left one.
        self._record = self._lock.read()
        check_is_over(self._record)
        recorded = self._record.regions if self._record else ()
        self._regions = list(dict.fromkeys((*regions, *recorded)))

    @property
    def has_lock(self) -> bool:
        """Whether a killed run left its lock."""
        return self._record is not None

    def find(self) -> list[Item]:
        """Find everything that has the tag and the prefix of one and the same run."""
        return [
            item
            for connection in self._connections()
            for item in find_leftovers(connection, self._record, kinds=self._kinds)
        ]

    def remove(self, items: Sequence[Item], say: Say) -> list[str]:
        """Remove it while no run can begin.

        Returns:
            What could not be removed, and why.

        Raises:
            VerificationError: If a run has begun meanwhile.
        """
        if self._record is None:
            self._lock.take(_LIMIT, self._regions)
        problems = remove(items, say)
        if not problems:
            self._lock.release()
        return problems

    def _connections(self) -> Iterator[Connection]:
        yield self._connection
        for region in self._regions:
            yield self._connection.in_region(region)
