"""The identity of a share for CloudFormation: `<snapshot name>/<account>`, lower case."""

from typing import NamedTuple

from redshift_snapshot_share_handler.syntax import (
    parse_account,
    parse_snapshot_identifier,
)

# A Create that failed answers with this and its RequestId: it must not be taken for a share.
_CREATE_FAILED = "CREATE_FAILED:"


class Pair(NamedTuple):
    """A snapshot and an account that may restore it."""

    snapshot_identifier: str
    account: str

    def __str__(self) -> str:
        return f"{self.snapshot_identifier}/{self.account}"


def parse_pair(physical_resource_id: str) -> Pair | None:
    """Read the pair; None if the id is marked, or CloudFormation made it up."""
    name, slash, account = physical_resource_id.partition("/")
    if not slash:
        return None
    try:
        return Pair(parse_snapshot_identifier(name), parse_account(account))
    except ValueError:
        return None


def id_of_failed_create(request_id: str) -> str:
    """The id that a FAILED Create answers with."""
    return f"{_CREATE_FAILED}{request_id}"


def request_id_of_failed_create(physical_resource_id: str) -> str | None:
    """The RequestId of the failed Create that a marked id names; None if it is not marked."""
    if physical_resource_id.startswith(_CREATE_FAILED):
        return physical_resource_id.removeprefix(_CREATE_FAILED)
    return None
