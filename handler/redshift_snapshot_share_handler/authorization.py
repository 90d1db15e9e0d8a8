"""Brings a declared share about: look, claim, authorize, look again."""

from typing import NoReturn

from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.declared_share import DeclaredShare
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.revocation import Revocation
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.snapshot import Snapshot
from redshift_snapshot_share_handler.stack import (
    CREATING,
    UPDATING,
    is_rolling_back,
)
from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT

_MOST_LOOKS = 6
_FIRST_PAUSE_SECONDS = 0.25
_FIRST_POLL_SECONDS = 5
_LONGEST_POLL_SECONDS = 30


class Authorization:
    """The work of one Create or Update on one share; used once."""

    def __init__(
        self,
        share: DeclaredShare,
        services: Services,
        *,
        is_update: bool,
        is_named: bool,
    ) -> None:
        """Name the work.

        Args:
            share: What is declared.
            services: Who declares it, and the services.
            is_update: Whether the request is an Update.
            is_named: Whether PhysicalResourceId already names the pair: then the stack
                declared it before this request too.
        """
        self._share = share
        self._pair = share.pair
        self._services = services
        self._is_update = is_update
        self._is_named = is_named
        self._wait_began: float | None = None
        self._status_at_start = ""
        self._refusal: SnapshotShareError | None = None
        self._has_claimed = False
        self._is_claim_new = False
        self._has_authorized = False

    def establish(self) -> Snapshot:
        """Give the account access under this resource's claim.

        Returns:
            The snapshot, seen with the access and the claim on it.

        Raises:
            SnapshotShareError: If that cannot be.
        """
        for look in range(_MOST_LOOKS):
            if look > 1:
                pause = _FIRST_PAUSE_SECONDS * 2**look
                self._services.deadline.wait(pause, "the access did not show")
            snapshot = self._look_until_available()
            claims = snapshot.claims(self._pair.account)
            ours = claims.pop(self._services.claimant.key(self._pair.account), None)
            is_shared = snapshot.is_shared_with(self._pair.account)
            if is_shared and ours is not None and self._is_enough(ours):
                return snapshot
            if not is_shared:
                self._check_key(snapshot)
            self._begin()
            if is_shared and ours is None and self._began_in_rollback:
                # Stripped of its tags, or not ours to claim; either way it is true.
                return snapshot
            is_adopted = is_shared and self._adopts(ours, others=claims)
            self._write_claim(snapshot, ours, adopted=is_adopted)
            self._check_going_forward()
            if not is_shared:
                # Tried is enough: if the reply was lost, trying again says that it exists.
                self._has_authorized = True
                self._refusal = self._services.redshift.authorize(snapshot, self._pair)
        raise self._refusal or self._error(Reason.UNSETTLED)

    def _look_until_available(self) -> Snapshot:
        poll = _FIRST_POLL_SECONDS
        while True:
            snapshot = self._look()
            if not snapshot.is_being_created:
                return snapshot
            now = self._services.deadline.now()
            if self._wait_began is None:
                self._wait_began = now
            left = self._wait_began + self._share.wait_seconds - now
            if left <= 0:
                raise self._error(
                    Reason.WAIT_IS_OVER,
                    status=snapshot.status,
                    seconds=self._share.wait_seconds,
                )
            self._begin()
            if self._write_claim(snapshot, self._our_claim(snapshot), adopted=False):
                self._check_going_forward()
            self._services.deadline.wait(
                min(poll, left),
                f"snapshot {self._pair.snapshot_identifier} is creating",
            )
            poll = min(poll * 2, _LONGEST_POLL_SECONDS)

    def _look(self) -> Snapshot:
        snapshot, is_of_others = self._services.redshift.look(self._pair)
        if snapshot is None:
            raise self._error(
                Reason.NOT_OWNER if is_of_others else Reason.SNAPSHOT_NOT_FOUND
            )
        if snapshot.snapshot_type != "manual":
            raise self._error(
                Reason.AUTOMATED_SNAPSHOT, snapshot_type=snapshot.snapshot_type
            )
        if self._share.cluster_identifier not in ("", snapshot.cluster_identifier):
            raise self._error(
                Reason.OTHER_CLUSTER,
                cluster=snapshot.cluster_identifier,
                declared_cluster=self._share.cluster_identifier,
            )
        if not snapshot.is_available and not snapshot.is_being_created:
            raise self._error(Reason.SNAPSHOT_NOT_AVAILABLE, status=snapshot.status)
        if self._has_claimed and self._our_claim(snapshot) is None:
            self._give_way(snapshot)
        return snapshot

    def _check_key(self, snapshot: Snapshot) -> None:
        key = snapshot.kms_key_id
        if (
            key
            and self._pair.account != SUPPORT_ACCOUNT
            and self._services.keys.is_aws_managed(key)
        ):
            raise self._error(Reason.AWS_MANAGED_KEY, key=key)

    def _give_way(self, snapshot: Snapshot) -> NoReturn:
        """A Delete came by and took our claim: leave nothing of ours behind."""
        if self._has_authorized and snapshot.has_unclaimed_access(self._pair.account):
            self._services.redshift.revoke(snapshot, self._pair)
        raise self._error(Reason.OVERTAKEN)

    def _is_enough(self, ours: Claim) -> bool:
        # A claim that an earlier, failed Create left would go with that Create's Delete.
        return self._is_update or ours.request_id == self._services.claimant.request_id

    def _begin(self) -> None:
        """Remember what the stack did before an Update changed anything."""
        if self._is_update and not self._status_at_start:
            status = self._services.stack.status()
            if status not in UPDATING:
                raise self._error(Reason.STACK_NOT_GOING_FORWARD, status=status)
            self._status_at_start = status

    def _adopts(self, ours: Claim | None, others: dict[str, Claim]) -> bool:
        """Whether the access that is there becomes ours by adoption."""
        if ours is not None:
            return ours.adopted
        if others or self._is_named:
            return False
        if not self._share.adopts_existing:
            raise self._error(Reason.ALREADY_SHARED)
        return True

    def _write_claim(
        self, snapshot: Snapshot, ours: Claim | None, *, adopted: bool
    ) -> bool:
        """Claim the share, if this request has not yet; whether that changed anything."""
        claim = self._services.claimant.claim(self._pair.account, adopted=adopted)
        if ours is None and self._began_in_rollback:
            # A reversed Update finds the claim that it goes back to. This may be a forward
            # one that was overtaken: the two look the same.
            raise self._error(Reason.ROLLBACK_TO_NOTHING, status=self._status_at_start)
        if ours is not None:
            if (ours.request_id, ours.adopted) == (claim.request_id, adopted):
                self._has_claimed = True
                return False
            if not self._is_update:
                # Another deployment's claim: touch it only if we are not a late Create.
                status = self._services.stack.status()
                if not self._is_forward(status):
                    raise self._error(Reason.STACK_NOT_GOING_FORWARD, status=status)
        self._services.redshift.write_claim(snapshot, self._pair, claim)
        self._has_claimed = True
        self._is_claim_new = ours is None
        return True

    def _check_going_forward(self) -> None:
        """Give up if a Delete was sent already: it may have come before our claim.

        Asked after every claim, shared or not: nobody would take an orphan off.
        """
        status = self._services.stack.status()
        if self._is_forward(status):
            self._is_claim_new = False
            return
        revocation = Revocation(self._pair, self._services)
        if self._is_undone(status):
            revocation.withdraw()
        elif self._is_claim_new:
            # Another delivery of this request was faster, and the claim is its own too; or
            # all is over, and nobody would come to take it off.
            revocation.remove_idle_claim()
        raise self._error(Reason.STACK_NOT_GOING_FORWARD, status=status)

    def _is_forward(self, status: str) -> bool:
        if not self._is_update:
            return status in CREATING
        if self._is_named:
            return status in UPDATING
        return status == self._status_at_start

    def _is_undone(self, status: str) -> bool:
        """Whether CloudFormation takes back what this request did."""
        stays_in_rollback = self._is_named or self._began_in_rollback
        return "DELETE" in status or ("ROLLBACK" in status and not stays_in_rollback)

    @property
    def _began_in_rollback(self) -> bool:
        """Whether this Update to another pair may be a forward one that comes late."""
        return not self._is_named and is_rolling_back(self._status_at_start)

    def _our_claim(self, snapshot: Snapshot) -> Claim | None:
        account = self._pair.account
        return snapshot.claims(account).get(self._services.claimant.key(account))

    def _error(self, reason: Reason, **values: object) -> SnapshotShareError:
        return SnapshotShareError(
            reason, **self._services.redshift.names(self._pair), **values
        )
