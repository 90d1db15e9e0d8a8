"""Adds stack events that ministack's CloudFormation does not have."""

from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import stacks


def register() -> None:
    """Report resources that an update removes or replaces, as AWS does."""
    stacks._delete_resource = _delete_resource  # noqa: SLF001 - there is no other way in


def _delete_resource(
    resource_type: str,
    physical_id: str,
    properties: dict[str, Any],
    stack_name: str,
    logical_id: str,
) -> None:
    stack = cloudformation._stacks.get(stack_name)  # noqa: SLF001 - no request to ask by
    # The deletion and the rollback of a whole stack are already reported.
    is_silent = stack is not None and not _is_told(stack["StackId"], physical_id)
    resource = (logical_id, resource_type)
    if is_silent:
        stacks._add_event(  # noqa: SLF001 - as above
            stack["StackId"],
            stack_name,
            *resource,
            "DELETE_IN_PROGRESS",
            physical_id=physical_id,
        )
    _delete(resource_type, physical_id, properties, stack_name, logical_id)
    if is_silent:
        stacks._add_event(  # noqa: SLF001 - as above
            stack["StackId"],
            stack_name,
            *resource,
            "DELETE_COMPLETE",
            physical_id=physical_id,
        )


def _is_told(stack_id: str, physical_id: str) -> bool:
    events = cloudformation._stack_events.get(stack_id, [])  # noqa: SLF001 - as above
    statuses = (
        event["ResourceStatus"]
        for event in reversed(events)
        if event["PhysicalResourceId"] == physical_id
    )
    return next(statuses, "") == "DELETE_IN_PROGRESS"


_delete = stacks._delete_resource  # noqa: SLF001 - as above
