"""A pair of a snapshot and an account, and its form as a PhysicalResourceId."""

from typing import NamedTuple

from redshift_snapshot_share_handler.syntax import (
    parse_account,
    parse_snapshot_identifier,
)

# A Create that failed responds with one of these and its RequestId. Neither names a pair.
_CREATE_FAILED = "CREATE_FAILED:"
_CREATE_FAILED_IDLE = f"{_CREATE_FAILED}nothing-written:"


class Pair(NamedTuple):
    """A snapshot and an account that may restore it."""

    snapshot_identifier: str
    account: str

    def __str__(self) -> str:
        return f"{self.snapshot_identifier}/{self.account}"


def parse_pair(physical_resource_id: str) -> Pair | None:
    """Read the pair in an id; None if the id is marked, or CloudFormation made it up."""
    name, slash, account = physical_resource_id.partition("/")
    if not slash:
        return None
    try:
        return Pair(parse_snapshot_identifier(name), parse_account(account))
    except ValueError:
        return None


def id_of_failed_create(request_id: str, *, may_have_written: bool = True) -> str:
    """Compose the id with which a FAILED Create responds.

    Args:
        request_id: The RequestId of the Create.
        may_have_written: Whether it may have written a claim or authorized an account.
    """
    mark = _CREATE_FAILED if may_have_written else _CREATE_FAILED_IDLE
    return f"{mark}{request_id}"


def request_id_of_failed_create(physical_resource_id: str) -> str | None:
    """Read the RequestId in a marked id; None if the id is not marked."""
    for mark in (_CREATE_FAILED_IDLE, _CREATE_FAILED):
        if physical_resource_id.startswith(mark):
            return physical_resource_id.removeprefix(mark)
    return None


def is_id_of_idle_create(physical_resource_id: str) -> bool:
    """Tell whether an id marks a Create that failed before it wrote anything."""
    return physical_resource_id.startswith(_CREATE_FAILED_IDLE)
