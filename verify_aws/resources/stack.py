"""CloudFormation stacks, which may be in the middle of an operation."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from verify_aws.connection import Connection
from verify_aws.failure import code_of, message_of
from verify_aws.label import PREFIX
from verify_aws.resources.kind import Found, as_dictionary
from verify_aws.waiting import wait_until

_MINUTES = 40
# A stack may be deleted in the middle of these.
_DELETABLE = frozenset({"CREATE_IN_PROGRESS", "REVIEW_IN_PROGRESS"})


class _Stack:
    noun = "stack"

    def find(self, connection: Connection) -> Iterator[Found]:
        cloudformation = connection.client("cloudformation")
        for page in cloudformation.get_paginator("describe_stacks").paginate():
            for stack in page["Stacks"]:
                name = stack["StackName"]
                if name.startswith(PREFIX) and "ParentId" not in stack:
                    yield Found(name, name, as_dictionary(stack.get("Tags") or []))

    def remove(self, connection: Connection, identifier: str) -> None:
        cloudformation = connection.client("cloudformation")
        wait_until(
            connection,
            lambda: _try_to_remove(cloudformation, identifier),
            f"removing stack {identifier}",
            minutes=_MINUTES,
        )


def _try_to_remove(cloudformation: Any, name: str) -> bool:
    status = status_of(cloudformation, name)
    if status is None:
        return True
    if status == "DELETE_FAILED":
        # A resource does not go. Whatever it is, its name is the run's.
        cloudformation.delete_stack(StackName=name, DeletionMode="FORCE_DELETE_STACK")
    elif not status.endswith("_IN_PROGRESS") or status in _DELETABLE:
        cloudformation.delete_stack(StackName=name)
    return False


def status_of(cloudformation: Any, name: str) -> str | None:
    """Look at a stack.

    Returns:
        Its status; none if there is no such stack.
    """
    try:
        [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if code_of(error) == "ValidationError" and "does not exist" in message_of(
            error
        ):
            return None
        raise
    return str(stack["StackStatus"])


STACK = _Stack()
