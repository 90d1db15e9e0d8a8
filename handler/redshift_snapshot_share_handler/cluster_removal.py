"""Delete: which declaration it is for, and what else its resource has left behind."""

import logging

from redshift_snapshot_share_handler.cluster_release import ClusterRelease
from redshift_snapshot_share_handler.declared_cluster import (
    DeclarationId,
    digest_of,
    parse_declaration_id,
)
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError, try_each
from redshift_snapshot_share_handler.pair import (
    is_id_of_idle_create,
    request_id_of_failed_create,
)
from redshift_snapshot_share_handler.request import LifecycleRequest
from redshift_snapshot_share_handler.services import Services

# With these, a Create that wrote nothing may be taken back without a look.
_CANNOT_LOOK = frozenset({Reason.NOT_AUTHORIZED, Reason.UNREACHABLE})

_LOG = logging.getLogger(__name__)


def remove(request: LifecycleRequest, services: Services) -> None:
    """Release what a Delete is for.

    Args:
        request: The Delete.
        services: The services.

    Raises:
        SnapshotShareError: If AWS refuses, or no Delete can be under way.
    """
    try:
        _release(request, services)
    except SnapshotShareError as error:
        is_idle = is_id_of_idle_create(request.physical_resource_id)
        if not is_idle or error.reason not in _CANNOT_LOOK:
            raise
        _LOG.info("there was nothing to undo", extra={"reason": str(error)})


def _release(request: LifecycleRequest, services: Services) -> None:
    physical_resource_id = request.physical_resource_id
    named = parse_declaration_id(physical_resource_id)
    declared = digest_of(request.resource_properties)
    # An id that is marked or made up by CloudFormation: the properties say what it was.
    deleted = named.digest if named else declared
    release = ClusterRelease(request, services)

    def release_deleted() -> None:
        if not _is_successors(declared, named, request, services):
            release.release_deleted(
                deleted,
                written_by=request_id_of_failed_create(physical_resource_id) or "",
                is_idle=is_id_of_idle_create(physical_resource_id),
            )

    def release_leftovers() -> None:
        if declared != deleted:
            release.release_leftovers(declared)

    try_each(release_deleted, release_leftovers)


def _is_successors(
    digest: str,
    named: DeclarationId | None,
    request: LifecycleRequest,
    services: Services,
) -> bool:
    """Tell whether a Create that never responded was deployed again since.

    Its Delete has an invented id, and comes after its successor's Create, whose claims
    have the same keys.
    """
    if named or request_id_of_failed_create(request.physical_resource_id):
        return False
    resource = services.stack.find_resource(request.logical_resource_id)
    if resource is None or resource.status.startswith("DELETE_"):
        return False
    successor = parse_declaration_id(resource.physical_resource_id)
    return successor is not None and successor.digest == digest
