"""Who may restore what, by whose doing: keeps the promises' accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from redshift_snapshot_share_handler.contract import ATTRIBUTES

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


class Pair(NamedTuple):
    """A snapshot and an account that may, or may not, restore it."""

    snapshot: str
    account: str

    def __str__(self) -> str:
        return f"{self.snapshot}/{self.account}"


Owner = tuple["Stack", str]


class _Effect(NamedTuple):
    """An authorization (no key), or a claim."""

    step: int
    delivery: Delivery
    pair: Pair
    key: str


class _EndOfClaim(NamedTuple):
    looked_at: int
    step: int
    delivery: Delivery
    pair: Pair


class Ledger:
    """The promises' accounts of a world.

    Args:
        world: What it watches.
    """

    def __init__(self, world: World) -> None:
        self.violations: list[str] = []
        #: What people authorized, and no stack has adopted for good.
        self.by_hand: set[Pair] = set()
        #: Access that a person authorized, whoever claims it since.
        self._of_a_person: set[Pair] = set()
        #: What people took away from stacks, and at which step.
        self.taken_by_hand: dict[Pair, int] = {}
        # Known limits; each is noted where it is met.
        self._crossed: set[Pair] = set()
        self._leaks_allowed: set[Pair] = set()
        self._claims_allowed: set[tuple[str, str]] = set()
        self._stripped: set[tuple[Owner, Pair]] = set()
        self._joined: set[tuple[Owner, Pair]] = set()
        self._adopted: set[tuple[Owner, Pair]] = set()
        self._owners: dict[tuple[str, str], Owner] = {}
        self._looks: dict[Delivery, tuple[str, frozenset[str]]] = {}
        # The steps of the first and of the last look.
        self._began_to_look_at: dict[tuple[Delivery, str], int] = {}
        self._looked_at: dict[tuple[Delivery, str], int] = {}
        self._adopted_seen: dict[Delivery, frozenset[Pair]] = {}
        self._effects: list[_Effect] = []
        self._ends_of_claims: list[_EndOfClaim] = []
        self._step = 0
        self._world = world
        world.cloudformation.on_answer = self._note_answer
        world.cloudformation.on_status = self._note_status

    # What happens.

    def note_call(
        self, delivery: Delivery, name: str, parameters: dict[str, Any], value: Any
    ) -> None:
        """Note that a call took effect."""
        self._step += 1
        match name:
            case "describe_cluster_snapshots":
                for fields in value["Snapshots"]:
                    snapshot = fields["SnapshotIdentifier"]
                    keys = frozenset(tag["Key"] for tag in fields["Tags"])
                    self._looks[delivery] = (snapshot, keys)
                    self._adopted_seen[delivery] = frozenset(
                        Pair(snapshot, tag["Key"].split(":")[1])
                        for tag in fields["Tags"]
                        if tag["Value"].endswith(" adopted")
                    )
                    self._note_look(delivery, snapshot)
            case "create_tags":
                self._note_claim(delivery, parameters)
            case "authorize_snapshot_access":
                pair = _pair_of_call(parameters)
                self.taken_by_hand.pop(pair, None)
                self._crossed.discard(pair)
                self._leaks_allowed.discard(pair)
                self._effects.append(_Effect(self._step, delivery, pair, ""))
            case "delete_tags":
                snapshot = parameters["ResourceName"].rpartition("/")[2]
                for key in parameters["TagKeys"]:
                    self._note_end_of_claim(delivery, Pair(snapshot, key.split(":")[1]))
            case "revoke_snapshot_access":
                self._note_revocation(delivery, _pair_of_call(parameters))

    def note_missing(self, delivery: Delivery, snapshot: str) -> None:
        """Note that a delivery looked for a snapshot that is not there."""
        self._step += 1
        self._note_look(delivery, snapshot)

    def authorize_by_hand(self, pair: Pair) -> None:
        """Let a person authorize."""
        # Known limit: what a person authorizes under a claim, in the place of a share that
        # was stripped or revoked by hand, between a delivery's look and its call, or between
        # the two looks of a Delete, cannot be told from the stack's own.
        is_claimed = bool(self._world.claims(pair)) or any(
            _pair_of_id(resource.physical_id) == pair
            for stack in self._world.cloudformation.stacks
            for resource in [*stack.resources.values(), *stack.restorable()]
            if resource.status not in {"DELETE_IN_PROGRESS", "DELETE_COMPLETE"}
        )
        is_in_between = any(
            delivery.is_running and pair in _pairs_of(delivery.request)
            for delivery in self._looks
        ) or any(
            # A Delete that has not come yet, or is going to come again.
            request.kind == "Delete"
            and not request.has_succeeded
            and request.operation == stack.operations
            and not stack.is_idle
            and pair in _pairs_of(request)
            for stack in self._world.cloudformation.stacks
            for request in stack.requests
        )
        self._world.redshift.authorize_snapshot_access(
            SnapshotIdentifier=pair.snapshot, AccountWithRestoreAccess=pair.account
        )
        self._of_a_person.add(pair)
        self.taken_by_hand.pop(pair, None)
        if is_in_between:
            self._leaks_allowed.add(pair)
        elif not is_claimed:
            self.by_hand.add(pair)

    def revoke_by_hand(self, pair: Pair) -> None:
        """Let a person revoke."""
        self._world.redshift.revoke_snapshot_access(
            SnapshotIdentifier=pair.snapshot, AccountWithRestoreAccess=pair.account
        )
        self.by_hand.discard(pair)
        self._of_a_person.discard(pair)
        self.taken_by_hand[pair] = self._step

    def strip_tags(self, snapshot: str) -> None:
        """Let a person, or CloudFormation's own handling of tags, take all tags off."""
        tags = self._world.redshift.backend.snapshots[snapshot].tags_by_key
        for key in tags:
            if (snapshot, key) in self._owners:
                pair = Pair(snapshot, key.split(":")[1])
                self._stripped.add((self._owners[snapshot, key], pair))
        tags.clear()

    def delete_snapshot(self, snapshot: str) -> None:
        """Let a person delete a snapshot that is not shared."""
        self.strip_tags(snapshot)
        self._world.redshift.delete_cluster_snapshot(SnapshotIdentifier=snapshot)
        for _, resource in self._resources():
            pair = pair_of(resource.properties)
            if pair.snapshot == snapshot:
                self.taken_by_hand[pair] = self._step

    # The invariants.

    def check_at_rest(self) -> None:
        """No leak, no theft and no lie, when nothing is going on."""
        world = self._world
        self._allow_cut_off_deliveries()
        declared: dict[Pair, set[Owner]] = {}
        for stack, resource in self._resources():
            for pair in {
                pair_of(resource.properties),
                _pair_of_id(resource.physical_id),
            }:
                if pair is not None:
                    declared.setdefault(pair, set()).add((stack, resource.logical_id))
            if stack.is_green:
                pair = pair_of(resource.properties)
                if str(pair) != resource.physical_id:
                    self._violate(
                        f"lie: {resource.physical_id} is not what {stack!r} declares"
                    )
                if (
                    not world.has_access(pair)
                    and pair not in self.taken_by_hand
                    and pair not in self._crossed
                    and ((stack, resource.logical_id), pair) not in self._stripped
                ):
                    self._violate(
                        f"lie: {stack!r}.{resource.logical_id} is {stack.status}, "
                        f"{pair} has no access"
                    )
        left = [
            (stack, physical)
            for stack in world.cloudformation.stacks
            for physical in stack.leftovers()
        ]
        for stack, kept in [
            *left,
            *world.cloudformation.retained,
            *world.cloudformation.abandoned,
        ]:
            for pair in {_pair_of_id(kept.physical_id), pair_of(kept.properties)}:
                if pair is not None:
                    declared.setdefault(pair, set()).add((stack, kept.logical_id))
        self._check_leaks(declared)

    def check_rollback(self, stack: Stack) -> None:
        """A rollback must end if what it goes back to is there."""
        if stack.status == "UPDATE_ROLLBACK_FAILED" and all(
            self._world.has_access(pair_of(before.properties))
            for before in stack.restorable()
        ):
            self._violate(f"stuck: {stack!r} cannot go back to what is there")

    def _check_leaks(self, declared: dict[Pair, set[Owner]]) -> None:
        for identifier, snapshot in self._world.redshift.backend.snapshots.items():
            for account in snapshot.accounts_with_restore_access:
                pair = Pair(identifier, account)
                if not (
                    pair in declared
                    or pair in self.by_hand
                    or pair in self._leaks_allowed
                ):
                    self._violate(f"leak: {pair} has access, and nobody declares it")
            for key in snapshot.tags_by_key:
                pair = Pair(identifier, key.split(":")[1])
                owner = self._owners[identifier, key]
                if (
                    owner not in declared.get(pair, ())
                    and (identifier, key) not in self._claims_allowed
                ):
                    self._violate(
                        f"leak: {pair} is claimed by {owner[0]!r}.{owner[1]}, "
                        "which does not declare it"
                    )

    def note_end(self, delivery: Delivery) -> None:
        """An answer must have been sent, unless the process is gone."""
        if not delivery.has_crashed and "put" not in delivery.calls:
            self._violate(f"no answer: {delivery!r}")
        if delivery.request.kind != "Delete" and delivery.request.has_expired:
            self._forgive_stripped_overtaken(delivery.request)

    def _forgive_stripped_overtaken(self, request: Request) -> None:
        """Who is overtaken, and stripped, finds nothing to take back."""
        pair = pair_of(request.event["ResourceProperties"])
        resource = request.stack.resources.get(request.logical_id)
        if (_owner(request), pair) in self._stripped and (
            resource is None or resource.physical_id != str(pair)
        ):
            self._leaks_allowed.add(pair)

    def _note_claim(self, delivery: Delivery, parameters: dict[str, Any]) -> None:
        snapshot = parameters["ResourceName"].rpartition("/")[2]
        for tag in parameters["Tags"]:
            key = tag["Key"]
            pair = Pair(snapshot, key.split(":")[1])
            owner = _owner(delivery.request)
            self._owners[snapshot, key] = owner
            if tag["Value"].endswith(" adopted"):
                self._adopted.add((owner, pair))
                if any(other == pair for _, other in self._stripped):
                    # Known limit: another stack's stripped share looks like a person's.
                    self._leaks_allowed.add(pair)
                if any(
                    effect.pair == pair and effect.delivery.request is delivery.request
                    for effect in self._effects
                    if not effect.key
                ):
                    # Known limit: a duplicate, in the same operation, takes for a person's
                    # what its twin has authorized.
                    self._leaks_allowed.add(pair)
            elif (owner, pair) in self._adopted and (owner, pair) in self._stripped:
                # Known limit: with the tag it is forgotten that a person had shared it.
                self.by_hand.discard(pair)
            if pair in self._adopted_seen[delivery] or any(
                value.endswith(" adopted")
                for other, value in self._world.claims(pair).items()
                if other != key
            ):
                self._joined.add((owner, pair))
            self._effects.append(_Effect(self._step, delivery, pair, key))

    def _note_end_of_claim(self, delivery: Delivery, pair: Pair) -> None:
        self._ends_of_claims.append(
            _EndOfClaim(
                self._looked_at[delivery, pair.snapshot], self._step, delivery, pair
            )
        )
        owner = _owner(delivery.request)
        if (owner, pair) not in self._adopted:
            return
        self._adopted.discard((owner, pair))
        is_anothers = any(
            effect.pair == pair
            and not effect.key
            and _owner(effect.delivery.request) != owner
            for effect in self._effects
        )
        if delivery.request.stack.is_rolling_back and (
            is_anothers or pair in self._of_a_person
        ):
            # The person's, though another stack has joined in meanwhile. Or, known limit:
            # that was revoked by hand, and what is left in its place is another stack's.
            self._leaks_allowed.add(pair)

    def _note_revocation(self, delivery: Delivery, pair: Pair) -> None:
        # Known limits: another stack adopted the share, this one joined in, and the other one
        # was rolled back: its claim, the only one that said adopted, is gone. And: a duplicate
        # Delete, in the same operation, of one that was done before the person came.
        if (
            pair in self.by_hand
            and (_owner(delivery.request), pair) not in self._joined
            and delivery.request.answer is None
        ):
            self._violate(f"theft: {delivery!r} revoked {pair}, authorized by hand")
        self.by_hand.discard(pair)
        self._of_a_person.discard(pair)
        self._adopted -= {share for share in self._adopted if share[1] == pair}
        snapshot, seen = self._looks[delivery]
        unseen = [
            self._owners[snapshot, key]
            for key in self._world.claims(pair)
            if key not in seen
        ]
        has_tried_before = "revoke_snapshot_access" in _since_last_look(delivery.calls)
        if not has_tried_before and any(
            owner != _owner(delivery.request) or delivery.request.kind != "Delete"
            for owner in unseen
        ):
            # Known limits: two stacks that add the first and remove the last claim on a pair
            # cross within one API call; and, where tags were stripped meanwhile, so do two
            # deliveries of one request.
            self._crossed.add(pair)
            return
        for stack, resource in self._resources():
            owner = (stack, resource.logical_id)
            if (
                owner == _owner(delivery.request)
                or resource.status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
                or _pair_of_id(resource.physical_id) != pair
                or (owner, pair) in self._stripped
            ):
                continue
            self._violate(f"theft: {delivery!r} revoked {pair} of {stack!r}.{owner[1]}")

    def _note_answer(self, request: Request) -> None:
        resource = request.stack.resources.get(request.logical_id)
        if not request.has_succeeded:
            return
        if request.kind == "Delete" or resource is None:
            for pair in _pairs_of(request):
                self._forgive_stripped(request, pair)
            self._forgive_unanswered_update(request)
            return
        pair = pair_of(request.event["ResourceProperties"])
        if resource.physical_id != str(pair):
            self._violate(f"lie: the answer names {resource.physical_id}, not {pair}")
        for name in ATTRIBUTES:
            request.stack.get_att(request.logical_id, name)
        if (
            not self._world.has_access(pair)
            # A person was quicker than the answer.
            and self.taken_by_hand.get(pair, -1) < self._last_look(pair.snapshot)
            and pair not in self._crossed
            and (_owner(request), pair) not in self._stripped
        ):
            self._violate(f"lie: {request.kind} {pair} succeeded without access")
        claims = self._world.claims(pair)
        if any(
            # Of its own stripped share too an ADOPT that is delivered again adopts: then a
            # rollback leaves it.
            self._owners[pair.snapshot, key] == _owner(request)
            and not value.endswith(" adopted")
            for key, value in claims.items()
        ):
            self._stripped.discard((_owner(request), pair))
        if request.kind == "Update":
            self._forgive_stripped(
                request, pair_of(request.event["OldResourceProperties"])
            )

    def _forgive_unanswered_update(self, request: Request) -> None:
        """Known limit: the rollback removes the resource, and no reversed Update comes.

        Only while the whole stack is deleted do the properties say what it may have made.
        """
        pair = pair_of(request.event["ResourceProperties"])
        named = _pair_of_id(request.event.get("PhysicalResourceId", ""))
        if request.stack.is_rolling_back and named not in (pair, None):
            self._leaks_allowed.add(pair)
            self._claims_allowed |= {
                (pair.snapshot, key)
                for key in self._world.claims(pair)
                if self._owners[pair.snapshot, key] == _owner(request)
            }

    def _note_look(self, delivery: Delivery, snapshot: str) -> None:
        self._began_to_look_at.setdefault((delivery, snapshot), self._step)
        self._looked_at[delivery, snapshot] = self._step

    def _last_look(self, snapshot: str) -> int:
        """When the delivery that answers now has looked at a snapshot last."""
        delivery = self._world.calling
        return self._looked_at[delivery, snapshot] if delivery else 0

    def _forgive_stripped(self, request: Request, pair: Pair | None) -> None:
        """Without tags, a rollback and an id that is no share's leave what is there."""
        is_named = request.event["PhysicalResourceId"] == str(pair)
        if (
            pair is not None
            and (_owner(request), pair) in self._stripped
            and (request.stack.is_rolling_back or not is_named)
        ):
            self._leaks_allowed.add(pair)

    def _note_status(self, stack: Stack) -> None:
        """An adopted share is the stack's for good when no rollback can come any more."""
        if stack.status not in _COMMITTED:
            return
        for (owner, logical_id), pair in self._adopted:
            if owner is stack and logical_id in stack.resources:
                self.by_hand.discard(pair)
        for resource in stack.resources.values():
            pair = pair_of(resource.properties)
            is_joined = ((stack, resource.logical_id), pair) in self._joined
            if is_joined and resource.status.endswith("_COMPLETE"):
                self.by_hand.discard(pair)
            if (
                stack.status == "DELETE_IN_PROGRESS"
                and resource.properties.get("ExistingShare") == "ADOPT"
                and resource.physical_id == str(pair)
            ):
                # Its rollback may have removed the claim before it failed.
                self.by_hand.discard(pair)

    def _allow_cut_off_deliveries(self) -> None:
        """Impossible: to clean up after a crash that comes after the cleaning up.

        A Create (or Update) that CloudFormation has given up, and that dies, or is denied to
        undo its work, after the Delete (or reversed Update) has looked for the last time.
        """
        for step, delivery, pair, key in self._effects:
            if not (delivery.has_crashed or delivery.is_thwarted):
                continue
            # The last look is for access: it leaves a claim that came after the first.
            looks = self._began_to_look_at if key else self._looked_at
            if any(
                end.pair == pair
                and end.step < step
                and end.delivery.request is delivery.request
                for end in self._ends_of_claims
            ):
                # A duplicate found the stack rolling back, and withdrew their claim.
                self._leaks_allowed.add(pair)
            for other in self._world.deliveries:
                if (
                    other.request.kind != "Create"
                    and other.request.event["RequestId"]
                    > delivery.request.event["RequestId"]
                    and _owner(other.request) == _owner(delivery.request)
                    and looks.get((other, pair.snapshot), step) < step
                ):
                    self._leaks_allowed.add(pair)
                    if key:
                        self._claims_allowed.add((pair.snapshot, key))

        for end in self._ends_of_claims:
            # Known limit: a Create authorizes between the look and the DeleteTags of its own
            # Delete, and that Delete crashes before its second look has led to anything.
            if (end.delivery.has_crashed or end.delivery.is_thwarted) and any(
                effect.pair == end.pair
                and not effect.key
                and end.looked_at < effect.step < end.step
                and _owner(effect.delivery.request) == _owner(end.delivery.request)
                for effect in self._effects
            ):
                self._leaks_allowed.add(end.pair)

    def _resources(self) -> Iterator[tuple[Stack, Resource]]:
        for stack in self._world.cloudformation.stacks:
            for resource in stack.resources.values():
                yield stack, resource

    def _violate(self, text: str) -> None:
        self.violations.append(text)
        self._world.trace.append(f"=> {text}")


def pair_of(properties: Any) -> Pair:
    """The pair that properties declare."""
    return Pair(
        properties["SnapshotIdentifier"], properties["AccountWithRestoreAccess"]
    )


def _since_last_look(calls: list[str]) -> list[str]:
    """The calls between a delivery's last look and the call that it makes now."""
    end = len(calls) - 1
    look = max(
        number
        for number, call in enumerate(calls)
        if call == "describe_cluster_snapshots"
    )
    return calls[look + 1 : end]


def _pair_of_id(physical_id: str) -> Pair | None:
    snapshot, slash, account = physical_id.partition("/")
    return Pair(snapshot, account) if slash else None


def _pair_of_call(parameters: dict[str, Any]) -> Pair:
    return Pair(
        parameters["SnapshotIdentifier"], parameters["AccountWithRestoreAccess"]
    )


def _pairs_of(request: Request) -> set[Pair | None]:
    event = request.event
    return {
        pair_of(event["ResourceProperties"]),
        pair_of(event.get("OldResourceProperties", event["ResourceProperties"])),
        _pair_of_id(event.get("PhysicalResourceId", "")),
    }


def _owner(request: Request) -> Owner:
    return request.stack, request.logical_id
