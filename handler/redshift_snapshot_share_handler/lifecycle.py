"""Create, Update and Delete: which pair each of them is about, and what is to be done."""

import logging
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from redshift_snapshot_share_handler.authorization import Authorization
from redshift_snapshot_share_handler.declared_share import (
    DeclaredShare,
    parse_declared_pair,
    parse_declared_share,
)
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError, try_each
from redshift_snapshot_share_handler.leftovers import Leftovers
from redshift_snapshot_share_handler.outcome import Outcome
from redshift_snapshot_share_handler.pair import (
    Pair,
    is_id_of_idle_create,
    parse_pair,
    request_id_of_failed_create,
)
from redshift_snapshot_share_handler.request import LifecycleRequest
from redshift_snapshot_share_handler.revocation import Revocation
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.snapshot import Snapshot

# With these, a Create that wrote nothing may be taken back without a look.
_CANNOT_LOOK = frozenset({Reason.NOT_AUTHORIZED, Reason.UNREACHABLE})

_LOG = logging.getLogger(__name__)


class Lifecycle:
    """The decisions for one request."""

    def __init__(
        self,
        request: LifecycleRequest,
        services: Services,
        allowed_accounts: Collection[str],
    ) -> None:
        """Name the request and what it may use.

        Args:
            request: What CloudFormation asks for.
            services: The services.
            allowed_accounts: The accounts that may be given access; empty = any.
        """
        self._request = request
        self._services = services
        self._allowed_accounts = allowed_accounts

    def handle(self) -> Outcome:
        """Do what the request asks for.

        Raises:
            SnapshotShareError: If that cannot be done.
        """
        match self._request.request_type:
            case "Create":
                return self._establish()
            case "Update":
                return self._update()
            case _:
                return self._delete()

    def _update(self) -> Outcome:
        """Never revokes the pair that it replaces: CloudFormation sends a Delete for that."""
        request = self._request
        current = parse_pair(request.physical_resource_id)
        new = self._pair_of(request.resource_properties)
        old = self._pair_of(request.old_resource_properties)
        leftovers = self._look_for_leftovers(current, new, old)
        seen = leftovers.look(new) if new else None
        # First, because what follows may fail for good.
        leftovers.release_on_update({pair for pair in (current, new) if pair})
        return self._establish(current, seen)

    def _establish(
        self, current: Pair | None = None, seen: Snapshot | None = None
    ) -> Outcome:
        is_update = self._request.request_type == "Update"
        share, problem = self._read_share()
        if problem and not is_update:
            raise problem
        snapshot = Authorization(
            share,
            self._services,
            is_update=is_update,
            current=current,
            problem=problem,
        ).establish(seen)
        return Outcome(str(share.pair), snapshot.fields if snapshot else {})

    def _read_share(self) -> tuple[DeclaredShare, SnapshotShareError | None]:
        """Read what is declared, and what keeps it from being shared anew.

        A stack goes back to a share all the same: it was made when the list of accounts
        was longer, or by another version.

        Raises:
            SnapshotShareError: If the properties do not even name a pair.
        """
        properties, stack = self._request.resource_properties, self._request.stack
        try:
            share = parse_declared_share(properties, stack)
        except SnapshotShareError as error:
            pair = parse_declared_pair(properties, stack)
            return DeclaredShare(pair, "", adopts_existing=False, wait_seconds=0), error
        account = share.pair.account
        if self._allowed_accounts and account not in self._allowed_accounts:
            return share, SnapshotShareError(
                Reason.ACCOUNT_NOT_ALLOWED, account=account
            )
        return share, None

    def _delete(self) -> Outcome:
        physical_resource_id = self._request.physical_resource_id
        try:
            self._release()
        except SnapshotShareError as error:
            if not (
                is_id_of_idle_create(physical_resource_id)
                and error.reason in _CANNOT_LOOK
            ):
                raise
            _LOG.info("there was nothing to undo", extra={"reason": str(error)})
        return Outcome(physical_resource_id)

    def _release(self) -> None:
        physical_resource_id = self._request.physical_resource_id
        named = parse_pair(physical_resource_id)
        declared = self._pair_of(self._request.resource_properties)
        # An id that is marked or made up by CloudFormation: the properties say the pair.
        pair = named or declared
        leftovers = self._look_for_leftovers(named, declared)
        if pair is None:
            return
        is_idle = is_id_of_idle_create(physical_resource_id)
        seen = leftovers.find(pair) if is_idle else leftovers.look(pair)
        if is_idle and seen is None:
            # Not even a claim of another delivery of that Create.
            return
        try_each(
            partial(self._release_pair, pair, named, seen),
            partial(leftovers.release_on_delete, pair),
        )

    def _release_pair(
        self, pair: Pair, named: Pair | None, seen: Snapshot | None
    ) -> None:
        if not self._is_successors(pair, named):
            create = request_id_of_failed_create(self._request.physical_resource_id)
            Revocation(pair, self._services).release(
                seen, written_by=create or "", is_current_pair=named is not None
            )

    def _is_successors(self, pair: Pair, named: Pair | None) -> bool:
        """Tell whether a Create that never responded was deployed again since.

        Its Delete has an invented id, and comes after its successor's Create, whose claim
        has the same key.
        """
        request = self._request
        if named or request_id_of_failed_create(request.physical_resource_id):
            return False
        resource = self._services.stack.find_resource(request.logical_resource_id)
        return (
            resource is not None
            and not resource.status.startswith("DELETE_")
            and parse_pair(resource.physical_resource_id) == pair
        )

    def _look_for_leftovers(self, *pairs: Pair | None) -> Leftovers:
        named = {pair for pair in pairs if pair}
        return Leftovers(self._request, self._services, named)

    def _pair_of(self, properties: Mapping[str, Any]) -> Pair | None:
        """Read the pair, also where another version of the handler wrote the rest."""
        try:
            return parse_declared_pair(properties, self._request.stack)
        except SnapshotShareError:
            # Properties that no Create or Update accepts have made nothing.
            return None
