"""Resources: as a template declares them, and as CloudFormation knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Declaration:
    """A resource in a template; `is_retained` is RetainExceptOnCreate."""

    properties: Mapping[str, Any]
    is_retained: bool = False


def is_kept_when_replaced(properties: Mapping[str, Any]) -> bool:
    """Whether RETAIN is UpdateReplacePolicy too; not for what shares a whole cluster."""
    return "ClusterIdentifier" not in properties


Template = Mapping[str, Declaration]


@dataclass(eq=False)
class Resource:
    """A resource of a stack, as CloudFormation knows it.

    `physical_id` is empty while no answer has named it; `properties` are the last that were
    sent.
    """

    logical_id: str
    properties: Mapping[str, Any]
    is_retained: bool
    physical_id: str = ""
    status: str = "CREATE_IN_PROGRESS"
    attributes: Mapping[str, str] = field(default_factory=dict)


class Known(NamedTuple):
    """What DescribeStackResource tells; `physical_id` is empty until a response names it."""

    physical_id: str
    status: str


@dataclass(frozen=True)
class Physical:
    """Something that a Delete is, or was, to be sent for."""

    logical_id: str
    physical_id: str
    properties: Mapping[str, Any]
