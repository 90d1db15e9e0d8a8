"""Create, Update and Delete: which pair each of them is about, and what is to be done."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from redshift_snapshot_share_handler.authorization import Authorization
from redshift_snapshot_share_handler.declared_share import (
    parse_declared_pair,
    parse_declared_share,
)
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.pair import (
    Pair,
    parse_pair,
    request_id_of_failed_create,
)
from redshift_snapshot_share_handler.request import LifecycleRequest
from redshift_snapshot_share_handler.revocation import Revocation
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.snapshot import Snapshot
from redshift_snapshot_share_handler.stack import is_rolling_back


class Outcome(NamedTuple):
    """What a SUCCESS says; no snapshot after a Delete."""

    physical_resource_id: str
    snapshot: Snapshot | None = None


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
                return self._establish(current=None)
            case "Update":
                return self._update()
            case _:
                return self._delete()

    def _update(self) -> Outcome:
        """Never revokes the pair that it replaces: CloudFormation sends a Delete for that."""
        current = parse_pair(self._request.physical_resource_id)
        new = self._pair_of(self._request.resource_properties)
        unanswered = self._pair_of(self._request.old_resource_properties)
        if unanswered is not None and unanswered not in (current, new):
            # An Update that was never answered made it; no Delete will come for it. First,
            # because what follows may fail for good: the old snapshot may be gone.
            self._revocation(unanswered).release()
        return self._establish(current)

    def _establish(self, current: Pair | None) -> Outcome:
        request = self._request
        share = parse_declared_share(request.resource_properties, request.stack)
        self._check_account(share.pair)
        snapshot = Authorization(
            share,
            self._services,
            is_update=self._is_update,
            is_named=share.pair == current,
        ).establish()
        return Outcome(str(share.pair), snapshot)

    def _check_account(self, pair: Pair) -> None:
        account = pair.account
        if not self._allowed_accounts or account in self._allowed_accounts:
            return
        # The list may have become shorter since. A rollback that goes back to access which
        # is there still gives nobody anything, and to fail it would leave the stack stuck.
        if self._is_update and is_rolling_back(self._services.stack.status()):
            snapshot, _ = self._services.redshift.look(pair)
            if snapshot is not None and snapshot.is_shared_with(account):
                return
        raise SnapshotShareError(Reason.ACCOUNT_NOT_ALLOWED, account=account)

    def _delete(self) -> Outcome:
        physical_resource_id = self._request.physical_resource_id
        named = parse_pair(physical_resource_id)
        declared = self._pair_of(self._request.resource_properties)
        # An id that is marked or made up by CloudFormation: the properties say the pair.
        pair = named or declared
        if pair is not None:
            self._revocation(pair).release(
                written_by=request_id_of_failed_create(physical_resource_id) or "",
                is_named=named is not None,
            )
        if declared not in (pair, None) and self._services.stack.is_being_deleted():
            # An Update that was never answered, nor reversed, made it.
            self._revocation(declared).release()
        return Outcome(physical_resource_id)

    @property
    def _is_update(self) -> bool:
        return self._request.request_type == "Update"

    def _pair_of(self, properties: Mapping[str, Any]) -> Pair | None:
        """Read the pair, also where another version of the handler wrote the rest."""
        try:
            return parse_declared_pair(properties, self._request.stack)
        except SnapshotShareError:
            # Properties that no Create or Update accepts have made nothing.
            return None

    def _revocation(self, pair: Pair) -> Revocation:
        return Revocation(pair, self._services)
