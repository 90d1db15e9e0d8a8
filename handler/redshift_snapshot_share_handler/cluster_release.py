"""Releases all that a declaration of a cluster's snapshots has claimed, or left behind."""

from collections.abc import Callable

from redshift_snapshot_share_handler import current_request
from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.declared_cluster import parse_declaration_id
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.releasing import Releasing
from redshift_snapshot_share_handler.request import LifecycleRequest
from redshift_snapshot_share_handler.services import Services


class NotOursError(Exception):
    """The claims are those of a declaration that may stand."""


class ClusterRelease:
    """The work of releasing the claims of declarations, by their digests.

    A claim's key has the digest, so the claims are found wherever they are: also if the
    cluster is gone, or the properties are another version's.
    """

    def __init__(self, request: LifecycleRequest, services: Services) -> None:
        """Name the request.

        Args:
            request: An Update or a Delete.
            services: The services; the claimant's digest does not matter.
        """
        self._request = request
        self._services = services

    def release_deleted(
        self, digest: str, *, written_by: str = "", is_idle: bool = False
    ) -> None:
        """Release the declaration that a Delete is for.

        Args:
            digest: The declaration's.
            written_by: Leave the claims of any other RequestId; empty = of none.
            is_idle: Whether there is hardly anything to be found.

        Raises:
            SnapshotShareError: If AWS refuses, or no Delete can be under way.
        """

        def is_due(_: Pair, claim: Claim) -> bool:
            return written_by in ("", claim.request_id)

        self._release(
            digest,
            is_due,
            lambda: self._check_deleting(is_needed=not written_by),
            is_thorough=not is_idle,
        )

    def release_leftovers(self, digest: str) -> None:
        """Release what an Update claimed that CloudFormation took no note of.

        A late duplicate of an older request releases nothing.

        Args:
            digest: The declaration's, which the request names beside its own.

        Raises:
            SnapshotShareError: If AWS refuses.
        """

        def takes_back() -> bool:
            if not self._is_certain_leftover(digest):
                raise NotOursError
            return True

        try:
            self._release(digest, lambda *_: True, takes_back, is_thorough=True)
        except NotOursError:
            return

    def _release(
        self,
        digest: str,
        is_due: Callable[[Pair, Claim], bool],
        takes_back: Callable[[], bool],
        *,
        is_thorough: bool,
    ) -> None:
        claimant = self._services.claimant._replace(digest=digest)
        releasing = Releasing(
            self._services._replace(claimant=claimant),
            look=self._services.redshift.find_manual,
            is_due=is_due,
            takes_back=takes_back,
        )
        releasing.release(is_thorough=is_thorough)
        for error in releasing.failures.lasting.values():
            raise error

    def _check_deleting(self, *, is_needed: bool) -> bool:
        """Check that a Delete can be under way; tell whether the stack undoes what it did."""
        state = current_request.check_deleting(
            self._services, self._request.physical_resource_id, is_needed=is_needed
        )
        return state is None or state.takes_itself_back

    def _is_certain_leftover(self, digest: str) -> bool:
        """Tell whether the resource does not live on with a declaration."""
        request, stack = self._request, self._services.stack
        if request.request_type == "Update":
            return current_request.is_current_update(request, stack)
        kept_id = current_request.find_kept_id(request, stack)
        if not kept_id:
            return kept_id is not None
        kept = parse_declaration_id(kept_id)
        return kept is not None and kept.digest != digest
