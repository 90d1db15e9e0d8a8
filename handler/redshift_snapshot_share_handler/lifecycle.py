"""Decides which pair a Create, Update or Delete is about, and what to do."""

import logging
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from redshift_snapshot_share_handler.authorization import Authorization
from redshift_snapshot_share_handler.contract import Property, RemovalPolicyValue
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

# For these reasons, a Create that wrote nothing may be undone without a look.
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
        """Set the request, and what it may use.

        Args:
            request: What CloudFormation asks for.
            services: The services.
            allowed_accounts: The accounts that may get access; empty = any.
        """
        self._request = request
        self._services = services
        self._allowed_accounts = allowed_accounts

    def handle(self) -> Outcome:
        """Do what the request asks for.

        Raises:
            SnapshotShareError: If it cannot be done.
        """
        match self._request.request_type:
            case "Create":
                return self._establish()
            case "Update":
                return self._update()
            case _:
                return self._delete()

    def _update(self) -> Outcome:
        """Share the new pair. CloudFormation sends a Delete for the old one."""
        request = self._request
        current = parse_pair(request.physical_resource_id)
        new = self._pair_of(request.resource_properties)
        old = self._pair_of(request.old_resource_properties)
        leftovers = self._look_for_leftovers(current, new, old)
        seen = leftovers.look(new) if new else None
        # Done first, because the next step may fail permanently.
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
        """Read the declared share, and what prevents sharing it.

        A stack can roll back to such a share all the same, because it was created with
        another list of accounts, or by another version.

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
        # If the id is marked, or made up by CloudFormation, the properties name the pair.
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
            policy = self._request.resource_properties.get(Property.REMOVAL_POLICY)
            # A retained claim cannot be that of a Create that declares no RETAIN.
            is_retained = policy == RemovalPolicyValue.RETAIN
            Revocation(pair, self._services).release(
                seen,
                written_by=create or "",
                is_current_pair=named is not None,
                keeps_retained=named is None and create is None and not is_retained,
            )

    def _is_successors(self, pair: Pair, named: Pair | None) -> bool:
        """Tell whether a Create that never responded has been deployed again.

        Its Delete has a made-up id, and is sent after the second Create, whose claim has
        the same key.
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
        """Read the pair, even if another version wrote the other properties."""
        try:
            return parse_declared_pair(properties, self._request.stack)
        except SnapshotShareError:
            # No Create or Update has shared a pair with such properties.
            return None
