"""Releases all that a declaration of a cluster's snapshots has claimed, or left behind."""

from collections.abc import Callable

from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.declared_cluster import parse_declaration_id
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.releasing import Releasing
from redshift_snapshot_share_handler.request import LifecycleRequest
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.settling import Settling
from redshift_snapshot_share_handler.stack import (
    REMOVING_EVERYTHING,
    REMOVING_SOME,
    UPDATING,
)


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
        self._stack = services.stack

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
        is_certain = (
            self._is_current_update
            if self._request.request_type == "Update"
            else self._is_dropped
        )

        def takes_back() -> bool:
            if not is_certain(digest):
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
        """Ask what the stack is doing; a late duplicate of a Delete must do nothing.

        An id that names the request which wrote the claims is no later one's: then it does
        not matter if CloudFormation does not say.

        Returns:
            Whether the stack undoes what it did.

        Raises:
            SnapshotShareError: If no Delete can be under way.
        """
        settling = Settling(self._services)
        while True:
            try:
                state = self._stack.state()
            except SnapshotShareError:
                if is_needed:
                    raise
                return True
            if state.status.endswith("_IN_PROGRESS") and state.status != (
                "CREATE_IN_PROGRESS"
            ):
                return state.takes_itself_back
            if settling.is_over():
                raise SnapshotShareError(
                    Reason.STACK_NOT_DELETING,
                    status=state.status,
                    pair=self._request.physical_resource_id,
                )
            settling.wait(f"the stack is {state.status}")

    def _is_current_update(self, _: str) -> bool:
        """Tell whether an Update is the one that CloudFormation waits for."""
        if self._stack.status() not in UPDATING:
            return False
        resource = self._stack.find_resource(self._request.logical_resource_id)
        return (
            resource is not None
            and resource.physical_resource_id == self._request.physical_resource_id
        )

    def _is_dropped(self, digest: str) -> bool:
        """Tell whether the resource of a Delete does not live on with a declaration."""
        status = self._stack.status()
        if status in REMOVING_EVERYTHING:
            return True
        if status not in REMOVING_SOME:
            return False
        resource = self._stack.find_resource(self._request.logical_resource_id)
        if resource is None:
            return True
        if resource.physical_resource_id == self._request.physical_resource_id:
            return resource.status.startswith("DELETE_")
        kept = parse_declaration_id(resource.physical_resource_id)
        return kept is not None and kept.digest != digest
