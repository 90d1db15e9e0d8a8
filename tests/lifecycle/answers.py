"""Whether what the function answers is true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redshift_snapshot_share_handler.contract import ATTRIBUTES
from tests.lifecycle.pairs import Pair, owner_of, pair_of

if TYPE_CHECKING:
    from tests.lifecycle.excuses import Excuses
    from tests.lifecycle.ledger import Ledger
    from tests.lifecycle.request import Request
    from tests.lifecycle.resource import Resource
    from tests.lifecycle.world import World


class Answers:
    """Checks each answer when it comes.

    Args:
        ledger: Where violations are noted.
        excuses: What is forgiven.
        world: What they are checked against.
    """

    def __init__(self, ledger: Ledger, excuses: Excuses, world: World) -> None:
        self._ledger = ledger
        self._excuses = excuses
        self._world = world

    def note(self, request: Request) -> None:
        """Check an answer."""
        resource = request.stack.resources.get(request.logical_id)
        if not request.has_succeeded:
            self._check_need(request)
        if request.kind == "Delete":
            self._excuses.note_end_of_delete(request)
        elif request.has_succeeded and resource is not None:
            self._note_success(request, resource)

    def _note_success(self, request: Request, resource: Resource) -> None:
        pair = pair_of(request.event["ResourceProperties"])
        self._excuses.note_share_seen(pair, request.stack)
        if resource.physical_id != str(pair):
            self._ledger.violate(
                f"lie: the answer names {resource.physical_id}, not {pair}"
            )
        for name in ATTRIBUTES:
            request.stack.get_att(request.logical_id, name)
        if not self._world.has_access(pair) and not self._may_be_without(request, pair):
            self._ledger.violate(f"lie: {request.kind} {pair} succeeded without access")
        self._note_claim(request, pair)
        if request.kind == "Update":
            self._excuses.note_end_of_update(request)

    def _may_be_without(self, request: Request, pair: Pair) -> bool:
        """Tell whether a SUCCESS is no lie though the account has no access."""
        ledger, allowed = self._ledger, self._world.allowed_accounts
        is_not_allowed = bool(allowed) and pair.account not in allowed
        return (
            # A person was quicker than the answer.
            ledger.taken_by_hand.get(pair, -1) >= self._last_look(pair.snapshot)
            or (owner_of(request), pair) in ledger.stripped
            # Going back to what is no longer allowed gives nobody anything.
            or (request.stack.is_rolling_back and is_not_allowed)
            or ledger.forgiveness.excuses_loss(pair)
        )

    def _note_claim(self, request: Request, pair: Pair) -> None:
        """A share that was stripped, and has its claim again, is not stripped any more.

        An ADOPT that is delivered again adopts its own stripped share too: then a rollback
        leaves it.
        """
        ledger, owner = self._ledger, owner_of(request)
        if any(
            ledger.owners[pair.snapshot, key] == owner and " adopted" not in value
            for key, value in self._world.claims(pair).items()
        ):
            ledger.stripped.discard((owner, pair))

    def _last_look(self, snapshot: str) -> int:
        """When the delivery that answers now has looked at a snapshot last."""
        delivery = self._world.calling
        return self._ledger.sightings.last_look(delivery, snapshot) if delivery else 0

    def _check_need(self, request: Request) -> None:
        """Nothing fails only because Redshift shows late what was done."""
        if (
            self._ledger.no_failure_is_needed
            and not request.is_refused
            # What two stacks do to each other within the lag is a limit.
            and len(self._world.cloudformation.stacks) == 1
        ):
            reason = request.answer["Reason"] if request.answer else ""
            self._ledger.violate(f"needless: {request} failed: {reason}")
