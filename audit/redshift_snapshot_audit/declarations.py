"""Reads what the stacks of a Region declare. It reads each stack once, and only if needed."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from redshift_snapshot_audit.aws_error import describe_error
from redshift_snapshot_audit.declared_resource import (
    RESOURCE_TYPES,
    DeclaredResource,
)
from redshift_snapshot_share_handler.contract import CLUSTER_RESOURCE_TYPE

# Stacks that are deleted (CloudFormation lists them for 90 days), or have no resources yet.
_WITHOUT_RESOURCES = frozenset({"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"})
_GONE = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})


class Declarations:
    """The custom resources of this library in the stacks of a Region."""

    def __init__(self, cloudformation: Any) -> None:
        """Read nothing yet.

        Args:
            cloudformation: A boto3 client.
        """
        self._cloudformation = cloudformation
        self.is_read = False
        self._by_digits: dict[str, DeclaredResource] = {}
        self._by_snapshot: dict[str, list[DeclaredResource]] = {}
        self._labels: dict[str, str] = {}
        self._stack_names: set[str] = set()
        self._unreadable_stacks: dict[str, str] = {}
        self._refusal = ""

    def read(self) -> None:
        """Read all stacks, unless they have been read."""
        if self.is_read:
            return
        self.is_read = True
        try:
            for stack in self._pages("list_stacks", "StackSummaries"):
                if stack["StackStatus"] not in _WITHOUT_RESOURCES:
                    self._read_stack(stack)
        except (ClientError, BotoCoreError) as error:
            self._refusal = describe_error(error)

    @property
    def is_complete(self) -> bool:
        """Whether all stacks could be read."""
        return not self._refusal and not self._unreadable_stacks

    def unreadable(self) -> Iterator[str]:
        """List what could not be read, and why."""
        if self._refusal:
            yield f"the stacks could not be listed: {self._refusal}"
        for name, reason in self._unreadable_stacks.items():
            yield f"stack {name} could not be read: {reason}"

    def owner_of(self, digits: str) -> DeclaredResource | None:
        """Find the resource whose claims have these digits in their key."""
        self.read()
        return self._by_digits.get(digits)

    def of_snapshot(self, identifier: str) -> list[DeclaredResource]:
        """The resources that name a snapshot."""
        self.read()
        return self._by_snapshot.get(identifier, [])

    def snapshots(self) -> list[str]:
        """The snapshots that resources name."""
        self.read()
        return list(self._by_snapshot)

    def may_hide(self, label: str) -> bool:
        """Whether a resource may exist in a stack that could not be read."""
        return bool(self._refusal) or label.partition("/")[0] in self._unreadable_stacks

    def why_gone(self, label: str) -> str:
        """Explain why no resource has the claim whose text names this one."""
        if label.partition("/")[0] not in self._stack_names:
            return "that stack is gone"
        if label not in self._labels:
            return "that resource is gone"
        if self._labels[label] == CLUSTER_RESOURCE_TYPE:
            return "it declares something else now"
        return "that stack was made again"

    def _read_stack(self, stack: dict[str, Any]) -> None:
        self._stack_names.add(stack["StackName"])
        try:
            for summary in self._pages(
                "list_stack_resources",
                "StackResourceSummaries",
                StackName=stack["StackId"],
            ):
                is_ours = summary["ResourceType"] in RESOURCE_TYPES
                if is_ours and summary["ResourceStatus"] not in _GONE:
                    self._add(_resource(stack, summary))
        except ClientError as error:
            # A stack may be deleted after it was listed.
            if "does not exist" not in str(error):
                self._unreadable_stacks[stack["StackName"]] = describe_error(error)

    def _add(self, resource: DeclaredResource) -> None:
        self._labels[resource.label] = resource.resource_type
        self._by_digits[resource.digits] = resource
        if resource.pair is not None:
            self._by_snapshot.setdefault(resource.pair.snapshot_identifier, []).append(
                resource
            )

    def _pages(
        self, operation: str, key: str, **parameters: str
    ) -> Iterator[dict[str, Any]]:
        paginator = self._cloudformation.get_paginator(operation)
        for page in paginator.paginate(**parameters):
            yield from page.get(key, ())


def _resource(stack: dict[str, Any], summary: dict[str, Any]) -> DeclaredResource:
    is_stack_changing = stack["StackStatus"].endswith("_IN_PROGRESS")
    return DeclaredResource(
        stack_id=stack["StackId"],
        stack_name=stack["StackName"],
        logical_id=summary["LogicalResourceId"],
        resource_type=summary["ResourceType"],
        physical_id=summary.get("PhysicalResourceId", ""),
        # While the stack changes, each of its resources may change, even during the
        # cleanup.
        status=stack["StackStatus"] if is_stack_changing else summary["ResourceStatus"],
    )
