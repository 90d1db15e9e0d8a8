"""Releases a resource's claims on pairs that are not its own."""

from collections.abc import Collection, Iterator
from functools import partial

from redshift_snapshot_share_handler import current_request
from redshift_snapshot_share_handler.errors import try_each
from redshift_snapshot_share_handler.pair import Pair, parse_pair
from redshift_snapshot_share_handler.request import LifecycleRequest
from redshift_snapshot_share_handler.revocation import Revocation
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.snapshot import Snapshot


class Leftovers:
    """The claims of Updates whose result CloudFormation ignored.

    An Update may share a pair without CloudFormation noticing: it does not respond, or its
    replacement is refused, or skipped in a rollback. CloudFormation sends no Delete for
    such a pair. So each later request of the resource looks for claims on pairs that are
    not its own, and releases them. A late duplicate of an older request releases none.
    """

    def __init__(
        self, request: LifecycleRequest, services: Services, named: Collection[Pair]
    ) -> None:
        """Look for the resource's claims.

        Args:
            request: An Update or a Delete.
            services: The claimant, and the services.
            named: The pairs that the request names: only claims on their accounts, and
                others on the same snapshots, can be found.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        self._request = request
        self._services = services
        self._named = named
        claimant = services.claimant
        accounts = sorted({pair.account for pair in named})
        self._snapshots = (
            services.redshift.find_tagged(
                [claimant.key(account) for account in accounts], min(named)
            )
            if accounts
            else []
        )

    def find(self, pair: Pair) -> Snapshot | None:
        """Find a pair's snapshot among those that have a claim of this resource."""
        return next(
            (
                snapshot
                for snapshot in self._snapshots
                if snapshot.identifier == pair.snapshot_identifier
            ),
            None,
        )

    def look(self, pair: Pair) -> Snapshot | None:
        """Find a pair's snapshot, whether or not it has a claim of this resource.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        found = self.find(pair)
        if found is None:
            found = self._services.redshift.look(pair)
            self._snapshots += [found] if found else []
        return found

    def release_on_update(self, own: Collection[Pair]) -> None:
        """Release all claims except those on the resource's own pairs.

        Args:
            own: The pair that PhysicalResourceId names, and the pair that the request is
                sharing.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        leftovers = self._list_claimed(own)
        if leftovers and current_request.is_current_update(
            self._request, self._services.stack
        ):
            self._release(leftovers)

    def release_on_delete(self, deleted: Pair | None) -> None:
        """Release all claims except the one on the pair that the resource still has.

        Args:
            deleted: The pair of the Delete, which is already released.

        Raises:
            SnapshotShareError: If AWS refuses.
        """
        leftovers = self._list_claimed({deleted} if deleted else set())
        kept = self._find_kept() if leftovers else None
        if kept is not None:
            self._release(leftovers - kept)

    def _list_claimed(self, own: Collection[Pair]) -> set[Pair]:
        claimed = {pair for pair in self._read_claims() if pair not in own}
        # The filter may not yet find a claim that has just been written.
        return claimed | {
            pair
            for pair in self._named
            if pair not in own
            and pair not in claimed
            and Revocation(pair, self._services).is_claimed()
        }

    def _read_claims(self) -> Iterator[Pair]:
        for snapshot in self._snapshots:
            for tag in snapshot.tags:
                account = self._services.claimant.account_of(tag.get("Key", ""))
                if account:
                    yield Pair(snapshot.identifier, account)

    def _release(self, leftovers: Collection[Pair]) -> None:
        try_each(
            *(
                partial(
                    Revocation(pair, self._services).release_leftover,
                    self.find(pair),
                    # The request does not name access that was retained on purpose.
                    keeps_retained=pair not in self._named,
                )
                for pair in sorted(leftovers)
            )
        )

    def _find_kept(self) -> set[Pair] | None:
        """Find the pair that the resource keeps after a Delete; None if this is not certain."""
        kept_id = current_request.find_kept_id(self._request, self._services.stack)
        if not kept_id:
            return None if kept_id is None else set()
        kept = parse_pair(kept_id)
        return None if kept is None else {kept}
