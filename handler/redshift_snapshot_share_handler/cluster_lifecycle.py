"""Create, Update and Delete of a declaration of a cluster's snapshots."""

import logging
from collections.abc import Collection, Sequence
from typing import NamedTuple

from redshift_snapshot_share_handler import metric
from redshift_snapshot_share_handler.cluster_release import ClusterRelease
from redshift_snapshot_share_handler.cluster_removal import remove
from redshift_snapshot_share_handler.cluster_run import ClusterRun
from redshift_snapshot_share_handler.declared_cluster import (
    DeclarationId,
    DeclaredCluster,
    digest_of,
    parse_declaration_id,
    parse_declared_cluster,
    parse_declared_id,
)
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.operation import Operation
from redshift_snapshot_share_handler.request import LifecycleRequest
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.sharing import UnwantedError
from redshift_snapshot_share_handler.standing import is_declared

# So that the reason fits the response.
_LONGEST_TEXT = 800

_LOG = logging.getLogger(__name__)


class ClusterOutcome(NamedTuple):
    """What a SUCCESS says.

    Attributes:
        physical_resource_id: The declaration; for a Delete, the id that it came with.
        shared: The snapshots that are shared, newest first; None after a Delete, which has
            no attributes.
    """

    physical_resource_id: str
    shared: Sequence[str] | None = None


class ClusterLifecycle:
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
        self._named = parse_declaration_id(request.physical_resource_id)

    def handle(self) -> ClusterOutcome:
        """Do what the request asks for.

        Raises:
            SnapshotShareError: If that cannot be done.
        """
        match self._request.request_type:
            case "Create":
                declared = parse_declared_id(self._request.resource_properties)
                return self._establish(self._operation(declared))
            case "Update":
                return self._update()
            case _:
                remove(self._request, self._services)
                return ClusterOutcome(self._request.physical_resource_id)

    def _update(self) -> ClusterOutcome:
        """Never releases what it replaces: CloudFormation sends a Delete for that."""
        request = self._request
        declared = parse_declared_id(request.resource_properties)
        old = digest_of(request.old_resource_properties)
        if old not in (declared.digest, self._named.digest if self._named else ""):
            # First, because what follows may fail for good.
            ClusterRelease(request, self._services).release_leftovers(old)
        operation = self._operation(declared)
        if operation.goes_back():
            return self._go_back(declared, operation)
        return self._establish(operation)

    def _go_back(self, declared: DeclarationId, operation: Operation) -> ClusterOutcome:
        """Leave things as they are: the stack goes back to a declaration that has its claims.

        Nobody is given anything, as this may be a late Update of the other direction. The
        next run puts right what has changed meanwhile.
        """
        request = self._request
        try:
            cluster = parse_declared_cluster(request.resource_properties, request.stack)
        except SnapshotShareError:
            # Another version's, all the same.
            return ClusterOutcome(str(declared), ())
        run = self._run(cluster, operation)
        run.look()
        return ClusterOutcome(str(declared), run.report.shared or ())

    def _establish(self, operation: Operation) -> ClusterOutcome:
        request = self._request
        declared = parse_declared_cluster(request.resource_properties, request.stack)
        for account in declared.accounts:
            if self._allowed_accounts and account not in self._allowed_accounts:
                raise SnapshotShareError(Reason.ACCOUNT_NOT_ALLOWED, account=account)
        operation.begin()
        run = self._run(declared, operation)
        report = run.report
        try:
            run.share(asks_first=False)
            if report.failed:
                raise self._explain(declared, run)
        except UnwantedError:
            self._take_back(run, declared.id)
            raise SnapshotShareError(
                Reason.STACK_NOT_GOING_FORWARD, status=operation.ask().status
            ) from None
        except SnapshotShareError as error:
            if not report.failed:
                report.failed[declared.id.cluster_identifier] = error
            self._take_back(run, declared.id)
            raise
        else:
            self._copy(run)
        finally:
            metric.publish(report, self._services.claimant)
        if not report.shared:
            _LOG.warning(
                "cluster %s has no snapshot to share: it has none that match, or there is "
                "no such cluster",
                declared.id.cluster_identifier,
            )
        return ClusterOutcome(str(declared.id), report.shared or ())

    def _explain(
        self, declared: DeclaredCluster, run: ClusterRun
    ) -> SnapshotShareError:
        failed = run.report.failed
        return SnapshotShareError(
            Reason.SOME_NOT_SHARED,
            failed=len(failed),
            count=run.count_pairs(),
            cluster=declared.id.cluster_identifier,
            text=str(next(iter(failed.values())))[:_LONGEST_TEXT],
        )

    def _copy(self, run: ClusterRun) -> None:
        """Begin with a copy; if that fails, the runs to come are going to say so too."""
        try:
            run.copy_automated()
        except (SnapshotShareError, UnwantedError) as error:
            _LOG.warning("nothing was copied", extra={"reason": str(error)})

    def _take_back(self, run: ClusterRun, declared: DeclarationId) -> None:
        """Undo what this request did, as far as that can be done now.

        Unless another delivery of the same request has succeeded: the claims are its own.
        If it cannot be done, the next request of the resource does it.
        """
        try:
            if not self._is_declared(declared):
                run.withdraw()
        except SnapshotShareError as error:
            _LOG.warning("not all was taken back", extra={"reason": str(error)})

    def _is_declared(self, declared: DeclarationId) -> bool:
        name = self._request.logical_resource_id
        return is_declared(self._services.stack, name, declared)

    def _operation(self, declared: DeclarationId) -> Operation:
        return Operation(
            self._services.stack,
            is_update=self._request.request_type == "Update",
            is_current_pair=self._named == declared,
        )

    def _run(self, declared: DeclaredCluster, operation: Operation) -> ClusterRun:
        claimant = self._services.claimant._replace(digest=declared.id.digest)
        return ClusterRun(
            declared,
            self._services._replace(claimant=claimant),
            self._allowed_accounts,
            is_wanted=lambda: operation.ask().is_wanted,
            # Also if this request was delivered again: runs may have claimed since.
            takes_older_claims=lambda: self._is_declared(declared.id),
            waits_for_cluster=True,
        )
