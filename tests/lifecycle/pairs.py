"""Pairs of a snapshot and an account, and who owns them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.lifecycle.request import Request
    from tests.lifecycle.stack import Stack

#: A stack and a logical id.
Owner = tuple["Stack", str]


class Pair(NamedTuple):
    """A snapshot and an account that may, or may not, restore it."""

    snapshot: str
    account: str

    def __str__(self) -> str:
        return f"{self.snapshot}/{self.account}"


def pair_of(properties: Any) -> Pair:
    """The pair that properties declare."""
    return Pair(
        properties["SnapshotIdentifier"], properties["AccountWithRestoreAccess"]
    )


def pair_of_id(physical_id: str) -> Pair | None:
    """The pair that a PhysicalResourceId names; None if it names none."""
    snapshot, slash, account = physical_id.partition("/")
    return Pair(snapshot, account) if slash else None


def pair_of_call(parameters: dict[str, Any]) -> Pair:
    """The pair that a call of Redshift is about."""
    return Pair(
        parameters["SnapshotIdentifier"], parameters["AccountWithRestoreAccess"]
    )


def pair_of_claim(snapshot: str, key: str) -> Pair:
    """The pair that a claim's tag key is about."""
    return Pair(snapshot, key.split(":")[1])


def pairs_of(request: Request) -> set[Pair | None]:
    """Every pair that a request mentions."""
    event = request.event
    return {
        pair_of(event["ResourceProperties"]),
        pair_of(event.get("OldResourceProperties", event["ResourceProperties"])),
        pair_of_id(event.get("PhysicalResourceId", "")),
    }


def owner_of(request: Request) -> Owner:
    """The resource that a request is about."""
    return request.stack, request.logical_id
