"""Whether a request is the one that CloudFormation waits for, or a late duplicate."""

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.request import LifecycleRequest
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.settling import Settling
from redshift_snapshot_share_handler.stack import (
    REMOVING_EVERYTHING,
    REMOVING_SOME,
    UPDATING,
    Stack,
    StackState,
)


def check_deleting(
    services: Services, deleted: object, *, is_needed: bool
) -> StackState | None:
    """Ask for the stack's status, because a late duplicate of a Delete must do nothing.

    If the id names the request that wrote a claim, the claim belongs to no later request.
    Then the status is not needed.

    Args:
        services: The stack, and the clock.
        deleted: What the Delete is for. The message names it.
        is_needed: Whether the status is needed.

    Returns:
        What the stack is doing; None if CloudFormation does not say and it is not needed.

    Raises:
        SnapshotShareError: If CloudFormation refuses, or the stack cannot be deleting
            anything.
    """
    settling = Settling(services)
    while True:
        try:
            state = services.stack.state()
        except SnapshotShareError:
            if is_needed:
                raise
            return None
        if state.status.endswith("_IN_PROGRESS") and state.status != (
            "CREATE_IN_PROGRESS"
        ):
            return state
        if settling.is_over():
            raise SnapshotShareError(
                Reason.STACK_NOT_DELETING, status=state.status, pair=deleted
            )
        settling.wait(f"the stack is {state.status}")


def is_current_update(request: LifecycleRequest, stack: Stack) -> bool:
    """Tell whether an Update is the one that CloudFormation waits for.

    Raises:
        SnapshotShareError: If CloudFormation refuses.
    """
    if stack.status() not in UPDATING:
        return False
    resource = stack.find_resource(request.logical_resource_id)
    return (
        resource is not None
        and resource.physical_resource_id == request.physical_resource_id
    )


def find_kept_id(request: LifecycleRequest, stack: Stack) -> str | None:
    """Find the PhysicalResourceId that the resource keeps after a Delete.

    Returns:
        The id; empty if the resource goes; None if this is not certain.

    Raises:
        SnapshotShareError: If CloudFormation refuses.
    """
    status = stack.status()
    if status in REMOVING_EVERYTHING:
        return ""
    if status not in REMOVING_SOME:
        return None
    resource = stack.find_resource(request.logical_resource_id)
    if resource is None:
        return ""
    if resource.physical_resource_id == request.physical_resource_id:
        return "" if resource.status.startswith("DELETE_") else None
    return resource.physical_resource_id
