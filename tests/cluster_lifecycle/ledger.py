"""Who may restore what, by whose doing, where whole clusters are shared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.cluster_lifecycle.declarations import (
    Declared,
    declared_by,
    is_of_cluster,
)
from tests.cluster_lifecycle.delivery import ClusterDelivery, WakeUp, wake_up
from tests.cluster_lifecycle.excuses import Excuses
from tests.lifecycle.faults import NoFaults
from tests.lifecycle.ledger import _since_last_look
from tests.lifecycle.pairs import Pair, pair_of, pair_of_call, pair_of_claim
from tests.lifecycle.sightings import Sightings

if TYPE_CHECKING:
    from tests.cluster_lifecycle.world import ClusterWorld
    from tests.lifecycle.delivery import Delivery
    from tests.lifecycle.request import Request
    from tests.lifecycle.resource import Resource
    from tests.lifecycle.stack import Stack

_ENDED = frozenset({"DELETE_COMPLETE", "ROLLBACK_COMPLETE"})
_COMMITTED = frozenset(
    {"CREATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "DELETE_IN_PROGRESS"}
)


class ClusterLedger:
    """The promises' accounts of a world.

    Args:
        world: What it watches.
    """

    def __init__(self, world: ClusterWorld) -> None:
        self._world = world
        self.violations: list[str] = []
        self.sightings = Sightings()
        self.excuses = Excuses(world, self)
        #: What people authorized, and no stack has adopted for good.
        self.by_hand: set[Pair] = set()
        #: Who wrote a claim, by tag key.
        self.owners: dict[str, Declared] = {}
        #: What RETAIN kept, by who had declared it.
        self.retained: dict[Declared, set[Pair]] = {}
        #: Whether nothing happens that a Create or an Update must fail for.
        self.no_failure_is_needed = False
        self._retained_before = 0
        self._was_shared: dict[Delivery, list[Pair]] = {}
        world.cloudformation.on_answer = self._note_answer
        world.cloudformation.on_status = self._note_status

    def note_call(
        self, delivery: Delivery, name: str, parameters: dict[str, Any], value: Any
    ) -> None:
        """Note that a call took effect."""
        self.sightings.step += 1
        match name:
            case "describe_cluster_snapshots":
                self._note_looks(delivery, parameters, value)
            case "create_tags":
                self._note_claims(delivery, parameters)
            case "authorize_snapshot_access":
                pair = pair_of_call(parameters)
                self._check_gift(delivery, pair)
                self.sightings.note_effect(delivery, pair)
                self.excuses.note_authorization(delivery, pair)
            case "delete_tags":
                snapshot = parameters["ResourceName"].rpartition("/")[2]
                for key in parameters["TagKeys"]:
                    self.excuses.note_end_of_claim(
                        delivery, pair_of_claim(snapshot, key), key
                    )
            case "put":
                if b'"FAILED"' in parameters["body"]:
                    self.excuses.note_failure(delivery)
            case "revoke_snapshot_access":
                self._check_revocation(delivery, pair_of_call(parameters))

    def note_missing(self, delivery: Delivery, snapshot: str) -> None:
        """Note that a delivery looked for a snapshot that is not there."""
        self.sightings.step += 1
        self.sightings.note_look(delivery, snapshot)

    def note_end(self, delivery: Delivery) -> None:
        """An answer must have been sent, unless the process is gone."""
        if (
            not delivery.has_crashed
            and not isinstance(delivery.request, WakeUp)
            and "put" not in delivery.calls
        ):
            self.violate(f"no answer: {delivery!r}")

    def authorize_by_hand(self, pair: Pair) -> None:
        """Let a person authorize what nobody claims."""
        self._world.redshift.authorize_snapshot_access(
            SnapshotIdentifier=pair.snapshot, AccountWithRestoreAccess=pair.account
        )
        self.by_hand.add(pair)

    def revoke_by_hand(self, pair: Pair) -> None:
        """Let a person revoke."""
        self._world.redshift.revoke_snapshot_access(
            SnapshotIdentifier=pair.snapshot, AccountWithRestoreAccess=pair.account
        )
        self.by_hand.discard(pair)
        self.excuses.note_loss(pair)
        self._was_shared.clear()

    def expire_snapshot(self, snapshot: str) -> None:
        """Let Redshift delete a snapshot at the end of its retention, though shared."""
        del self._world.redshift.backend.snapshots[snapshot]
        self.by_hand = {pair for pair in self.by_hand if pair.snapshot != snapshot}
        for pairs in self.retained.values():
            pairs -= {pair for pair in pairs if pair.snapshot == snapshot}
        self.excuses.note_gone(snapshot)
        self._was_shared.clear()

    def violate(self, text: str) -> None:
        """Note a broken promise."""
        self.violations.append(text)
        self._world.trace.append(f"=> {text}")

    def check_rollback(self, stack: Stack) -> None:
        """A rollback always ends."""
        # `tests.lifecycle` says when a single share cannot go back.
        if stack.status == "UPDATE_ROLLBACK_FAILED" and all(
            is_of_cluster(before.properties) for before in stack.restorable()
        ):
            self.violate(f"stuck: {stack!r} cannot go back")

    def check_at_rest(self) -> None:
        """After one run for each declaration that stands, all is as declared."""
        self._world.clock += 60
        faults, self._world.faults = self._world.faults, NoFaults()
        for _, declared in self._standing():
            self._world.invoke(wake_up(self._stack_of(declared), declared))
        self._world.deliver_queued()
        self._world.faults = faults
        if self.violations:
            return
        for stack in self._world.cloudformation.stacks:
            if not stack.is_green and stack.status not in _ENDED:
                self.violate(f"stuck: {stack!r} is {stack.status}")
        for resource, declared in self._standing():
            if resource.physical_id != declared.physical_id:
                self.violate(f"lie: {resource.physical_id} is not what is declared")
            for pair in declared.pairs(self._world):
                self._check_pair(declared, pair)
        for stack, resource in self._shares():
            pair = pair_of(resource.properties)
            if not self._world.has_access(pair) and not self.excuses.excuses_loss(pair):
                self.violate(f"lie: {stack!r}.{resource.logical_id} has no access")
        self._check_retained()
        self._check_leaks()

    def _check_pair(self, declared: Declared, pair: Pair) -> None:
        key, claims = declared.key(pair.account), self._world.claims(pair)
        has_access = self._world.has_access(pair)
        if pair in self.by_hand and not claims and not declared.adopts:
            # Reported, and not touched.
            return
        if self.excuses.excuses_access(pair) and not claims:
            return
        if not has_access or key not in claims:
            self.violate(
                f"lie: {declared.digest[:4]} declares {pair}, which "
                f"{'has' if has_access else 'has no'} access, claims {claims}"
            )

    def _check_retained(self) -> None:
        for declared, pairs in self.retained.items():
            if self.excuses.excuses_retained(declared):
                continue
            for pair in sorted(pairs):
                if not self._is_shared(declared, pair) and not (
                    self.excuses.excuses_loss(pair)
                ):
                    self.violate(
                        f"theft: {pair}, retained by {declared.digest[:4]}, is not any more"
                    )

    def _check_leaks(self) -> None:
        wanted: dict[Pair, set[str]] = {}
        for _, declared in self._standing():
            for pair in declared.pairs(self._world):
                wanted.setdefault(pair, set()).add(declared.key(pair.account))
        shared = {pair_of(resource.properties) for _, resource in self._shares()}
        # A claim of what was retained keeps access, whoever has given that since.
        kept = {
            Pair(name, account)
            for declared in self.retained
            for name in self._world.redshift.backend.snapshots
            for account in declared.accounts
            if declared.key(account) in self._world.claims(Pair(name, account))
        }
        for name, snapshot in self._world.redshift.backend.snapshots.items():
            for account in snapshot.accounts_with_restore_access:
                pair = Pair(name, account)
                if (
                    pair not in wanted
                    and pair not in shared | kept | self.by_hand
                    and not self.excuses.excuses_access(pair)
                ):
                    self.violate(f"leak: {pair} has access, and nobody declares it")
            for key in snapshot.tags_by_key:
                pair = pair_of_claim(name, key)
                if (
                    key in self.owners
                    and key not in wanted.get(pair, ())
                    and self.owners[key] not in self.retained
                    and not self.excuses.excuses_claim(pair, key)
                ):
                    self.violate(
                        f"leak: {pair} is claimed by {self.owners[key].digest[:4]}, "
                        "which does not want it"
                    )
                if (
                    key not in self.owners
                    and pair not in shared
                    and not self.excuses.excuses_claim(pair, key)
                ):
                    self.violate(f"leak: {pair} is claimed by a share that is gone")

    def _note_looks(
        self, delivery: Delivery, parameters: dict[str, Any], value: Any
    ) -> None:
        if "SnapshotIdentifier" not in parameters:
            for snapshot in self._world.redshift.backend.snapshots:
                self.sightings.note_look(delivery, snapshot)
            if isinstance(delivery, ClusterDelivery):
                self._was_shared[delivery] = [
                    pair
                    for pair in delivery.declared.pairs(self._world)
                    if not self._is_shared(delivery.declared, pair)
                ]
        for fields in value["Snapshots"]:
            name = fields["SnapshotIdentifier"]
            keys = frozenset(tag["Key"] for tag in fields["Tags"])
            self.sightings.note_look(delivery, name)
            self.sightings.note_seen(delivery, name, keys, frozenset())

    def _is_shared(self, declared: Declared, pair: Pair) -> bool:
        return self._world.has_access(pair) and declared.key(pair.account) in (
            self._world.claims(pair)
        )

    def _note_claims(self, delivery: Delivery, parameters: dict[str, Any]) -> None:
        snapshot = parameters["ResourceName"].rpartition("/")[2]
        for tag in parameters["Tags"]:
            key, words = tag["Key"], tag["Value"].split(" ")
            pair = pair_of_claim(snapshot, key)
            seen = self.sightings.keys(delivery, snapshot)
            if key in self._world.claims(pair) and key not in seen:
                # Two runs cross within one API call, and one of them takes back its claim.
                self.excuses.note_loss(pair)
            if isinstance(delivery, ClusterDelivery):
                self.owners[key] = delivery.declared
            self.sightings.note_effect(delivery, pair, key)
            if pair in self.by_hand:
                if "adopted" not in words:
                    # Beside a claim that says so: with that, it is forgotten.
                    self.by_hand.discard(pair)
                    self.excuses.note_company(pair)
                elif isinstance(delivery.request, WakeUp):
                    self.by_hand.discard(pair)

    def _check_gift(self, delivery: Delivery, pair: Pair) -> None:
        if not isinstance(delivery, ClusterDelivery):
            return
        declared = delivery.declared
        prefix = declared.properties.get("SnapshotIdentifierPrefix", "")
        if pair.account not in declared.accounts or not (
            pair.snapshot.startswith(prefix)
        ):
            self.violate(f"gift: {delivery!r} shares {pair}")

    def _check_revocation(self, delivery: Delivery, pair: Pair) -> None:
        if pair in self.by_hand:
            self.violate(f"theft: {delivery!r} revoked {pair}, authorized by hand")
        own = (
            delivery.declared.key(pair.account)
            if isinstance(delivery, ClusterDelivery)
            else None
        )
        seen = self.sightings.keys(delivery, pair.snapshot)
        for key in self._world.claims(pair):
            # What a run lets go may be wanted again since it looked; the next one heals that.
            is_own = key == own and isinstance(delivery.request, WakeUp)
            is_twin = delivery.request.has_succeeded and key == own
            if is_twin and delivery.request.kind != "Delete":
                # A twin has succeeded while this one was taking back what it did.
                self.excuses.note_twin(pair)
            elif key in seen and not is_own and key in self._keys_in_force(pair):
                self.violate(f"theft: {delivery!r} revoked {pair}, which is declared")
            elif key not in seen:
                # They cross within one API call. Runs put that right.
                self.excuses.note_loss(pair)
            elif isinstance(delivery, ClusterDelivery) and not (
                self._may_revoke(delivery, key, own)
            ):
                self.violate(f"theft: {delivery!r} revoked {pair}, claimed by {key}")

    def _may_revoke(self, delivery: ClusterDelivery, key: str, own: str | None) -> bool:
        owner = self.owners.get(key)
        return (
            key == own
            # A leftover of its own resource.
            or (owner is not None and owner.owner == delivery.declared.owner)
            or "revoke_snapshot_access" in _since_last_look(delivery.calls)
        )

    def _note_answer(self, request: Request) -> None:
        properties = request.event["ResourceProperties"]
        if request.kind == "Delete" or not is_of_cluster(properties):
            return
        if not request.has_succeeded:
            reason = request.answer["Reason"] if request.answer else ""
            if self.no_failure_is_needed:
                self.violate(f"needless: {request} failed: {reason}")
            return
        delivery = self._world.calling
        assert delivery is not None
        declared = declared_by(request.stack.stack_id, request.logical_id, properties)
        resource = request.stack.resources[request.logical_id]
        if resource.physical_id != declared.physical_id:
            self.violate(f"lie: the answer names {resource.physical_id}")
        for name in ("SharedSnapshotCount", "SharedSnapshotIdentifiers", "Truncated"):
            request.stack.get_att(request.logical_id, name)
        missing = self._was_shared.get(delivery, [])
        if missing and not request.stack.is_rolling_back and not self._world.lag:
            self.violate(f"lie: {request} succeeded without {missing[0]}")

    def _note_status(self, stack: Stack) -> None:
        retained = self._world.cloudformation.retained
        for owner, kept in retained[self._retained_before :]:
            if is_of_cluster(kept.properties):
                declared = declared_by(owner.stack_id, kept.logical_id, kept.properties)
                self.retained[declared] = {
                    Pair(name, account)
                    for name in self._world.redshift.backend.snapshots
                    for account in declared.accounts
                    if self._is_shared(declared, Pair(name, account))
                }
        self._retained_before = len(retained)
        if stack.status not in _COMMITTED or stack.is_rolling_back:
            return
        for resource in stack.resources.values():
            if is_of_cluster(resource.properties):
                declared = declared_by(
                    stack.stack_id, resource.logical_id, resource.properties
                )
                # Declared again for good: the runs take over.
                self.retained.pop(declared, None)
                for pair in declared.pairs(self._world):
                    if "adopted" in self._world.claims(pair).get(
                        declared.key(pair.account), ""
                    ):
                        self.by_hand.discard(pair)

    def _keys_in_force(self, pair: Pair) -> Iterator[str]:
        """Find the keys of those who declare a pair, and are not about to go."""
        for stack in self._world.cloudformation.stacks:
            for resource in stack.resources.values():
                if not is_of_cluster(resource.properties) or (
                    "DELETE" in stack.status or "ROLLBACK_IN" in stack.status
                ):
                    continue
                declared = declared_by(
                    stack.stack_id, resource.logical_id, resource.properties
                )
                if (
                    resource.physical_id == declared.physical_id
                    and resource.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
                    and pair in declared.pairs(self._world)
                ):
                    yield declared.key(pair.account)

    def _standing(self) -> Iterator[tuple[Resource, Declared]]:
        for stack in self._world.cloudformation.stacks:
            for resource in stack.resources.values():
                if stack.is_green and is_of_cluster(resource.properties):
                    yield (
                        resource,
                        declared_by(
                            stack.stack_id, resource.logical_id, resource.properties
                        ),
                    )

    def _shares(self) -> Iterator[tuple[Stack, Resource]]:
        for stack in self._world.cloudformation.stacks:
            for resource in stack.resources.values():
                if stack.is_green and not is_of_cluster(resource.properties):
                    yield stack, resource

    def _stack_of(self, declared: Declared) -> Stack:
        return next(
            stack
            for stack in self._world.cloudformation.stacks
            if stack.stack_id == declared.owner[0]
        )
