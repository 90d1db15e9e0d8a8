"""What nobody can clean up: a crash that comes after the last cleaning up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lifecycle.known_limits import KnownLimit
from tests.lifecycle.pairs import owner_of
from tests.lifecycle.sightings import Effect, EndOfClaim

if TYPE_CHECKING:
    from tests.lifecycle.delivery import Delivery
    from tests.lifecycle.ledger import Ledger
    from tests.lifecycle.world import World

_LIMIT = KnownLimit.CRASH_AFTER_CLEANUP


def forgive_cut_off_deliveries(world: World) -> None:
    """Forgive what is impossible to clean up.

    A Create (or Update) that CloudFormation has given up, and that dies, or is denied to
    undo its work, after the Delete (or reversed Update) has looked for the last time.
    """
    ledger = world.ledger
    for effect in ledger.sightings.effects:
        if _is_cut_off(effect.delivery):
            _forgive_effect(world, ledger, effect)
    for end in ledger.sightings.ends_of_claims:
        # A Create authorizes between the look and the DeleteTags of its own Delete, and that
        # Delete crashes before its second look has led to anything.
        if _is_cut_off(end.delivery) and any(
            effect.pair == end.pair
            and not effect.key
            and end.looked_at < effect.step < end.step
            and owner_of(effect.delivery.request) == owner_of(end.delivery.request)
            for effect in ledger.sightings.effects
        ):
            ledger.forgiveness.forgive(end.pair, _LIMIT)


def _forgive_effect(world: World, ledger: Ledger, effect: Effect) -> None:
    if any(_withdrew(end, effect) for end in ledger.sightings.ends_of_claims):
        # A duplicate found the stack rolling back, and withdrew their claim.
        ledger.forgiveness.forgive(effect.pair, _LIMIT)
    if any(_had_looked(ledger, other, effect) for other in world.deliveries):
        ledger.forgiveness.forgive(effect.pair, _LIMIT)
        if effect.key:
            ledger.forgiveness.forgive_claim(effect.pair.snapshot, effect.key, _LIMIT)


def _is_cut_off(delivery: Delivery) -> bool:
    return delivery.has_crashed or delivery.is_thwarted


def _withdrew(end: EndOfClaim, effect: Effect) -> bool:
    return (
        end.pair == effect.pair
        and end.step < effect.step
        and end.delivery.request is effect.delivery.request
    )


def _had_looked(ledger: Ledger, other: Delivery, effect: Effect) -> bool:
    """Whether a later Update or Delete had looked for the last time before."""
    request = effect.delivery.request
    # The last look is for access: it leaves a claim that came after the first.
    look = ledger.sightings.first_look if effect.key else ledger.sightings.last_look
    return (
        other.request.kind != "Create"
        and other.request.event["RequestId"] > request.event["RequestId"]
        and owner_of(other.request) == owner_of(request)
        and look(other, effect.pair.snapshot, effect.step) < effect.step
    )
