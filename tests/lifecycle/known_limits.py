"""What the model leaves out, each by name, and how often that excused something."""

from __future__ import annotations

from collections import Counter
from enum import Enum

from tests.lifecycle.pairs import Pair


class KnownLimit(Enum):
    """A known limit; its value is how its bullet in `docs/lifecycle.md` begins."""

    STACKS_CROSS = "Two stacks change one pair at the same moment"
    PERSON_IS_QUICKER = "A person changes access between two calls"
    DELIVERY_OUTLIVES_OPERATION = "An event arrives during a later operation"
    DUPLICATE_IN_OPERATION = "A duplicate event within one operation"
    STRIPPED = "Tags that somebody removed"
    ADOPTED_ROLLED_BACK = "An adopted share that is rolled back"
    LEFTOVER_OF_OTHER_ACCOUNT = "A leftover for another account on another snapshot"
    REPLACED_WITHOUT_ROLLBACK = "A replacement without rollback, then a rollback"
    CRASH_AFTER_CLEANUP = "A crash after the last chance to clean up"
    RETAINED_UNNOTICED = "A retained share whose result CloudFormation ignored"
    DELETE_GIVEN_UP = "A Delete that does not succeed"


class Forgiveness:
    """Which broken promises are known limits, and which of these were met.

    Args:
        counts: Where to count the limits that excused something, once per history.
    """

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts
        self._met: set[KnownLimit] = set()
        self._leaks: dict[Pair, KnownLimit] = {}
        self._claims: dict[tuple[str, str], KnownLimit] = {}
        self._losses: dict[Pair, KnownLimit] = {}
        self._people: dict[Pair, KnownLimit] = {}

    def forgive(self, pair: Pair, limit: KnownLimit) -> None:
        """Let access to a pair be left, though nobody declares it."""
        self._leaks.setdefault(pair, limit)

    def forgive_claim(self, snapshot: str, key: str, limit: KnownLimit) -> None:
        """Let a claim be left, though its owner does not declare its pair."""
        self._claims.setdefault((snapshot, key), limit)

    def forgive_loss(self, pair: Pair, limit: KnownLimit) -> None:
        """Let a stack be without the access that it declares."""
        self._losses.setdefault(pair, limit)

    def forgive_theft(self, pair: Pair, limit: KnownLimit) -> None:
        """Let access be revoked that a person authorized."""
        self._people.setdefault(pair, limit)

    def note_authorization(self, pair: Pair) -> None:
        """What was forgiven of the pair before no longer counts."""
        self._leaks.pop(pair, None)
        self._losses.pop(pair, None)

    def note_person(self, pair: Pair) -> None:
        """A person authorized the pair anew: what was forgiven before no longer counts."""
        self._people.pop(pair, None)

    def excuses_leak(self, pair: Pair) -> bool:
        """Whether access that nobody declares may be left."""
        return self._meet(self._leaks.get(pair))

    def excuses_claim(self, snapshot: str, key: str) -> bool:
        """Whether a claim whose owner does not declare it may be left."""
        return self._meet(self._claims.get((snapshot, key)))

    def excuses_loss(self, pair: Pair) -> bool:
        """Whether a stack may be without the access that it declares."""
        return self._meet(self._losses.get(pair))

    def excuses_theft(self, pair: Pair) -> bool:
        """Whether access that a person authorized may be revoked."""
        return self._meet(self._people.pop(pair, None))

    def meet(self, limit: KnownLimit) -> bool:
        """Count a limit that kept something from happening, or excused it at once.

        Returns:
            True, so that a condition can end with it.
        """
        return self._meet(limit)

    def _meet(self, limit: KnownLimit | None) -> bool:
        if limit is not None and limit not in self._met:
            self._met.add(limit)
            self._counts[f"excused by: {limit.value}"] += 1
        return limit is not None
