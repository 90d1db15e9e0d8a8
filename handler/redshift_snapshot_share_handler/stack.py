"""Asks CloudFormation what the own stack is doing."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from redshift_snapshot_share_handler.errors import translate
from redshift_snapshot_share_handler.retry import Retry

# A Create is sent in these only; one that runs in any other was overtaken.
CREATING = frozenset({"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"})
# An Update is sent in these only: forward, or reversed while the stack rolls back.
UPDATING = frozenset({"UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"})


class Stack:
    """The stack that the custom resource belongs to."""

    def __init__(self, cloudformation: Any, retry: Retry, stack_id: str) -> None:
        """Name the stack.

        Args:
            cloudformation: A botocore client.
            retry: The patience for each call.
            stack_id: The ARN of the stack.
        """
        self._cloudformation = cloudformation
        self._retry = retry
        self._stack_id = stack_id

    def status(self) -> str:
        """The stack's status now (DescribeStacks).

        Raises:
            SnapshotShareError: If CloudFormation refuses.
        """
        try:
            answer = self._retry.call(
                self._cloudformation.describe_stacks, StackName=self._stack_id
            )
        except (ClientError, BotoCoreError) as error:
            raise translate(error, {}) from error
        return str(answer["Stacks"][0]["StackStatus"])

    def is_being_deleted(self) -> bool:
        """Whether all of the stack goes.

        Raises:
            SnapshotShareError: If CloudFormation refuses.
        """
        return self.status() == "DELETE_IN_PROGRESS"


def is_rolling_back(status: str) -> bool:
    """Whether a status means that the stack takes, or took, back what it did."""
    return "ROLLBACK" in status


def is_going_forward(status: str) -> bool:
    """Whether a status means an operation that is not a rollback."""
    return status.endswith("_IN_PROGRESS") and not is_rolling_back(status)
