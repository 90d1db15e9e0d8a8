"""What the template declares: a snapshot, an account, and what to do about both."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from redshift_snapshot_share_handler.contract import (
    DEFAULT_WAIT_SECONDS,
    MAX_WAIT_SECONDS,
    Property,
)
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.pair import Pair
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
    parse_snapshot_arn,
    parse_snapshot_identifier,
    shorten,
)

_CASE_SENSITIVE = {
    Property.SNAPSHOT_IDENTIFIER: "snapshot_identifier",
    Property.SNAPSHOT_CLUSTER_IDENTIFIER: "snapshot_cluster_identifier",
    Property.SNAPSHOT_ARN: "snapshot_arn",
}


class DeclaredShare(NamedTuple):
    """A declared share. `cluster_identifier` is empty if any cluster is accepted."""

    pair: Pair
    cluster_identifier: str
    adopts_existing: bool
    wait_seconds: int
    is_retained: bool = False


def parse_declared_share(
    properties: Mapping[str, Any], stack: StackId
) -> DeclaredShare:
    """Check the properties of the custom resource.

    Properties that this version does not know are ignored.

    Raises:
        SnapshotShareError: If they do not declare a share in the stack's Region and account.
    """
    with invalid_properties():
        pair, cluster = _parse_pair(properties, stack)
        check_capitals(properties, _CASE_SENSITIVE)
        return DeclaredShare(
            pair=pair,
            cluster_identifier=cluster,
            adopts_existing=adopts_existing(properties),
            wait_seconds=_wait_seconds(properties),
            is_retained=is_retained(properties),
        )


def parse_declared_pair(properties: Mapping[str, Any], stack: StackId) -> Pair:
    """Read only the pair: another version may have written the other properties.

    Raises:
        SnapshotShareError: If the properties do not name a pair.
    """
    with invalid_properties():
        pair, _ = _parse_pair(properties, stack)
        return pair


def _parse_pair(properties: Mapping[str, Any], stack: StackId) -> tuple[Pair, str]:
    """Read the pair and the cluster, which is empty if any cluster is accepted."""
    account = parse_account(text_of(properties, Property.ACCOUNT_WITH_RESTORE_ACCESS))
    if account == stack.account:
        raise ValueError(
            f"account_with_restore_access {account} owns the snapshot and always has access"
        )
    cluster = text_of(properties, Property.SNAPSHOT_CLUSTER_IDENTIFIER)
    cluster = parse_cluster_identifier(cluster) if cluster else ""
    arn = text_of(properties, Property.SNAPSHOT_ARN)
    name = text_of(properties, Property.SNAPSHOT_IDENTIFIER)
    if bool(arn) == bool(name):
        raise ValueError(
            f"exactly one of snapshot_identifier and snapshot_arn must name the snapshot, "
            f"got {shorten(name)!r} and {shorten(arn)!r}"
        )
    if arn:
        parts = parse_snapshot_arn(arn)
        if (parts.partition, parts.region, parts.owner_account) != (
            stack.partition,
            stack.region,
            stack.account,
        ):
            raise SnapshotShareError(
                Reason.OTHER_REGION_OR_ACCOUNT,
                snapshot=arn,
                region=stack.region,
                owner_account=stack.account,
            )
        if cluster not in ("", parts.cluster_identifier):
            raise ValueError(
                f"snapshot_arn names cluster {parts.cluster_identifier!r}, but "
                f"snapshot_cluster_identifier names {cluster!r}"
            )
        cluster, name = parts.cluster_identifier, parts.snapshot_identifier
    return Pair(parse_snapshot_identifier(name), account), cluster


def _wait_seconds(properties: Mapping[str, Any]) -> int:
    value = text_of(properties, Property.WAIT_FOR_SNAPSHOT)
    if not value:
        return DEFAULT_WAIT_SECONDS
    if value.isascii() and value.isdigit() and len(value) <= len(str(MAX_WAIT_SECONDS)):
        seconds = int(value)
        if seconds <= MAX_WAIT_SECONDS:
            return seconds
    raise ValueError(
        f"wait_for_snapshot must be 0 to {MAX_WAIT_SECONDS} seconds, got {shorten(value)!r}"
    )
