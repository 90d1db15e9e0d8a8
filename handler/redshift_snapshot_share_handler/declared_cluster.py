"""What the template declares for a cluster: which snapshots, for whom, and how."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from redshift_snapshot_share_handler.contract import (
    DEFAULT_WAIT_SECONDS,
    MAX_ACCOUNTS_PER_SNAPSHOT,
    MAX_NEWEST,
    ClusterProperty,
)
from redshift_snapshot_share_handler.properties import (
    adopts_existing,
    check_capitals,
    invalid_properties,
    is_retained,
    text_of,
)
from redshift_snapshot_share_handler.request import StackId
from redshift_snapshot_share_handler.syntax import (
    parse_account,
    parse_cluster_identifier,
    parse_snapshot_identifier_prefix,
    shorten,
)

_DIGITS = 32
_ID = re.compile(rf"([a-z][a-z0-9-]{{0,62}})/([0-9a-f]{{{_DIGITS}}})")
# What a name that we give can begin with.
_PREFIX_OF_COPIES = re.compile(r"[a-z](?:-?[a-z0-9])*-?")
_LONGEST_RETENTION_DAYS = 3653
_CASE_SENSITIVE = {
    ClusterProperty.CLUSTER_IDENTIFIER: "cluster_identifier",
    ClusterProperty.SNAPSHOT_IDENTIFIER_PREFIX: "snapshot_identifier_prefix",
}


class DeclarationId(NamedTuple):
    """What a declaration is known by, and its form as a PhysicalResourceId."""

    cluster_identifier: str
    digest: str

    def __str__(self) -> str:
        return f"{self.cluster_identifier}/{self.digest}"


class DeclaredCluster(NamedTuple):
    """A declaration.

    Attributes:
        id: What it is known by.
        accounts: Who may restore, in the order of the declaration.
        newest: How many snapshots are shared, counted from the newest.
        prefix: What the snapshots' names begin with; empty = anything.
        retention_days: How long copies of automated snapshots are kept; 0 = none are
            made.
        adopts_existing: Whether access that nobody claims is put under control.
        is_retained: Whether access is meant to stay when the resource is removed.
    """

    id: DeclarationId
    accounts: tuple[str, ...]
    newest: int
    prefix: str
    retention_days: int
    adopts_existing: bool
    is_retained: bool

    @property
    def wait_seconds(self) -> int:
        """How long a deployment waits for a cluster that is busy."""
        return DEFAULT_WAIT_SECONDS


def parse_declared_cluster(
    properties: Mapping[str, Any], stack: StackId
) -> DeclaredCluster:
    """Check the properties of the custom resource.

    Properties that this version does not know are passed over.

    Raises:
        SnapshotShareError: If they declare nothing that can be shared.
    """
    with invalid_properties():
        check_capitals(properties, _CASE_SENSITIVE)
        return DeclaredCluster(
            id=_parse_id(properties),
            accounts=_parse_accounts(properties, stack),
            newest=_parse_newest(properties),
            prefix=_parse_prefix(properties),
            retention_days=_parse_retention_days(properties),
            adopts_existing=adopts_existing(properties),
            is_retained=is_retained(properties),
        )


def parse_declared_id(properties: Mapping[str, Any]) -> DeclarationId:
    """Read what a declaration is known by: what another version says of the rest is no matter.

    Raises:
        SnapshotShareError: If the properties do not name a cluster.
    """
    with invalid_properties():
        return _parse_id(properties)


def parse_declaration_id(physical_resource_id: str) -> DeclarationId | None:
    """Read the id; None if it is marked, or CloudFormation made it up."""
    match = _ID.fullmatch(physical_resource_id)
    return DeclarationId(*match.groups()) if match else None


def digest_of(properties: Mapping[str, Any]) -> str:
    """Digest all that is declared; any other option is another declaration."""
    declared = {
        name.value: properties[name.value]
        for name in ClusterProperty
        if name.value in properties
    }
    text = json.dumps(declared, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_DIGITS]


def _parse_id(properties: Mapping[str, Any]) -> DeclarationId:
    cluster = parse_cluster_identifier(
        text_of(properties, ClusterProperty.CLUSTER_IDENTIFIER), "cluster_identifier"
    )
    return DeclarationId(cluster, digest_of(properties))


def _parse_accounts(properties: Mapping[str, Any], stack: StackId) -> tuple[str, ...]:
    name = "accounts_with_restore_access"
    value = text_of(properties, ClusterProperty.ACCOUNTS_WITH_RESTORE_ACCESS)
    accounts = dict.fromkeys(
        parse_account(account, name) for account in value.split(",")
    )
    if stack.account in accounts:
        raise ValueError(
            f"{name} has account {stack.account}, which owns the snapshots and always has "
            "access"
        )
    if len(accounts) > MAX_ACCOUNTS_PER_SNAPSHOT:
        raise ValueError(
            f"{name} must have at most {MAX_ACCOUNTS_PER_SNAPSHOT} accounts, got "
            f"{len(accounts)}"
        )
    return tuple(accounts)


def _parse_newest(properties: Mapping[str, Any]) -> int:
    value = text_of(properties, ClusterProperty.NEWEST)
    newest = _parse_number(value, MAX_NEWEST)
    if newest is None:
        raise ValueError(f"newest must be 1 to {MAX_NEWEST}, got {shorten(value)!r}")
    return newest


def _parse_prefix(properties: Mapping[str, Any]) -> str:
    prefix = text_of(properties, ClusterProperty.SNAPSHOT_IDENTIFIER_PREFIX)
    return parse_snapshot_identifier_prefix(prefix) if prefix else ""


def _parse_retention_days(properties: Mapping[str, Any]) -> int:
    value = text_of(properties, ClusterProperty.MANUAL_SNAPSHOT_RETENTION_PERIOD)
    if not value:
        return 0
    days = _parse_number(value, _LONGEST_RETENTION_DAYS)
    if days is None:
        raise ValueError(
            f"copy_automated_for must be 1 to {_LONGEST_RETENTION_DAYS} days, got "
            f"{shorten(value)!r}"
        )
    prefix = _parse_prefix(properties)
    if prefix and _PREFIX_OF_COPIES.fullmatch(prefix) is None:
        raise ValueError(
            "with copy_automated_for, snapshot_identifier_prefix must be letters, digits "
            f"and single hyphens, got {shorten(prefix)!r}: the names of copies begin with it"
        )
    return days


def _parse_number(value: str, largest: int) -> int | None:
    """Read a number from 1 on; None if it is none."""
    if value.isascii() and value.isdigit() and len(value) <= len(str(largest)):
        number = int(value)
        if 1 <= number <= largest:
            return number
    return None
