"""The promises, checked when nothing is going on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.lifecycle.cut_off import forgive_cut_off_deliveries
from tests.lifecycle.known_limits import KnownLimit
from tests.lifecycle.pairs import Owner, Pair, pair_of, pair_of_claim, pair_of_id

if TYPE_CHECKING:
    from tests.lifecycle.ledger import Ledger
    from tests.lifecycle.resource import Physical, Resource
    from tests.lifecycle.stack import Stack
    from tests.lifecycle.world import World


class Promises:
    """What must hold at rest.

    Args:
        ledger: Where violations are noted.
        world: What is checked.
    """

    def __init__(self, ledger: Ledger, world: World) -> None:
        self._ledger = ledger
        self._world = world

    def check_at_rest(self) -> None:
        """No leak, no theft and no lie."""
        forgive_cut_off_deliveries(self._world)
        for stack, resource in self._ledger.resources():
            if stack.is_green:
                self._check_share(stack, resource)
        for stack in self._world.cloudformation.stacks:
            self._check_not_stuck(stack)
        if self._ledger.protects_retained:
            self._check_retained()
        self._check_leaks(self._declared())

    def check_rollback(self, stack: Stack) -> None:
        """A rollback must end if what it goes back to is there.

        Unless AWS denies to remove what is left of the failed deployment.
        """
        if (
            stack.status == "UPDATE_ROLLBACK_FAILED"
            and all(self._can_go_back(before) for before in stack.restorable())
            and not self._is_denied("delete_tags", "revoke_snapshot_access")
        ):
            self._ledger.violate(f"stuck: {stack!r} cannot go back to what is there")

    def _is_denied(self, *operations: str) -> bool:
        """Tell whether AWS never lets the function take something away."""
        return self._world.denied_for_good in operations and (
            self._ledger.forgiveness.meet(KnownLimit.DELETE_GIVEN_UP)
        )

    def _can_go_back(self, before: Resource) -> bool:
        """Whether a rollback to a share must succeed: it is there, or cannot be."""
        pair = pair_of(before.properties)
        if self._world.has_access(pair):
            return True
        if not self._ledger.nothing_to_go_back_to_is_green:
            return False
        allowed = self._world.allowed_accounts
        snapshot = self._world.redshift.backend.snapshots.get(pair.snapshot)
        return (
            snapshot is None
            or before.properties.get("SnapshotClusterIdentifier")
            not in {None, snapshot.cluster_identifier}
            or (bool(allowed) and pair.account not in allowed)
        )

    def _check_not_stuck(self, stack: Stack) -> None:
        """A stack that never wrote anything can always be taken back and deleted."""
        effects = self._ledger.sightings.effects
        if any(
            # Its Delete has an invented id, which does not say what it wrote.
            request.kind == "Create" and request.answer is None
            for request in stack.requests
        ):
            return
        if stack.status in {"ROLLBACK_FAILED", "DELETE_FAILED"} and not any(
            effect.delivery.request.stack is stack for effect in effects
        ):
            self._ledger.violate(
                f"stuck: {stack!r} is {stack.status}, and wrote nothing"
            )

    def _was_not_retained(self, kept: Physical) -> bool:
        """Tell whether only what replaced it was retained."""
        return "RemovalPolicy" not in kept.properties and (
            self._ledger.forgiveness.meet(KnownLimit.RETAINED_UNNOTICED)
        )

    def _came_back_unheard(self, stack: Stack, kept: Physical) -> bool:
        """Tell whether its share came back retained, and that Create never responded."""
        return any(
            request.kind == "Delete"
            and request.logical_id == kept.logical_id
            and pair_of(request.event["ResourceProperties"]) == pair_of(kept.properties)
            and "/" not in request.event["PhysicalResourceId"]
            and "RemovalPolicy" in request.event["ResourceProperties"]
            for request in stack.requests
        ) and self._ledger.forgiveness.meet(KnownLimit.RETAINED_UNNOTICED)

    def _was_given_up(self, stack: Stack, kept: Physical) -> bool:
        """Tell whether a Delete for it timed out, and went on nevertheless."""
        return any(
            request.kind == "Delete"
            and (request.has_expired or not request.has_succeeded)
            and request.event["PhysicalResourceId"] == kept.physical_id
            for request in stack.requests
        ) and self._ledger.forgiveness.meet(KnownLimit.DELETE_GIVEN_UP)

    def _check_retained(self) -> None:
        """What RETAIN kept is still there."""
        for stack, kept in self._world.cloudformation.retained:
            pair = pair_of_id(kept.physical_id)
            if (
                pair is not None
                and not self._world.has_access(pair)
                and pair not in self._ledger.taken_by_hand
                and ((stack, kept.logical_id), pair) not in self._ledger.stripped
                and not self._ledger.forgiveness.excuses_loss(pair)
                and not self._was_given_up(stack, kept)
                and not self._was_not_retained(kept)
                and not self._came_back_unheard(stack, kept)
            ):
                self._ledger.violate(
                    f"theft: {pair}, retained by {stack!r}.{kept.logical_id}, "
                    "was revoked"
                )

    def _check_share(self, stack: Stack, resource: Resource) -> None:
        """A green share has the access that it declares."""
        ledger, pair = self._ledger, pair_of(resource.properties)
        if str(pair) != resource.physical_id:
            ledger.violate(
                f"lie: {resource.physical_id} is not what {stack!r} declares"
            )
        if (
            not self._world.has_access(pair)
            and pair not in ledger.taken_by_hand
            and ((stack, resource.logical_id), pair) not in ledger.stripped
            and not ledger.forgiveness.excuses_loss(pair)
        ):
            ledger.violate(
                f"lie: {stack!r}.{resource.logical_id} is {stack.status}, "
                f"{pair} has no access"
            )

    def _declared(self) -> dict[Pair, set[Owner]]:
        """Who declares a pair, or is still to be told to give it up."""
        declared: dict[Pair, set[Owner]] = {}
        for pair, owner in self._declarations():
            if pair is not None:
                declared.setdefault(pair, set()).add(owner)
        return declared

    def _declarations(self) -> Iterator[tuple[Pair | None, Owner]]:
        cloudformation = self._world.cloudformation
        for stack, resource in self._ledger.resources():
            owner = (stack, resource.logical_id)
            yield pair_of(resource.properties), owner
            yield pair_of_id(resource.physical_id), owner
        left = [
            (stack, physical)
            for stack in cloudformation.stacks
            for physical in stack.leftovers()
        ]
        unnoticed = [
            (stack, physical)
            for stack in cloudformation.stacks
            for physical in stack.unnoticed
            if physical.logical_id in stack.resources
        ]
        for stack, kept in [*left, *unnoticed, *cloudformation.retained]:
            yield pair_of_id(kept.physical_id), (stack, kept.logical_id)
            yield pair_of(kept.properties), (stack, kept.logical_id)

    def _check_leaks(self, declared: dict[Pair, set[Owner]]) -> None:
        """Access, and each claim, is declared by somebody."""
        ledger, forgiveness = self._ledger, self._ledger.forgiveness
        self._forgive_abandoned()
        for identifier, snapshot in self._world.redshift.backend.snapshots.items():
            for account in snapshot.accounts_with_restore_access:
                pair = Pair(identifier, account)
                if (
                    pair not in declared
                    and pair not in ledger.by_hand
                    and not forgiveness.excuses_leak(pair)
                    and not self._is_denied("revoke_snapshot_access")
                ):
                    ledger.violate(f"leak: {pair} has access, and nobody declares it")
            for key in snapshot.tags_by_key:
                pair = pair_of_claim(identifier, key)
                owner = ledger.owners[identifier, key]
                if (
                    owner not in declared.get(pair, ())
                    and not forgiveness.excuses_claim(identifier, key)
                    and not self._is_denied("delete_tags", "revoke_snapshot_access")
                ):
                    ledger.violate(
                        f"leak: {pair} is claimed by {owner[0]!r}.{owner[1]}, "
                        "which does not declare it"
                    )

    def _forgive_abandoned(self) -> None:
        """Three Deletes failed, and CloudFormation dropped the resource."""
        ledger, limit = self._ledger, KnownLimit.DELETE_GIVEN_UP
        for stack, lost in self._world.cloudformation.abandoned:
            for pair in {pair_of_id(lost.physical_id), pair_of(lost.properties)}:
                if pair is None:
                    continue
                ledger.forgiveness.forgive(pair, limit)
                for key in self._world.claims(pair):
                    if ledger.owners[pair.snapshot, key] == (stack, lost.logical_id):
                        ledger.forgiveness.forgive_claim(pair.snapshot, key, limit)
