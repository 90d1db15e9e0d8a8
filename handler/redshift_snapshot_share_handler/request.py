"""A typed view of a lifecycle event, which is a request of CloudFormation."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError

_STACK_ID = re.compile(
    r"arn:(aws[a-z-]*):cloudformation:([a-z0-9-]+):([0-9]{12}):stack/([^/\s]+)/([^/\s]+)"
)
# The id becomes part of a tag, so characters that a tag cannot have are refused here.
_REQUEST_ID = re.compile(r"[\w.:/=+@-]{1,128}", re.ASCII)
_LOGICAL_RESOURCE_ID = re.compile(r"\S{1,255}")
_LONGEST_PHYSICAL_RESOURCE_ID = 1024

REQUEST_TYPES = ("Create", "Update", "Delete")


class StackId(NamedTuple):
    """The parts of a stack's ARN."""

    arn: str
    partition: str
    region: str
    account: str
    name: str


class LifecycleRequest(NamedTuple):
    """One request of CloudFormation for one custom resource.

    `physical_resource_id` is empty for a Create. `old_resource_properties` is empty except
    for an Update.
    """

    request_type: str
    request_id: str
    stack: StackId
    logical_resource_id: str
    physical_resource_id: str
    resource_properties: Mapping[str, Any]
    old_resource_properties: Mapping[str, Any]


def parse_stack_id(arn: str) -> StackId:
    """Take the ARN of a stack apart.

    Raises:
        SnapshotShareError: If it is not one.
    """
    match = _STACK_ID.fullmatch(arn)
    if match is None:
        raise _invalid(f"StackId is not the ARN of a stack: {arn[:80]!r}")
    partition, region, account, name, _ = match.groups()
    return StackId(arn, partition, region, account, name)


def parse_request(event: Mapping[str, Any]) -> LifecycleRequest:
    """Check an event.

    Raises:
        SnapshotShareError: If CloudFormation would not send such a request.
    """
    request_type = _string(event, "RequestType")
    if request_type not in REQUEST_TYPES:
        raise _invalid(
            f"RequestType is {request_type[:40]!r}, not one of {REQUEST_TYPES}"
        )
    is_create = request_type == "Create"
    return LifecycleRequest(
        request_type=request_type,
        request_id=_matching(event, "RequestId", _REQUEST_ID),
        stack=parse_stack_id(_string(event, "StackId")),
        logical_resource_id=_matching(event, "LogicalResourceId", _LOGICAL_RESOURCE_ID),
        physical_resource_id="" if is_create else _physical_resource_id(event),
        resource_properties=_object(event, "ResourceProperties"),
        old_resource_properties=(
            _object(event, "OldResourceProperties") if request_type == "Update" else {}
        ),
    )


def _physical_resource_id(event: Mapping[str, Any]) -> str:
    value = _string(event, "PhysicalResourceId")
    if len(value) > _LONGEST_PHYSICAL_RESOURCE_ID:
        limit = _LONGEST_PHYSICAL_RESOURCE_ID
        raise _invalid(
            f"PhysicalResourceId has {len(value)} characters, more than {limit}"
        )
    return value


def _matching(event: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = _string(event, name)
    if pattern.fullmatch(value) is None:
        raise _invalid(f"{name} is malformed: {value[:80]!r}")
    return value


def _string(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not value:
        raise _invalid(f"{name} is missing or not a string")
    return value


def _object(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = event.get(name)
    if not isinstance(value, dict):
        raise _invalid(f"{name} is missing or not an object")
    return value


def _invalid(problem: str) -> SnapshotShareError:
    return SnapshotShareError(Reason.INVALID_REQUEST, problem=problem)
