"""When what is left, or lost, is a known limit."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from redshift_snapshot_share_handler.claim import Claimant
from tests.lifecycle.known_limits import KnownLimit
from tests.lifecycle.pairs import (
    Owner,
    Pair,
    owner_of,
    pair_of,
    pair_of_claim,
    pair_of_id,
    pairs_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lifecycle.delivery import Delivery
    from tests.lifecycle.ledger import Ledger
    from tests.lifecycle.request import Request
    from tests.lifecycle.stack import Stack
    from tests.lifecycle.world import World


class Excuses:
    """What the model forgives, at the moment when it comes about.

    Args:
        ledger: Whose accounts decide.
        world: What they are about.
    """

    def __init__(self, ledger: Ledger, world: World) -> None:
        self._ledger = ledger
        self._world = world

    def note_gift(self, delivery: Delivery, pair: Pair, key: str = "") -> None:
        """A delivery claims, or authorizes, in a later operation than its own."""
        request = delivery.request
        is_late = request.operation != request.stack.operations
        if self._ledger.forgives_late_deliveries and is_late:
            self._forgive(pair, key, KnownLimit.DELIVERY_OUTLIVES_OPERATION)

    def note_retained_claim(self, delivery: Delivery, pair: Pair, key: str) -> None:
        """A claim says that retained access was found again.

        The access may be that of a request which CloudFormation took no note of.
        """
        request = delivery.request
        if any(
            other is not request
            and not other.has_succeeded
            and owner_of(other) == owner_of(request)
            and pair_of(other.event["ResourceProperties"]) == pair
            for other in request.stack.requests
        ):
            self._forgive(pair, key, KnownLimit.RETAINED_UNNOTICED)

    def note_given_up(self, request: Request) -> None:
        """Who is overtaken, and stripped, finds nothing to take back."""
        pair = pair_of(request.event["ResourceProperties"])
        resource = request.stack.resources.get(request.logical_id)
        if (owner_of(request), pair) in self._ledger.stripped and (
            resource is None or resource.physical_id != str(pair)
        ):
            self._forgive(pair, "", KnownLimit.STRIPPED)

    def note_end_of_update(self, request: Request) -> None:
        """An Update has succeeded: what it did not find."""
        self._forgive_leftovers_of_other_accounts(request)
        self._forgive_unnamed(request)
        self._forgive_stripped(request, pair_of(request.event["OldResourceProperties"]))

    def note_end_of_delete(self, request: Request) -> None:
        """A Delete has been answered: what it did not find."""
        self._forgive_leftovers_of_other_accounts(request)
        if request.has_succeeded:
            for pair in pairs_of(request):
                self._forgive_stripped(request, pair)
            self._forgive_idle_create(request)
            self._forgive_unnamed(request)

    def note_release(self, delivery: Delivery, pair: Pair) -> None:
        """An Update releases what the stack would go back to beyond the last operation."""
        request = delivery.request
        named = pair_of_id(request.event.get("PhysicalResourceId", ""))
        if request.kind == "Update" and pair != named:
            for before in request.stack.restorable():
                if pair_of_id(before.physical_id) == pair:
                    limit = KnownLimit.REPLACED_WITHOUT_ROLLBACK
                    self._ledger.forgiveness.forgive_loss(pair, limit)

    def note_share_seen(self, pair: Pair, stack: Stack) -> None:
        """A look showed access that another stack had revoked just before."""
        revoked_at, revoker = self._ledger.revoked.get(pair, (-math.inf, stack))
        delivery = self._world.calling
        looked_at = delivery and self._ledger.look_times.get((delivery, pair.snapshot))
        if revoker is not stack and (looked_at or 0) - revoked_at < self._world.lag:
            self._ledger.forgiveness.forgive_loss(pair, KnownLimit.STACKS_CROSS)

    def forget_person(self, pair: Pair, limit: KnownLimit) -> None:
        """Let the stack have what a person authorized, by a known limit."""
        if pair in self._ledger.by_hand:
            self._ledger.by_hand.discard(pair)
            self._ledger.forgiveness.forgive_theft(pair, limit)

    def _forgive(self, pair: Pair, key: str, limit: KnownLimit) -> None:
        """Let the access be left and, if a key is given, the claim."""
        self._ledger.forgiveness.forgive(pair, limit)
        if key:
            self._ledger.forgiveness.forgive_claim(pair.snapshot, key, limit)

    def _claims_of(self, owner: Owner) -> Iterator[tuple[Pair, str]]:
        """The claims that a resource has ever written: pairs and tag keys."""
        for (snapshot, key), writer in self._ledger.owners.items():
            if writer == owner:
                yield pair_of_claim(snapshot, key), key

    def _forgive_unnamed(self, request: Request) -> None:
        """Retained, or stripped, on a pair that the request does not name."""
        owner = owner_of(request)
        for pair, key in self._claims_of(owner):
            if pair in pairs_of(request):
                continue
            if "retained" in self._world.claims(pair).get(key, "").split(" "):
                self._forgive(pair, key, KnownLimit.RETAINED_UNNOTICED)
            if (owner, pair) in self._ledger.stripped:
                self._forgive(pair, "", KnownLimit.STRIPPED)

    def _forgive_idle_create(self, request: Request) -> None:
        """A Create delivered twice, of which one wrote nothing."""
        _, _, create = request.event["PhysicalResourceId"].partition(
            ":nothing-written:"
        )
        deliveries = [
            delivery
            for delivery in self._world.deliveries
            if create and delivery.request.event["RequestId"] == create
        ]
        if len(deliveries) > 1:
            pair = pair_of(request.event["ResourceProperties"])
            claimant = Claimant(
                request.stack.stack_id, request.stack.name, request.logical_id, create
            )
            key = claimant.key(pair.account)
            self._forgive(pair, key, KnownLimit.DUPLICATE_IN_OPERATION)

    def _forgive_leftovers_of_other_accounts(self, request: Request) -> None:
        """A claim for an account that the request does not name, on another snapshot."""
        accounts = {pair.account for pair in pairs_of(request) if pair}
        delivery, sightings = self._world.calling, self._ledger.sightings
        for pair, key in self._claims_of(owner_of(request)):
            has_seen = delivery and key in sightings.keys(delivery, pair.snapshot)
            if (
                pair.account not in accounts
                and not has_seen
                and key in self._world.claims(pair)
            ):
                self._forgive(pair, key, KnownLimit.LEFTOVER_OF_OTHER_ACCOUNT)

    def _forgive_stripped(self, request: Request, pair: Pair | None) -> None:
        """Without tags, a rollback and an id that is no share's leave what is there."""
        is_current_pair = request.event["PhysicalResourceId"] == str(pair)
        if (
            pair is not None
            and (owner_of(request), pair) in self._ledger.stripped
            and (request.stack.is_rolling_back or not is_current_pair)
        ):
            self._forgive(pair, "", KnownLimit.STRIPPED)
