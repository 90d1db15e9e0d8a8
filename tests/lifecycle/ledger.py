"""Who may restore what, by whose doing: keeps the promises' accounts."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.contract import ATTRIBUTES
from tests.lifecycle.known_limits import KnownLimit
from tests.lifecycle.pairs import (
    Owner,
    Pair,
    owner_of,
    pair_of,
    pair_of_call,
    pair_of_claim,
    pair_of_id,
    pairs_of,
)
from tests.lifecycle.people import People
from tests.lifecycle.promises import Promises

if TYPE_CHECKING:
    from tests.lifecycle.delivery import Delivery
    from tests.lifecycle.request import Request
    from tests.lifecycle.resource import Resource
    from tests.lifecycle.stack import Stack
    from tests.lifecycle.world import World

# Deleting a stack, even one whose rollback failed, is a decision about what it adopted.
_COMMITTED = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "DELETE_IN_PROGRESS"}
)


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
        self._look_times: dict[tuple[Delivery, str], float] = {}
        self._revoked: dict[Pair, tuple[float, Stack]] = {}
        #: Whether a rollback must end if what it goes back to cannot be there.
        self.nothing_to_go_back_to_is_green = False
        self._joined: set[tuple[Owner, Pair]] = set()
        self._adopted: set[tuple[Owner, Pair]] = set()
        world.cloudformation.on_answer = self._note_answer
        world.cloudformation.on_status = self._note_status

    def note_call(
        self, delivery: Delivery, name: str, parameters: dict[str, Any], value: Any
    ) -> None:
        """Note that a call took effect."""
        self.sightings.step += 1
        match name:
            case "describe_cluster_snapshots":
                if "TagKeys" in parameters:
                    # A snapshot that it does not find was looked at as well.
                    for snapshot in self._world.redshift.backend.snapshots:
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
                self._forgive_late(delivery, pair)
            case "delete_tags":
                snapshot = parameters["ResourceName"].rpartition("/")[2]
                for key in parameters["TagKeys"]:
                    self._note_end_of_claim(delivery, pair_of_claim(snapshot, key))
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

    def _forgive_late(self, delivery: Delivery, pair: Pair, key: str = "") -> None:
        """What a delivery gives in a later operation than its own."""
        limit, request = KnownLimit.DELIVERY_OUTLIVES_OPERATION, delivery.request
        is_late = request.operation != request.stack.operations
        if not (self.forgives_late_deliveries and is_late):
            return
        self.forgiveness.forgive(pair, limit)
        if key:
            self.forgiveness.forgive_claim(pair.snapshot, key, limit)

    def _note_look(self, delivery: Delivery, fields: Any) -> None:
        snapshot = fields["SnapshotIdentifier"]
        tags = {tag["Key"]: tag["Value"] for tag in fields["Tags"]}
        self.sightings.note_look(delivery, snapshot)
        self._look_times[delivery, snapshot] = self._world.clock
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
            self._forgive_stripped_overtaken(delivery.request)

    def _forgive_stripped_overtaken(self, request: Request) -> None:
        """Who is overtaken, and stripped, finds nothing to take back."""
        pair = pair_of(request.event["ResourceProperties"])
        resource = request.stack.resources.get(request.logical_id)
        if (owner_of(request), pair) in self.stripped and (
            resource is None or resource.physical_id != str(pair)
        ):
            self.forgiveness.forgive(pair, KnownLimit.STRIPPED)

    def _note_claim(self, delivery: Delivery, parameters: dict[str, Any]) -> None:
        snapshot = parameters["ResourceName"].rpartition("/")[2]
        for tag in parameters["Tags"]:
            key = tag["Key"]
            pair = pair_of_claim(snapshot, key)
            owner = owner_of(delivery.request)
            self.owners[snapshot, key] = owner
            if (
                tag["Value"].endswith(" adopted retained")
                and delivery.request.kind == "Create"
                and any(
                    request.kind == "Create"
                    and not request.has_succeeded
                    and request is not delivery.request
                    and owner_of(request) == owner
                    for request in delivery.request.stack.requests
                )
            ):
                limit = KnownLimit.RETAINED_UNNOTICED
                self.forgiveness.forgive(pair, limit)
                self.forgiveness.forgive_claim(snapshot, key, limit)
            if " adopted" in tag["Value"]:
                self._adopted.add((owner, pair))
                if any(other == pair for _, other in self.stripped):
                    # Another stack's stripped share looks like a person's.
                    self.forgiveness.forgive(pair, KnownLimit.STRIPPED)
                if self.sightings.has_authorized(delivery, pair):
                    # A duplicate takes for a person's what its twin has authorized.
                    self.forgiveness.forgive(pair, KnownLimit.DUPLICATE_IN_OPERATION)
            elif (owner, pair) in self._adopted and (owner, pair) in self.stripped:
                # With the tag it is forgotten that a person had shared it.
                self._forget_person(pair, KnownLimit.STRIPPED)
            if pair in self.sightings.adopted(delivery) or any(
                " adopted" in value
                for other, value in self._world.claims(pair).items()
                if other != key
            ):
                self._joined.add((owner, pair))
            self.sightings.note_effect(delivery, pair, key)
            self._forgive_late(delivery, pair, key)

    def _note_end_of_claim(self, delivery: Delivery, pair: Pair) -> None:
        self.sightings.note_end_of_claim(delivery, pair)
        owner = owner_of(delivery.request)
        if (owner, pair) not in self._adopted:
            return
        self._adopted.discard((owner, pair))
        if delivery.request.stack.is_rolling_back and (
            self.sightings.is_anothers(pair, owner) or pair in self.of_a_person
        ):
            # The person's, though another stack has joined in meanwhile. Or that was
            # revoked by hand, and what is left in its place is another stack's.
            self.forgiveness.forgive(pair, KnownLimit.ADOPTED_IN_COMPANY)

    def _note_revocation(self, delivery: Delivery, pair: Pair) -> None:
        if pair in self.by_hand:
            if (owner_of(delivery.request), pair) in self._joined:
                # Another stack adopted the share, this one joined in, and the other one was
                # rolled back: its claim, the only one that said adopted, is gone.
                self.forgiveness.forgive_theft(pair, KnownLimit.ADOPTED_IN_COMPANY)
            elif delivery.request.answer is not None:
                # A duplicate of a Delete that was done before the person came.
                self.forgiveness.forgive_theft(pair, KnownLimit.DUPLICATE_IN_OPERATION)
        is_theft = pair in self.by_hand
        if not self.forgiveness.excuses_theft(pair) and is_theft:
            self.violate(f"theft: {delivery!r} revoked {pair}, authorized by hand")
        self.by_hand.discard(pair)
        self.of_a_person.discard(pair)
        self._revoked[pair] = (self._world.clock, delivery.request.stack)
        self._adopted -= {share for share in self._adopted if share[1] == pair}
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
            self.forgiveness.forgive_loss(
                pair,
                KnownLimit.INSIDE_THE_LAG
                if self._world.lag
                else KnownLimit.STACKS_CROSS,
            )
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

    def _note_answer(self, request: Request) -> None:
        resource = request.stack.resources.get(request.logical_id)
        if not request.has_succeeded:
            self._check_need(request)
            return
        if request.kind == "Delete" or resource is None:
            for pair in pairs_of(request):
                self._forgive_stripped(request, pair)
            self._forgive_leftovers_of_others(request)
            self._forgive_idle_create(request)
            self._forgive_unnoticed(request)
            return
        pair = pair_of(request.event["ResourceProperties"])
        self._forgive_what_showed_late(pair, request.stack)
        if resource.physical_id != str(pair):
            self.violate(f"lie: the answer names {resource.physical_id}, not {pair}")
        for name in ATTRIBUTES:
            request.stack.get_att(request.logical_id, name)
        if (
            not self._world.has_access(pair)
            # A person was quicker than the answer.
            and self.taken_by_hand.get(pair, -1) < self._last_look(pair.snapshot)
            and (owner_of(request), pair) not in self.stripped
            # Going back to what is no longer allowed gives nobody anything.
            and not (
                request.stack.is_rolling_back
                and self._world.allowed_accounts
                and pair.account not in self._world.allowed_accounts
            )
            and not self.forgiveness.excuses_loss(pair)
        ):
            self.violate(f"lie: {request.kind} {pair} succeeded without access")
        claims = self._world.claims(pair)
        if any(
            # Of its own stripped share too an ADOPT that is delivered again adopts: then a
            # rollback leaves it.
            self.owners[pair.snapshot, key] == owner_of(request)
            and " adopted" not in value
            for key, value in claims.items()
        ):
            self.stripped.discard((owner_of(request), pair))
        if request.kind == "Update":
            self._forgive_leftovers_of_others(request)
            self._forgive_unnoticed(request)
            self._forgive_stripped(
                request, pair_of(request.event["OldResourceProperties"])
            )

    def _forgive_unnoticed(self, request: Request) -> None:
        """Retained, or stripped, on a pair that no request of the resource names."""
        for (snapshot, key), owner in self.owners.items():
            pair = pair_of_claim(snapshot, key)
            if owner != owner_of(request) or pair in pairs_of(request):
                continue
            if "retained" in self._world.claims(pair).get(key, "").split(" "):
                self.forgiveness.forgive(pair, KnownLimit.RETAINED_UNNOTICED)
                self.forgiveness.forgive_claim(
                    snapshot, key, KnownLimit.RETAINED_UNNOTICED
                )
            if (owner, pair) in self.stripped:
                self.forgiveness.forgive(pair, KnownLimit.STRIPPED)

    def _forgive_idle_create(self, request: Request) -> None:
        """A Create delivered twice, of which one wrote nothing."""
        _, _, create = request.event.get("PhysicalResourceId", "").partition(
            ":nothing-written:"
        )
        deliveries = [
            delivery
            for delivery in self._world.deliveries
            if create and delivery.request.event["RequestId"] == create
        ]
        if len(deliveries) > 1:
            limit = KnownLimit.IDLE_CREATE_TWICE
            pair = pair_of(request.event["ResourceProperties"])
            claimant = Claimant(
                request.stack.stack_id, request.stack.name, request.logical_id, create
            )
            self.forgiveness.forgive(pair, limit)
            self.forgiveness.forgive_claim(
                pair.snapshot, claimant.key(pair.account), limit
            )

    def _forgive_leftovers_of_others(self, request: Request) -> None:
        """A claim for an account that the request does not name, on another snapshot."""
        named = {pair for pair in pairs_of(request) if pair}
        accounts = {pair.account for pair in named}
        snapshots = {
            snapshot
            for (snapshot, key), owner in self.owners.items()
            if owner == owner_of(request)
            and pair_of_claim(snapshot, key).account in accounts
        }
        limit = KnownLimit.LEFTOVER_OF_OTHER_ACCOUNT
        for (snapshot, key), owner in self.owners.items():
            pair = pair_of_claim(snapshot, key)
            if (
                owner == owner_of(request)
                and pair.account not in accounts
                and snapshot not in snapshots
                and key in self._world.claims(pair)
            ):
                self.forgiveness.forgive(pair, limit)
                self.forgiveness.forgive_claim(snapshot, key, limit)

    def _last_look(self, snapshot: str) -> int:
        """When the delivery that answers now has looked at a snapshot last."""
        delivery = self._world.calling
        return self.sightings.last_look(delivery, snapshot) if delivery else 0

    def _forgive_stripped(self, request: Request, pair: Pair | None) -> None:
        """Without tags, a rollback and an id that is no share's leave what is there."""
        is_named = request.event["PhysicalResourceId"] == str(pair)
        if (
            pair is not None
            and (owner_of(request), pair) in self.stripped
            and (request.stack.is_rolling_back or not is_named)
        ):
            self.forgiveness.forgive(pair, KnownLimit.STRIPPED)

    def _note_status(self, stack: Stack) -> None:
        """An adopted share is the stack's for good when no rollback can come any more."""
        if stack.status not in _COMMITTED or stack.is_rolling_back:
            return
        self._take_back_retained(stack)
        for (owner, logical_id), pair in self._adopted:
            if owner is stack and logical_id in stack.resources:
                self.by_hand.discard(pair)
        for resource in stack.resources.values():
            pair = pair_of(resource.properties)
            is_joined = ((stack, resource.logical_id), pair) in self._joined
            if is_joined and resource.status.endswith("_COMPLETE"):
                self._forget_person(pair, KnownLimit.ADOPTED_IN_COMPANY)
            if (
                stack.status == "DELETE_IN_PROGRESS"
                and resource.properties.get("ExistingShare") == "ADOPT"
                and resource.physical_id == str(pair)
            ):
                # Its rollback may have removed the claim before it failed.
                self._forget_person(pair, KnownLimit.FAILED_ROLLBACK_OF_ADOPTED)

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

    def _check_need(self, request: Request) -> None:
        """Nothing fails only because Redshift shows late what was done."""
        if (
            self.no_failure_is_needed
            and not request.is_refused
            # What two stacks do to each other within the lag is a limit.
            and len(self._world.cloudformation.stacks) == 1
        ):
            reason = request.answer["Reason"] if request.answer else ""
            self.violate(f"needless: {request} failed: {reason}")

    def _forgive_what_showed_late(self, pair: Pair, stack: Stack) -> None:
        """A look showed access that another stack had revoked just before."""
        revoked_at, revoker = self._revoked.get(pair, (-math.inf, stack))
        delivery = self._world.calling
        looked_at = (
            self._look_times.get((delivery, pair.snapshot), 0) if delivery else 0
        )
        if revoker is not stack and looked_at - revoked_at < self._world.lag:
            self.forgiveness.forgive_loss(pair, KnownLimit.INSIDE_THE_LAG)

    def _forget_person(self, pair: Pair, limit: KnownLimit) -> None:
        """Let the stack have what a person authorized, by a known limit."""
        if pair in self.by_hand:
            self.by_hand.discard(pair)
            self.forgiveness.forgive_theft(pair, limit)

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
