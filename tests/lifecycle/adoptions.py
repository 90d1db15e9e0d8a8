"""What people had shared before a stack declared it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lifecycle.known_limits import KnownLimit
from tests.lifecycle.pairs import Owner, Pair, owner_of, pair_of

if TYPE_CHECKING:
    from tests.lifecycle.delivery import Delivery
    from tests.lifecycle.excuses import Excuses
    from tests.lifecycle.ledger import Ledger
    from tests.lifecycle.stack import Stack
    from tests.lifecycle.world import World

_LIMIT = KnownLimit.ADOPTED_ROLLED_BACK
# Deleting a stack, even one whose rollback failed, is a decision about what it adopted.
_COMMITTED = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "DELETE_IN_PROGRESS"}
)


class Adoptions:
    """Who has adopted a pair, and who has joined in.

    Args:
        ledger: The accounts of what people did.
        excuses: What is forgiven.
        world: Where it happens.
    """

    def __init__(self, ledger: Ledger, excuses: Excuses, world: World) -> None:
        self._ledger = ledger
        self._excuses = excuses
        self._world = world
        self._joined: set[tuple[Owner, Pair]] = set()
        self._adopted: set[tuple[Owner, Pair]] = set()

    def note_claim(self, delivery: Delivery, pair: Pair, key: str, value: str) -> None:
        """A claim was written."""
        ledger, owner = self._ledger, owner_of(delivery.request)
        if " adopted" in value:
            self._adopted.add((owner, pair))
            if any(other == pair for _, other in ledger.stripped):
                # Another stack's stripped share looks like a person's.
                ledger.forgiveness.forgive(pair, KnownLimit.STRIPPED)
            if ledger.sightings.has_authorized(delivery, pair):
                # A duplicate takes for a person's what its twin has authorized.
                ledger.forgiveness.forgive(pair, KnownLimit.DUPLICATE_IN_OPERATION)
        elif (owner, pair) in self._adopted and (owner, pair) in ledger.stripped:
            # With the tag it is forgotten that a person had shared it.
            self._excuses.forget_person(pair, KnownLimit.STRIPPED)
        if pair in ledger.sightings.adopted(delivery) or any(
            " adopted" in text
            for other, text in self._world.claims(pair).items()
            if other != key
        ):
            self._joined.add((owner, pair))

    def note_end_of_claim(self, delivery: Delivery, pair: Pair) -> None:
        """A claim was removed."""
        ledger, owner = self._ledger, owner_of(delivery.request)
        if (owner, pair) not in self._adopted:
            return
        self._adopted.discard((owner, pair))
        if delivery.request.stack.is_rolling_back and (
            ledger.sightings.is_anothers(pair, owner) or pair in ledger.of_a_person
        ):
            # The person's, though another stack has joined in meanwhile. Or that was
            # revoked by hand, and what is left in its place is another stack's.
            ledger.forgiveness.forgive(pair, _LIMIT)

    def note_revocation(self, delivery: Delivery, pair: Pair) -> None:
        """A pair was revoked."""
        if pair in self._ledger.by_hand and (
            (owner_of(delivery.request), pair) in self._joined
        ):
            # Another stack adopted the share, this one joined in, and the other one was
            # rolled back: its claim, the only one that said adopted, is gone.
            self._ledger.forgiveness.forgive_theft(pair, _LIMIT)
        self._adopted -= {share for share in self._adopted if share[1] == pair}

    def note_status(self, stack: Stack) -> None:
        """An adopted share is the stack's for good when no rollback can come any more."""
        if stack.status not in _COMMITTED or stack.is_rolling_back:
            return
        self._take_back_retained(stack)
        unnoticed = {pair_of(physical.properties) for physical in stack.unnoticed}
        for (owner, logical_id), pair in self._adopted:
            is_declared = logical_id in stack.resources and pair not in unnoticed
            if owner is stack and is_declared:
                self._ledger.by_hand.discard(pair)
        for resource in stack.resources.values():
            pair = pair_of(resource.properties)
            is_joined = ((stack, resource.logical_id), pair) in self._joined
            if is_joined and resource.status.endswith("_COMPLETE"):
                self._excuses.forget_person(pair, _LIMIT)
            if (
                stack.status == "DELETE_IN_PROGRESS"
                and resource.properties.get("ExistingShare") == "ADOPT"
                and resource.physical_id == str(pair)
            ):
                # Its rollback may have removed the claim before it failed.
                self._excuses.forget_person(pair, _LIMIT)

    def _take_back_retained(self, stack: Stack) -> None:
        """What was retained, and is declared again for good, is the stack's again."""
        cloudformation = self._world.cloudformation
        cloudformation.retained = [
            (other, kept)
            for other, kept in cloudformation.retained
            if other is not stack
            or kept.logical_id not in stack.resources
            or stack.resources[kept.logical_id].physical_id != kept.physical_id
        ]
