"""What nobody can clean up, and what heals by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cluster_lifecycle.declarations import Declared, declared_by
from tests.lifecycle.known_limits import KnownLimit

if TYPE_CHECKING:
    from tests.cluster_lifecycle.ledger import ClusterLedger
    from tests.cluster_lifecycle.world import ClusterWorld
    from tests.lifecycle.delivery import Delivery
    from tests.lifecycle.pairs import Pair


class Excuses:
    """Which broken promises are known limits.

    Args:
        world: What happens.
        ledger: What was promised.
    """

    def __init__(self, world: ClusterWorld, ledger: ClusterLedger) -> None:
        self._world = world
        self._ledger = ledger
        # Who has removed a claim last.
        self._removers: dict[Pair, Delivery] = {}
        # Who authorized, and under which claims, since that pair was last seen settled.
        self._authorized: dict[Pair, list[Delivery]] = {}
        self._company: set[Pair] = set()
        self._losses: set[Pair] = set()
        self._failed: set[Delivery] = set()
        # Nothing tells a single share that its snapshot came again under the same name.
        self._gone: set[str] = set()

    def note_authorization(self, delivery: Delivery, pair: Pair) -> None:
        """Note who gave access."""
        self._losses.discard(pair)
        self._authorized.setdefault(pair, []).append(delivery)

    def note_end_of_claim(self, delivery: Delivery, pair: Pair, key: str) -> None:
        """Note that a claim was removed."""
        del key
        self._removers[pair] = delivery

    def note_failure(self, delivery: Delivery) -> None:
        """Note that a delivery did not do what it was asked for."""
        self._failed.add(delivery)

    def note_loss(self, pair: Pair) -> None:
        """Let a share be without its access."""
        self._losses.add(pair)

    def note_twin(self, pair: Pair) -> None:
        """A delivery took back what another one of the same request responded with."""
        self._losses.add(pair)
        self._meet(KnownLimit.DUPLICATE_IN_OPERATION)

    def note_company(self, pair: Pair) -> None:
        """Two claim what a person had authorized."""
        self._company.add(pair)

    def note_gone(self, snapshot: str) -> None:
        """Forget a snapshot."""
        self._company = {pair for pair in self._company if pair.snapshot != snapshot}
        self._gone.add(snapshot)
        for name in [pair for pair in self._authorized if pair.snapshot == snapshot]:
            del self._authorized[name]

    def excuses_loss(self, pair: Pair) -> bool:
        """Whether a share may be without the access that it declares."""
        return pair.snapshot in self._gone or (
            pair in self._losses and self._meet(KnownLimit.STACKS_CROSS)
        )

    def excuses_retained(self, declared: Declared) -> bool:
        """Whether retained access may be gone.

        Its declaration came back with a Create that never responded. The Delete of that
        has an invented id, which does not say which claims were there before.
        """
        return any(
            request.kind == "Create"
            and request.answer is None
            and declared_by(
                stack.stack_id, request.logical_id, request.event["ResourceProperties"]
            )
            == declared
            for stack in self._world.cloudformation.stacks
            for request in stack.requests
        ) and self._meet(KnownLimit.RETAINED_UNNOTICED)

    def excuses_access(self, pair: Pair) -> bool:
        """Whether access may be left that nobody declares."""
        if pair in self._company:
            return self._meet(KnownLimit.ADOPTED_ROLLED_BACK)
        # The last one who gave it was cut off before it could look again.
        givers = self._authorized.get(pair, [])
        if givers and _is_cut_off(givers[-1]):
            return self._meet(KnownLimit.CRASH_AFTER_CLEANUP)
        # Or the last one who removed a claim was.
        if pair in self._removers and _is_cut_off(self._removers[pair]):
            return self._meet(KnownLimit.CRASH_AFTER_CLEANUP)
        # Or a claim is left, which kept others from revoking.
        claims = self._world.claims(pair)
        return any(self.excuses_claim(pair, key) for key in claims) or (
            self._is_abandoned(pair)
        )

    def excuses_claim(self, pair: Pair, key: str) -> bool:
        """Whether a claim may be left whose owner does not want it."""
        writers = [
            effect
            for effect in self._ledger.sightings.effects
            if effect.pair == pair and effect.key == key
        ]
        if writers and _is_cut_off(writers[-1].delivery):
            owner = self._ledger.owners.get(key)
            sightings = self._ledger.sightings
            # What `tests.lifecycle` says of single shares is not said again here.
            if owner is None or not any(
                sightings.last_look(other, pair.snapshot) > writers[-1].step
                and not _is_cut_off(other)
                and other not in self._failed
                and other.request.kind in {"Delete", "Update"}
                and owner in _named(other)
                for other in self._world.deliveries
            ):
                return self._meet(KnownLimit.CRASH_AFTER_CLEANUP)
        return self._is_abandoned(pair)

    def _is_abandoned(self, pair: Pair) -> bool:
        del pair
        return bool(self._world.cloudformation.abandoned) and self._meet(
            KnownLimit.DELETE_GIVEN_UP
        )

    def _meet(self, limit: KnownLimit) -> bool:
        self._world.counts[f"excused by: {limit.value}"] += 1
        return True


def _is_cut_off(delivery: Delivery) -> bool:
    return delivery.has_crashed or delivery.is_thwarted


def _named(delivery: Delivery) -> set[Declared]:
    """The declarations that a request names: it releases those that do not stand."""
    request = delivery.request
    return {
        declared_by(request.stack.stack_id, request.logical_id, properties)
        for name in ("ResourceProperties", "OldResourceProperties")
        for properties in [request.event.get(name)]
        if properties is not None
    }
