"""A stack's resources in the CloudFormation double, and what is sent about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from tests.lifecycle.request import InvalidAnswerError, Request
from tests.lifecycle.resource import (
    Declaration,
    Known,
    Physical,
    Resource,
    is_kept_when_replaced,
)

if TYPE_CHECKING:
    from tests.lifecycle.cloudformation import CloudFormation
    from tests.lifecycle.stack import Stack

ACCOUNT = "111111111111"
REGION = "us-east-1"

GREEN = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
_ROLLING_BACK = frozenset(
    {
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    }
)


class StackResources:
    """What a stack knows of its resources, and sends about them.

    Args:
        cloudformation: What it is part of.
        name: The stack's name.
        number: Makes its StackId its own.
    """

    def __init__(self, cloudformation: CloudFormation, name: str, number: int) -> None:
        self.name = name
        self.stack_id = (
            f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/"
            f"00000000-0000-4000-8000-{number:012x}"
        )
        self.status = "REVIEW_IN_PROGRESS"
        self.resources: dict[str, Resource] = {}
        self.requests: list[Request] = []
        self.operations = 0
        #: The operations by DescribeStacks' names, oldest first.
        self.history: list[str] = []
        #: What is remembered of a replacement that is refused because rollback is disabled,
        #: with the old id: `new` or `old` properties. Default: none is refused.
        self.refused_remembers = ""
        #: What responses named, and CloudFormation did not take note of.
        self.unnoticed: list[Physical] = []
        self.cloudformation = cloudformation
        self._keeps_failures = False
        # What a rollback brings back; None for what it deletes.
        self._before: dict[str, Resource | None] = {}
        self._replaced: list[tuple[Physical, bool]] = []
        # By logical id: no longer among the resources, and not deleted yet.
        self._going: dict[str, Known] = {}

    def __repr__(self) -> str:
        return f"{self.name}#{self.stack_id[-2:]}"

    @property
    def _itself(self) -> Stack:
        """The stack, which this class is a part of."""
        return cast("Stack", self)

    @property
    def is_green(self) -> bool:
        return self.status in GREEN

    @property
    def is_rolling_back(self) -> bool:
        return self.status in _ROLLING_BACK or (
            self.status == "DELETE_IN_PROGRESS" and self.history[-1] == "ROLLBACK"
        )

    def restorable(self) -> list[Resource]:
        """What a rollback, of this operation or of the last, would bring back."""
        if self.is_green or "CLEANUP" in self.status or "DELETE" in self.status:
            return []
        return [before for before in self._before.values() if before is not None]

    def leftovers(self) -> list[Physical]:
        """What is still to be deleted besides the resources."""
        return [old for old, _ in self._replaced]

    def take_answer(self, request: Request) -> None:
        """Note what an answer says of the resource."""
        answer, resource = request.answer, self.resources.get(request.logical_id)
        assert answer is not None
        if resource is None:
            if request.kind == "Delete" and request.has_succeeded:
                self._forget(request)
            return
        if request.kind == "Delete":
            if request.has_succeeded and resource.status == "DELETE_IN_PROGRESS":
                resource.status = "DELETE_COMPLETE"
            return
        physical_id = answer["PhysicalResourceId"]
        if not request.has_succeeded:
            resource.status = f"{request.kind.upper()}_FAILED"
            resource.physical_id = physical_id
            return
        self.unnoticed = [
            physical
            for physical in self.unnoticed
            if physical.logical_id != request.logical_id
        ]
        if request.kind == "Update" and physical_id != resource.physical_id:
            if self._refuses_replacement:
                self._refuse_replacement(request, resource, physical_id)
                return
            old = Physical(
                resource.logical_id,
                resource.physical_id,
                request.event["OldResourceProperties"],
            )
            is_kept = resource.is_retained and is_kept_when_replaced(old.properties)
            self._replaced.append((old, is_kept))
        resource.status = f"{request.kind.upper()}_COMPLETE"
        resource.physical_id = physical_id
        resource.attributes = answer.get("Data", {})

    @property
    def _refuses_replacement(self) -> bool:
        return bool(self.refused_remembers) and (
            self._keeps_failures and self.status == "UPDATE_IN_PROGRESS"
        )

    def _refuse_replacement(
        self, request: Request, resource: Resource, physical_id: str
    ) -> None:
        """Let the Update fail, though the function has responded with SUCCESS."""
        properties = request.event["ResourceProperties"]
        self.unnoticed.append(Physical(resource.logical_id, physical_id, properties))
        resource.status = "UPDATE_FAILED"
        request.is_refused = True
        if self.refused_remembers == "old":
            resource.properties = _declared(request.event["OldResourceProperties"])

    def _forget(self, request: Request) -> None:
        going = self._going.get(request.logical_id)
        deleted = request.event["PhysicalResourceId"]
        if going is not None and going.physical_id in {"", deleted}:
            del self._going[request.logical_id]

    def get_att(self, logical_id: str, name: str) -> str:
        """What Fn::GetAtt gives.

        Raises:
            InvalidAnswerError: If the answer did not have it.
        """
        attributes = self.resources[logical_id].attributes
        if name not in attributes:
            raise InvalidAnswerError(f"Vendor response doesn't contain {name}")
        return attributes[name]

    def known_resource(self, logical_id: str) -> Known | None:
        """A resource as CloudFormation knows it now; None if it is gone."""
        resource = self.resources.get(logical_id)
        if resource is None:
            return self._going.get(logical_id)
        if resource.status == "DELETE_COMPLETE":
            return None
        return Known(resource.physical_id, resource.status)

    def _physical(self, resource: Resource) -> Physical:
        invented = f"{self.name}-{resource.logical_id}-1ABCDEFGHIJKL"
        return Physical(
            resource.logical_id, resource.physical_id or invented, resource.properties
        )

    def _is_current(self, physical: Physical) -> bool:
        resource = self.resources.get(physical.logical_id)
        return (
            resource is not None
            and physical.physical_id == self._physical(resource).physical_id
        )

    def _remove(self, resource: Resource) -> None:
        """Take a resource out of the stack; its Delete is still to be sent."""
        del self.resources[resource.logical_id]
        self._going[resource.logical_id] = Known(
            resource.physical_id, "DELETE_IN_PROGRESS"
        )

    def _cancel(self, requests: list[Request]) -> None:
        for request in requests:
            if not request.is_over:
                request.has_expired = True
                self.resources[
                    request.logical_id
                ].status = f"{request.kind.upper()}_FAILED"

    def _send_change(self, logical_id: str, declaration: Declaration) -> Request:
        resource = self.resources.get(logical_id)
        if resource is not None and resource.status != "CREATE_FAILED":
            self._before.setdefault(
                logical_id,
                Resource(**{**vars(resource), "attributes": {}}),
            )
            return self._send_update(resource, declaration)
        if resource is not None:
            # Rollback was disabled: the failed one goes after its successor has come.
            self._replaced.append((self._physical(resource), False))
        self._before.setdefault(logical_id, None)
        self.resources[logical_id] = Resource(
            logical_id, declaration.properties, declaration.is_retained
        )
        return self._send("Create", logical_id, declaration.properties)

    def _send_update(self, resource: Resource, declaration: Declaration) -> Request:
        old, resource.properties = resource.properties, declaration.properties
        resource.is_retained = declaration.is_retained
        resource.status = "UPDATE_IN_PROGRESS"
        return self._send(
            "Update",
            resource.logical_id,
            declaration.properties,
            PhysicalResourceId=resource.physical_id,
            OldResourceProperties=old,
        )

    def _send_delete(self, victim: Physical) -> Request:
        return self._send(
            "Delete",
            victim.logical_id,
            victim.properties,
            PhysicalResourceId=victim.physical_id,
        )

    def _send(
        self,
        kind: str,
        logical_id: str,
        properties: Mapping[str, Any],
        **more: Any,
    ) -> Request:
        number = next(self.cloudformation.numbers)
        if "OldResourceProperties" in more:
            more["OldResourceProperties"] = _sent(more["OldResourceProperties"])
        event = {
            "RequestType": kind,
            "ResponseURL": f"https://cloudformation-custom-resource-response.test/{number}",
            "StackId": self.stack_id,
            "RequestId": f"00000000-0000-4000-9000-{number:012x}",
            "ResourceType": "Custom::RedshiftSnapshotShare",
            "LogicalResourceId": logical_id,
            "ResourceProperties": _sent(properties),
            **more,
        }
        request = Request(self._itself, event, self.operations)
        self.requests.append(request)
        self.cloudformation.register(request)
        return request


def _sent(properties: Mapping[str, Any]) -> dict[str, Any]:
    token = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:share"
    return {"ServiceToken": token, "ServiceTimeout": "960", **properties}


def _declared(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What a template declares of the properties that were sent."""
    return {name: sent[name] for name in sent if not name.startswith("Service")}
