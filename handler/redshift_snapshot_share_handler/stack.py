"""Asks CloudFormation for the status of the stack that sent the request."""

from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from redshift_snapshot_share_handler.errors import code_of, translate
from redshift_snapshot_share_handler.retry import Retry

# CloudFormation sends each kind of request only in these statuses.
CREATING = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"})
UPDATING = frozenset({"UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"})
# The whole stack is being deleted, with every resource.
REMOVING_EVERYTHING = frozenset({"DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"})
# Some resources, or their earlier states, are being deleted.
REMOVING_SOME = frozenset(
    {
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
    }
)


class StackState(NamedTuple):
    """A stack as DescribeStacks describes it.

    Attributes:
        status: Its StackStatus.
        operations: The types of its LastOperations; empty if CloudFormation does not return
            them.
    """

    status: str
    operations: tuple[str, ...] = ()

    @property
    def takes_itself_back(self) -> bool:
        """Whether the stack is rolling back, and nobody deleted it on purpose."""
        if self.status == "DELETE_IN_PROGRESS":
            # This includes a first deployment with OnFailure DELETE, because nobody called
            # DeleteStack.
            return bool(self.operations) and "DELETE_STACK" not in self.operations
        return is_rolling_back(self.status)


class StackResource(NamedTuple):
    """A resource as DescribeStackResource describes it."""

    physical_resource_id: str
    status: str


class Stack:
    """The stack that the custom resource belongs to."""

    def __init__(self, cloudformation: Any, retry: Retry, stack_id: str) -> None:
        """Set the stack.

        Args:
            cloudformation: A botocore client.
            retry: The patience for each call.
            stack_id: The ARN of the stack.
        """
        self._cloudformation = cloudformation
        self._retry = retry
        self._stack_id = stack_id

    def state(self) -> StackState:
        """The stack's state now (DescribeStacks).

        Raises:
            SnapshotShareError: If CloudFormation refuses.
        """
        try:
            answer = self._retry.call(
                self._cloudformation.describe_stacks, StackName=self._stack_id
            )
        except (ClientError, BotoCoreError) as error:
            raise translate(error, {}) from error
        stack = answer["Stacks"][0]
        return StackState(
            status=str(stack["StackStatus"]),
            operations=tuple(
                str(operation.get("OperationType", ""))
                for operation in stack.get("LastOperations") or ()
            ),
        )

    def status(self) -> str:
        """The stack's status now (DescribeStacks).

        Raises:
            SnapshotShareError: If CloudFormation refuses.
        """
        return self.state().status

    def find_resource(self, logical_resource_id: str) -> StackResource | None:
        """Describe a resource (DescribeStackResource).

        Returns:
            The resource as it is now; None if the stack no longer has it.

        Raises:
            SnapshotShareError: If CloudFormation refuses.
        """
        try:
            answer = self._retry.call(
                self._cloudformation.describe_stack_resource,
                StackName=self._stack_id,
                LogicalResourceId=logical_resource_id,
            )
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and code_of(error) == "ValidationError":
                return None
            raise translate(error, {}) from error
        detail = answer["StackResourceDetail"]
        return StackResource(
            physical_resource_id=str(detail.get("PhysicalResourceId") or ""),
            status=str(detail.get("ResourceStatus") or ""),
        )


def is_rolling_back(status: str) -> bool:
    """Tell whether a status means that the stack is rolling back, or has rolled back."""
    return "ROLLBACK" in status


def is_going_forward(status: str) -> bool:
    """Tell whether a status means an operation that is not a rollback."""
    return status.endswith("_IN_PROGRESS") and not is_rolling_back(status)
