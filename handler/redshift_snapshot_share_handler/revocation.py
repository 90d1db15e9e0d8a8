"""Removes a share: looks, revokes, removes the claim and looks again."""

from redshift_snapshot_share_handler import current_request
from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.settling import Settling
from redshift_snapshot_share_handler.snapshot import Snapshot
from redshift_snapshot_share_handler.stack import is_going_forward


class Revocation:
    """The work of removing one resource's claim from one pair.

    The access is revoked before the claim is removed. So after a crash, the next delivery
    still sees the claim.
    """

    def __init__(self, pair: Pair, services: Services) -> None:
        """Set what the work is about.

        Args:
            pair: The snapshot and the account.
            services: The claimant, and the services.
        """
        self._pair = pair
        self._services = services
        self._redshift = services.redshift
        self._key = services.claimant.key(pair.account)

    def release(
        self,
        seen: Snapshot | None = None,
        *,
        written_by: str = "",
        is_current_pair: bool = False,
        keeps_retained: bool = False,
    ) -> None:
        """Release the share that this resource declared, for a Delete.

        Args:
            seen: The snapshot, if it was looked at just now.
            written_by: Leave a claim with another RequestId; empty = leave no claim.
            is_current_pair: Whether PhysicalResourceId names the pair. Then it was ours,
                even if somebody removed the tags.
            keeps_retained: Whether a retained claim is left.

        Raises:
            SnapshotShareError: If AWS refuses, or the stack cannot be deleting anything.
        """
        snapshot, ours = self._look_for_claim(seen)
        if snapshot is None:
            return
        if ours is None:
            is_stripped = snapshot.has_unclaimed_access(self._pair.account)
            if is_current_pair and is_stripped and self._is_removed_on_purpose():
                self._redshift.revoke(snapshot, self._pair)
            return
        if written_by not in ("", ours.request_id):
            return
        if keeps_retained and ours.retained:
            return
        state = current_request.check_deleting(
            self._services, self._pair, is_needed=ours.adopted or not written_by
        )
        takes_back = state is not None and state.takes_itself_back
        self._remove(snapshot, ours, takes_back=takes_back)

    def is_claimed(self) -> bool:
        """Tell whether this resource claims the pair.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        _, ours = self._look_for_claim(None)
        return ours is not None

    def release_leftover(
        self, seen: Snapshot | None, *, keeps_retained: bool = False
    ) -> None:
        """Release a pair of an Update whose result CloudFormation ignored.

        Args:
            seen: The snapshot, if it was looked at just now.
            keeps_retained: Whether to keep a retained claim.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        snapshot, ours = self._look_for_claim(seen)
        if snapshot is None or ours is None or (keeps_retained and ours.retained):
            return
        self._remove(snapshot, ours, takes_back=True)

    def withdraw(self, *, has_authorized: bool) -> None:
        """Remove the claim that this request wrote, and the access that it authorized.

        Args:
            has_authorized: Whether this run authorized the account.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        snapshot, ours = self._look_for_claim(None)
        if snapshot is None:
            return
        if ours is not None:
            if ours.request_id == self._services.claimant.request_id:
                self._remove(snapshot, ours, takes_back=True)
            return
        # The claim does not show, but it may be there.
        if has_authorized and not snapshot.is_claimed(
            self._pair.account, ignoring_claim=self._key
        ):
            self._redshift.revoke(snapshot, self._pair, ignoring_claim=self._key)
        self._redshift.remove_claim(snapshot, self._pair, self._key)

    def remove_idle_claim(self) -> None:
        """Remove the claim if the account has no access.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        settling = Settling(self._services)
        while (snapshot := self._redshift.look(self._pair)) is not None:
            if snapshot.is_shared_with(self._pair.account):
                return
            if settling.is_over():
                self._redshift.remove_claim(snapshot, self._pair, self._key)
                self._revoke_if_unclaimed()
                return
            settling.wait("the access did not show")

    def _is_removed_on_purpose(self) -> bool:
        state = self._services.stack.state()
        return is_going_forward(state.status) and not state.takes_itself_back

    def _look_for_claim(
        self, seen: Snapshot | None
    ) -> tuple[Snapshot | None, Claim | None]:
        """Look until our claim shows, or it is certain that it is gone."""
        settling = Settling(self._services)
        while True:
            snapshot = seen or self._redshift.look(self._pair)
            seen = None
            ours = snapshot and snapshot.claims(self._pair.account).get(self._key)
            if snapshot is None or ours or settling.is_over():
                return snapshot, ours or None
            settling.wait("the claim did not show")

    def _remove(self, snapshot: Snapshot, ours: Claim, *, takes_back: bool) -> None:
        account = self._pair.account
        # Access that was there before stays as it was if the stack is rolling back.
        if ours.adopted and takes_back:
            if not ours.retained:
                self._redshift.remove_claim(snapshot, self._pair, self._key)
            return
        if not snapshot.is_claimed(account, ignoring_claim=self._key):
            # Revoke even if no access shows, because it may show late. Redshift knows.
            self._redshift.revoke(snapshot, self._pair, ignoring_claim=self._key)
        self._redshift.remove_claim(snapshot, self._pair, self._key)
        self._revoke_if_unclaimed()

    def _revoke_if_unclaimed(self) -> None:
        """Look again: a Create may have authorized before our claim was removed."""
        settling = Settling(self._services)
        while (snapshot := self._redshift.look(self._pair)) is not None:
            account = self._pair.account
            is_unclaimed = snapshot.has_unclaimed_access(
                account, ignoring_claim=self._key
            )
            if not is_unclaimed and self._key not in snapshot.claims(account):
                return
            if settling.is_over():
                if snapshot.has_unclaimed_access(account):
                    self._redshift.revoke(snapshot, self._pair)
                return
            settling.wait("the revocation did not show")
