"""Takes a share back: look, revoke, remove the claim, look again."""

from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.stack import (
    is_going_forward,
    is_rolling_back,
)


class Revocation:
    """The work of taking one resource's claim off one pair.

    The access is revoked before the claim goes, so that a crash at any point leaves the
    claim for the next delivery to see.
    """

    def __init__(self, pair: Pair, services: Services) -> None:
        """Name the work.

        Args:
            pair: The snapshot and the account.
            services: Whose claim goes, and the services.
        """
        self._pair = pair
        self._services = services

    def release(self, *, written_by: str = "", is_named: bool = False) -> None:
        """Give up the share that this resource declared.

        Args:
            written_by: Leave a claim of any other RequestId; empty = of none.
            is_named: Whether PhysicalResourceId names the pair: then it was ours even if
                somebody stripped the tags.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        self._release(written_by, is_named=is_named, is_withdrawn=False)

    def withdraw(self) -> None:
        """Take back the claim that this very request wrote, and what came with it.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        self._release(
            self._services.claimant.request_id, is_named=False, is_withdrawn=True
        )

    def remove_idle_claim(self) -> None:
        """Remove the claim if the account has no access that it could stand for.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        account = self._pair.account
        snapshot, _ = self._services.redshift.look(self._pair)
        if snapshot is not None and not snapshot.is_shared_with(account):
            key = self._services.claimant.key(account)
            self._services.redshift.remove_claim(snapshot, self._pair, key)

    def _release(self, written_by: str, *, is_named: bool, is_withdrawn: bool) -> None:
        account = self._pair.account
        snapshot, _ = self._services.redshift.look(self._pair)
        if snapshot is None:
            return
        key = self._services.claimant.key(account)
        ours = snapshot.claims(account).get(key)
        is_last = snapshot.has_unclaimed_access(account, ignoring_claim=key)
        if ours is None:
            if is_last and is_named and is_going_forward(self._services.stack.status()):
                self._services.redshift.revoke(snapshot, self._pair)
            return
        if written_by not in ("", ours.request_id):
            return
        # Access that was there before is left as it was when the stack takes itself back.
        is_left = ours.adopted and (
            is_withdrawn or is_rolling_back(self._services.stack.status())
        )
        if is_last and not is_left:
            self._services.redshift.revoke(snapshot, self._pair, ignoring_claim=key)
        self._services.redshift.remove_claim(snapshot, self._pair, key)
        if not is_left:
            self._revoke_if_unclaimed()

    def _revoke_if_unclaimed(self) -> None:
        """A Create may have gone by between our look and the end of our claim."""
        snapshot, _ = self._services.redshift.look(self._pair)
        if snapshot is not None and snapshot.has_unclaimed_access(self._pair.account):
            self._services.redshift.revoke(snapshot, self._pair)
