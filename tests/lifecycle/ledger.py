"""Who may restore what, by whose doing: keeps the promises' accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.lifecycle.adoptions import Adoptions
from tests.lifecycle.answers import Answers
from tests.lifecycle.excuses import Excuses
from tests.lifecycle.known_limits import KnownLimit
from tests.lifecycle.pairs import (
    Pair,
    owner_of,
    pair_of,
    pair_of_call,
    pair_of_claim,
    pair_of_id,
)
from tests.lifecycle.people import People
from tests.lifecycle.promises import Promises

if TYPE_CHECKING:
    from tests.lifecycle.delivery import Delivery
    from tests.lifecycle.resource import Resource
    from tests.lifecycle.stack import Stack
    from tests.lifecycle.world import World


class Ledger(People):
    """The promises' accounts of a world.

    Args:
        world: What it watches.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.violations: list[str] = []
        #: Whether what RETAIN kept counts as something that can be stolen.
        self.protects_retained = False
        #: Whether nothing happens that a Create or an Update must fail for.
        self.no_failure_is_needed = False
        #: Whether a delivery may give access in a later operation than its own.
        self.forgives_late_deliveries = False
        #: When a delivery looked at a snapshot last.
        self.look_times: dict[tuple[Delivery, str], float] = {}
        #: When, and for which stack, a pair was revoked last.
        self.revoked: dict[Pair, tuple[float, Stack]] = {}
        #: Whether a rollback must end if what it goes back to cannot be there.
        self.nothing_to_go_back_to_is_green = False
        self._excuses = Excuses(self, world)
        self._adoptions = Adoptions(self, self._excuses, world)
        world.cloudformation.on_answer = Answers(self, self._excuses, world).note
        world.cloudformation.on_status = self._adoptions.note_status

    def note_call(
        self, delivery: Delivery, name: str, parameters: dict[str, Any], value: Any
    ) -> None:
        """Note that a call took effect."""
        self.sightings.step += 1
        match name:
            case "describe_cluster_snapshots":
                if "TagKeys" in parameters:
                    # A snapshot that it does not find was looked at as well.
                    for snapshot in self._world.snapshot_names:
                        self.sightings.note_look(delivery, snapshot)
                for fields in value["Snapshots"]:
                    self._note_look(delivery, fields)
            case "create_tags":
                self._note_claim(delivery, parameters)
            case "authorize_snapshot_access":
                pair = pair_of_call(parameters)
                self._check_gift(delivery, pair)
                self.taken_by_hand.pop(pair, None)
                self.forgiveness.note_authorization(pair)
                self.sightings.note_effect(delivery, pair)
                self._excuses.note_gift(delivery, pair)
            case "delete_tags":
                snapshot = parameters["ResourceName"].rpartition("/")[2]
                for key in parameters["TagKeys"]:
                    pair = pair_of_claim(snapshot, key)
                    self.sightings.note_end_of_claim(delivery, pair)
                    self._adoptions.note_end_of_claim(delivery, pair)
            case "revoke_snapshot_access":
                self._note_revocation(delivery, pair_of_call(parameters))

    def note_missing(self, delivery: Delivery, snapshot: str) -> None:
        """Note that a delivery looked for a snapshot that is not there."""
        self.sightings.step += 1
        self.sightings.note_look(delivery, snapshot)

    def _check_gift(self, delivery: Delivery, pair: Pair) -> None:
        """Nobody gets what the declaration, or the provider, rules out."""
        properties = delivery.request.event["ResourceProperties"]
        snapshot = self._world.redshift.backend.snapshots[pair.snapshot]
        cluster = properties.get("SnapshotClusterIdentifier")
        if pair == pair_of(properties) and cluster not in {
            None,
            snapshot.cluster_identifier,
        }:
            self.violate(f"gift: {delivery!r} shares {pair} of another cluster")
        if delivery.allowed_accounts and pair.account not in delivery.allowed_accounts:
            self.violate(f"gift: {delivery!r} shares {pair}, which is not allowed")

    def _note_look(self, delivery: Delivery, fields: Any) -> None:
        snapshot = fields["SnapshotIdentifier"]
        tags = {tag["Key"]: tag["Value"] for tag in fields["Tags"]}
        self.sightings.note_look(delivery, snapshot)
        self.look_times[delivery, snapshot] = self._world.clock
        self.sightings.note_seen(
            delivery,
            snapshot,
            frozenset(tags),
            frozenset(
                pair_of_claim(snapshot, key)
                for key, value in tags.items()
                if " adopted" in value
            ),
        )

    def check_at_rest(self) -> None:
        """No leak, no theft and no lie, when nothing is going on."""
        Promises(self, self._world).check_at_rest()

    def check_rollback(self, stack: Stack) -> None:
        """A rollback must end if what it goes back to is there."""
        Promises(self, self._world).check_rollback(stack)

    def note_end(self, delivery: Delivery) -> None:
        """An answer must have been sent, unless the process is gone."""
        if not delivery.has_crashed and "put" not in delivery.calls:
            self.violate(f"no answer: {delivery!r}")
        if delivery.request.kind != "Delete" and delivery.request.has_expired:
            self._excuses.note_given_up(delivery.request)

    def _note_claim(self, delivery: Delivery, parameters: dict[str, Any]) -> None:
        snapshot = parameters["ResourceName"].rpartition("/")[2]
        for tag in parameters["Tags"]:
            key = tag["Key"]
            pair = pair_of_claim(snapshot, key)
            self.owners[snapshot, key] = owner_of(delivery.request)
            if tag["Value"].endswith(" adopted retained"):
                self._excuses.note_retained_claim(delivery, pair, key)
            self._adoptions.note_claim(delivery, pair, key, tag["Value"])
            self.sightings.note_effect(delivery, pair, key)
            self._excuses.note_gift(delivery, pair, key)

    def _note_revocation(self, delivery: Delivery, pair: Pair) -> None:
        if pair in self.by_hand and delivery.request.answer is not None:
            # A duplicate of a Delete that was done before the person came.
            self.forgiveness.forgive_theft(pair, KnownLimit.DUPLICATE_IN_OPERATION)
        self._adoptions.note_revocation(delivery, pair)
        self._excuses.note_release(delivery, pair)
        is_theft = pair in self.by_hand
        if not self.forgiveness.excuses_theft(pair) and is_theft:
            self.violate(f"theft: {delivery!r} revoked {pair}, authorized by hand")
        self.by_hand.discard(pair)
        self.of_a_person.discard(pair)
        self.revoked[pair] = (self._world.clock, delivery.request.stack)
        unseen = [
            self.owners[pair.snapshot, key]
            for key in self._world.claims(pair)
            if key not in self.sightings.keys(delivery, pair.snapshot)
        ]
        has_tried_before = "revoke_snapshot_access" in _since_last_look(delivery.calls)
        if not has_tried_before and any(
            owner != owner_of(delivery.request) or delivery.request.kind != "Delete"
            for owner in unseen
        ):
            # Two stacks that add the first and remove the last claim on a pair cross within
            # one API call; and, where tags were stripped meanwhile, so do two deliveries of
            # one request.
            self.forgiveness.forgive_loss(pair, KnownLimit.STACKS_CROSS)
            return
        for stack, resource in self.resources():
            owner = (stack, resource.logical_id)
            if (
                owner == owner_of(delivery.request)
                or resource.status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
                or pair_of_id(resource.physical_id) != pair
                or (owner, pair) in self.stripped
            ):
                continue
            self.violate(f"theft: {delivery!r} revoked {pair} of {stack!r}.{owner[1]}")

    def resources(self) -> Iterator[tuple[Stack, Resource]]:
        """All resources of all stacks."""
        for stack in self._world.cloudformation.stacks:
            for resource in stack.resources.values():
                yield stack, resource

    def violate(self, text: str) -> None:
        """Note a broken promise."""
        self.violations.append(text)
        self._world.trace.append(f"=> {text}")


def _since_last_look(calls: list[str]) -> list[str]:
    """The calls between a delivery's last look and the call that it makes now."""
    end = len(calls) - 1
    look = max(
        number
        for number, call in enumerate(calls)
        if call == "describe_cluster_snapshots"
    )
    return calls[look + 1 : end]
