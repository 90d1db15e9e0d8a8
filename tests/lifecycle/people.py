"""What people do by hand, beside the stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lifecycle.known_limits import Forgiveness, KnownLimit
from tests.lifecycle.pairs import (
    Owner,
    Pair,
    pair_of,
    pair_of_claim,
    pair_of_id,
    pairs_of,
)
from tests.lifecycle.sightings import Sightings

if TYPE_CHECKING:
    from tests.lifecycle.world import World


class People:
    """The accounts of what people did.

    Args:
        world: Where they do it.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.sightings = Sightings()
        self.forgiveness = Forgiveness(world.counts)
        #: What people authorized, and no stack has adopted for good.
        self.by_hand: set[Pair] = set()
        #: Access that a person authorized, whoever claims it since.
        self.of_a_person: set[Pair] = set()
        #: What people took away from stacks, and at which step.
        self.taken_by_hand: dict[Pair, int] = {}
        #: Whose claims people took off.
        self.stripped: set[tuple[Owner, Pair]] = set()
        #: Who wrote a claim, by snapshot and tag key.
        self.owners: dict[tuple[str, str], Owner] = {}

    def authorize_by_hand(self, pair: Pair) -> None:
        """Let a person authorize."""
        # What a person authorizes under a claim, in the place of a share that was stripped
        # or revoked by hand, between a delivery's look and its call, or between the two
        # looks of a Delete, cannot be told from the stack's own.
        is_claimed = self._is_claimed(pair)
        is_in_between = self._is_in_between(pair)
        self._world.redshift.authorize_snapshot_access(
            SnapshotIdentifier=pair.snapshot, AccountWithRestoreAccess=pair.account
        )
        self.of_a_person.add(pair)
        self.forgiveness.note_person(pair)
        self.taken_by_hand.pop(pair, None)
        if is_in_between:
            self.forgiveness.forgive(pair, KnownLimit.PERSON_IS_QUICKER)
        elif not is_claimed:
            self.by_hand.add(pair)

    def revoke_by_hand(self, pair: Pair) -> None:
        """Let a person revoke."""
        self._world.redshift.revoke_snapshot_access(
            SnapshotIdentifier=pair.snapshot, AccountWithRestoreAccess=pair.account
        )
        self.by_hand.discard(pair)
        self.of_a_person.discard(pair)
        self.taken_by_hand[pair] = self.sightings.step

    def strip_tags(self, snapshot: str) -> None:
        """Let a person, or CloudFormation's own handling of tags, take all tags off."""
        resource = self._world.redshift.backend.snapshots[snapshot]
        for key in resource.tags_by_key:
            if (snapshot, key) in self.owners:
                pair = pair_of_claim(snapshot, key)
                self.stripped.add((self.owners[snapshot, key], pair))
        if resource.tags_by_key:
            self._world.redshift.delete_tags(
                ResourceName=resource.arn, TagKeys=[*resource.tags_by_key]
            )

    def delete_snapshot(self, snapshot: str) -> None:
        """Let a person delete a snapshot that is not shared."""
        self.strip_tags(snapshot)
        self._world.redshift.delete_cluster_snapshot(SnapshotIdentifier=snapshot)
        self._note_gone(snapshot)

    def expire_snapshot(self, snapshot: str) -> None:
        """Let Redshift delete a snapshot at the end of its retention, though shared."""
        self.strip_tags(snapshot)
        del self._world.redshift.backend.snapshots[snapshot]
        self.by_hand = {pair for pair in self.by_hand if pair.snapshot != snapshot}
        self.of_a_person = {
            pair for pair in self.of_a_person if pair.snapshot != snapshot
        }
        cloudformation = self._world.cloudformation
        cloudformation.retained = [
            (stack, kept)
            for stack, kept in cloudformation.retained
            if pair_of(kept.properties).snapshot != snapshot
        ]
        self._note_gone(snapshot)

    def _note_gone(self, snapshot: str) -> None:
        for stack in self._world.cloudformation.stacks:
            for resource in [*stack.resources.values(), *stack.restorable()]:
                pair = pair_of(resource.properties)
                if pair.snapshot == snapshot:
                    self.taken_by_hand[pair] = self.sightings.step

    def _is_claimed(self, pair: Pair) -> bool:
        """Whether a stack claims the pair, or declares it."""
        return bool(self._world.claims(pair)) or any(
            pair_of_id(resource.physical_id) == pair
            for stack in self._world.cloudformation.stacks
            for resource in [*stack.resources.values(), *stack.restorable()]
            if resource.status not in {"DELETE_IN_PROGRESS", "DELETE_COMPLETE"}
        )

    def _is_in_between(self, pair: Pair) -> bool:
        """Whether a delivery has looked, and may still act on what it saw."""
        return any(
            delivery.is_running and pair in pairs_of(delivery.request)
            for delivery in self.sightings.deliveries
        ) or any(
            # A Delete that has not come yet, or is going to come again.
            request.kind == "Delete"
            and not request.has_succeeded
            and request.operation == stack.operations
            and not stack.is_idle
            and pair in pairs_of(request)
            for stack in self._world.cloudformation.stacks
            for request in stack.requests
        )
