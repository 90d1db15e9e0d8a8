"""What each delivery has seen and done, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.lifecycle.pairs import Owner, Pair, owner_of

if TYPE_CHECKING:
    from tests.lifecycle.delivery import Delivery


class Effect(NamedTuple):
    """An authorization (no key), or a claim."""

    step: int
    delivery: Delivery
    pair: Pair
    key: str


class EndOfClaim(NamedTuple):
    """A claim that a delivery removed, having looked at a step before."""

    looked_at: int
    step: int
    delivery: Delivery
    pair: Pair


class Sightings:
    """The looks, authorizations and claims of all deliveries of a world."""

    def __init__(self) -> None:
        self.step = 0
        self.effects: list[Effect] = []
        self.ends_of_claims: list[EndOfClaim] = []
        self.deliveries: set[Delivery] = set()
        self._keys: dict[tuple[Delivery, str], frozenset[str]] = {}
        self._adopted: dict[Delivery, frozenset[Pair]] = {}
        self._first_looks: dict[tuple[Delivery, str], int] = {}
        self._last_looks: dict[tuple[Delivery, str], int] = {}

    def note_look(self, delivery: Delivery, snapshot: str) -> None:
        """Note that a delivery looked, whether the snapshot is there or not."""
        self._first_looks.setdefault((delivery, snapshot), self.step)
        self._last_looks[delivery, snapshot] = self.step

    def note_seen(
        self,
        delivery: Delivery,
        snapshot: str,
        keys: frozenset[str],
        adopted: frozenset[Pair],
    ) -> None:
        """Note which claims a look showed, and which of them as adopted."""
        self.deliveries.add(delivery)
        self._keys[delivery, snapshot] = keys
        self._adopted[delivery] = adopted

    def note_effect(self, delivery: Delivery, pair: Pair, key: str = "") -> None:
        """Note an authorization, or a claim."""
        self.effects.append(Effect(self.step, delivery, pair, key))

    def note_end_of_claim(self, delivery: Delivery, pair: Pair) -> None:
        """Note that a delivery removed a claim."""
        self.ends_of_claims.append(
            EndOfClaim(
                self.last_look(delivery, pair.snapshot), self.step, delivery, pair
            )
        )

    def keys(self, delivery: Delivery, snapshot: str) -> frozenset[str]:
        """The tag keys that a delivery saw last on a snapshot."""
        return self._keys.get((delivery, snapshot), frozenset())

    def adopted(self, delivery: Delivery) -> frozenset[Pair]:
        """The pairs that a delivery saw claimed as adopted."""
        return self._adopted.get(delivery, frozenset())

    def first_look(self, delivery: Delivery, snapshot: str, default: int) -> int:
        """The step of a delivery's first look at a snapshot."""
        return self._first_looks.get((delivery, snapshot), default)

    def last_look(self, delivery: Delivery, snapshot: str, default: int = 0) -> int:
        """The step of a delivery's last look at a snapshot."""
        return self._last_looks.get((delivery, snapshot), default)

    def is_anothers(self, pair: Pair, owner: Owner) -> bool:
        """Whether another resource authorized the pair."""
        return any(
            effect.pair == pair
            and not effect.key
            and owner_of(effect.delivery.request) != owner
            for effect in self.effects
        )

    def has_authorized(self, delivery: Delivery, pair: Pair) -> bool:
        """Whether a delivery of the same request authorized the pair."""
        return any(
            effect.pair == pair and effect.delivery.request is delivery.request
            for effect in self.effects
            if not effect.key
        )
