"""The claim that a Create or Update writes on its pair."""

from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.declared_share import DeclaredShare
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.operation import Operation
from redshift_snapshot_share_handler.revocation import Revocation
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.snapshot import Snapshot


class Claiming:
    """The claim of one Create or Update on its pair.

    Attributes:
        key: The tag's key.
        written: The claim that this run wrote, or found as it would have written it.
    """

    def __init__(
        self,
        share: DeclaredShare,
        services: Services,
        operation: Operation,
        *,
        is_current_pair: bool,
        takes_older_claim: bool,
    ) -> None:
        """Name the pair, and who claims it.

        Args:
            share: What is declared.
            services: Who declares it, and the services.
            operation: What the stack is doing.
            is_current_pair: Whether PhysicalResourceId names the pair.
            takes_older_claim: Whether a claim of an earlier request is good enough.
        """
        self.key = services.claimant.key(share.pair.account)
        self.written: Claim | None = None
        self._share = share
        self._services = services
        self._operation = operation
        self._is_current_pair = is_current_pair
        self._takes_older_claim = takes_older_claim
        self._is_new = False

    def find(self, snapshot: Snapshot) -> Claim | None:
        """Find the claim that this resource has on a snapshot for the account."""
        return snapshot.claims(self._share.pair.account).get(self.key)

    def is_enough(self, ours: Claim) -> bool:
        """Tell whether a claim that is there need not be written again."""
        if ours.request_id == self._services.claimant.request_id:
            return True
        if self._is_current_pair:
            return ours.retained == self._is_retained(ours, adopted=ours.adopted)
        return self._takes_older_claim and not ours.retained

    def write(self, snapshot: Snapshot) -> bool:
        """Write the claim, if this request has not written it yet (CreateTags).

        Returns:
            Whether that changed anything.

        Raises:
            SnapshotShareError: If Redshift refuses, if a person granted the access and it
                may not be adopted, or if the stack does not want the claim any more.
        """
        ours = self.find(snapshot)
        claim = self._compose(snapshot, ours)
        if ours == claim:
            self.written = self.written or claim
            return False
        if ours is not None and ours.request_id != claim.request_id:
            # Another deployment's claim: a late Create must not change it.
            standing = self._operation.ask()
            if not standing.is_wanted:
                raise self._error(
                    Reason.STACK_NOT_GOING_FORWARD, status=standing.status
                )
        self._services.redshift.write_claim(snapshot, self._share.pair, claim)
        self.written = claim
        self._is_new = ours is None
        return True

    def check_wanted(self, *, has_authorized: bool) -> None:
        """Give up if a Delete was sent already: it may have come before the claim.

        This is asked after every claim, because nobody else would remove it.

        Args:
            has_authorized: Whether this run authorized the account.

        Raises:
            SnapshotShareError: If the stack does not want the claim any more.
        """
        standing = self._operation.ask()
        if standing.is_wanted:
            self._is_new = False
            return
        revocation = Revocation(self._share.pair, self._services)
        if standing.is_undone:
            revocation.withdraw(has_authorized=has_authorized)
        elif self._is_new:
            # Another delivery of this request was faster, and the claim is its own too. Or
            # the operation has ended, and nobody else would remove the claim.
            revocation.remove_idle_claim()
        raise self._error(Reason.STACK_NOT_GOING_FORWARD, status=standing.status)

    def _compose(self, snapshot: Snapshot, ours: Claim | None) -> Claim:
        account = self._share.pair.account
        is_shared = snapshot.is_shared_with(account)
        is_joined = snapshot.is_claimed(account, ignoring_claim=self.key)
        adopted = is_shared and self._is_adopted(ours, is_joined=is_joined)
        is_found = ours is not None or (is_shared and self._is_current_pair)
        if not is_found and self._operation.is_reversed:
            # A reversed Update finds the claim that it goes back to. This may be a forward
            # one that was overtaken: the two look the same.
            raise self._error(
                Reason.ROLLBACK_TO_NOTHING, status=self._operation.status_at_start
            )
        retained = self._is_retained(ours, adopted=adopted)
        return self._services.claimant.claim(
            account, adopted=adopted, retained=retained
        )

    def _is_adopted(self, ours: Claim | None, *, is_joined: bool) -> bool:
        """Tell whether the access that shows was there before this resource.

        Raises:
            SnapshotShareError: If a person granted it, and it may not be adopted.
        """
        if ours is not None:
            # Retained access that its share finds again.
            is_back = ours.retained and not self._is_current_pair
            return ours.adopted or (
                is_back and ours.request_id != self._services.claimant.request_id
            )
        if is_joined or self._is_current_pair:
            return False
        if not self._share.adopts_existing:
            raise self._error(Reason.ALREADY_SHARED)
        return True

    def _is_retained(self, ours: Claim | None, *, adopted: bool) -> bool:
        was_retained = ours is not None and ours.retained
        if was_retained and not self._is_current_pair:
            # Retained access that was found again is left as it was found.
            return adopted or self._share.is_retained
        # What was a person's before is left to that person, without our claim.
        return self._share.is_retained and (was_retained or not adopted)

    def _error(self, reason: Reason, **values: object) -> SnapshotShareError:
        names = self._services.redshift.names(self._share.pair)
        return SnapshotShareError(reason, **names, **values)
