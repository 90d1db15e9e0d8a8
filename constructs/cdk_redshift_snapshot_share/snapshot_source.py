"""The snapshot that a share names, in one of three ways."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aws_cdk.aws_redshift import CfnSnapshot
from aws_cdk.interfaces.aws_redshift import ISnapshotRef

from cdk_redshift_snapshot_share.identifier import (
    cluster_identifier,
    snapshot_identifier as checked_identifier,
)
from cdk_redshift_snapshot_share.snapshot_arn import snapshot_arn as checked_arn
from cdk_redshift_snapshot_share.tokens import is_known, known
from redshift_snapshot_share_handler.contract import Property


@dataclass(frozen=True, slots=True)
class SnapshotSource:
    """A snapshot, as far as synthesis knows it."""

    properties: Mapping[str, str]
    """How the custom resource names it."""

    key: str
    """Equal for two declarations of one snapshot: its identifier, or the token for it."""

    identifier: str | None
    """Its identifier or a token for it; none if only its ARN is at hand, as a token."""

    cluster_identifier: str | None = None
    """Cluster it was taken from or a token for it; none if any will do."""

    owner_account: str | None = None
    """Account that owns it, if known."""

    region: str | None = None
    """Region it is in, if known."""

    partition: str | None = None
    """Partition it is in, if known."""


def snapshot_source(
    *,
    snapshot_identifier: str | None,
    snapshot_arn: str | None,
    snapshot: ISnapshotRef | None,
    snapshot_cluster_identifier: str | None,
) -> SnapshotSource:
    """Check how a share names its snapshot.

    Raises:
        TypeError: If what names it is of the wrong type.
        ValueError: If it is not named in exactly one way, or not well.
    """
    ways = {
        "snapshot_identifier": snapshot_identifier,
        "snapshot_arn": snapshot_arn,
        "snapshot": snapshot,
    }
    given = [name for name, value in ways.items() if value is not None]
    if len(given) != 1:
        raise ValueError(
            "a share needs exactly one of snapshot_identifier, snapshot_arn and "
            f"snapshot, got {' and '.join(given) or 'none of them'}"
        )
    if snapshot_identifier is not None:
        source = _from_identifier(snapshot_identifier)
    elif snapshot_arn is not None:
        source = _from_arn(snapshot_arn)
    else:
        source = _from_reference(snapshot)
    if snapshot_cluster_identifier is None:
        return source
    return _of_cluster(source, snapshot_cluster_identifier)


def _from_identifier(value: str) -> SnapshotSource:
    identifier = checked_identifier(value)
    return SnapshotSource(
        properties={Property.SNAPSHOT_IDENTIFIER: identifier},
        key=identifier,
        identifier=identifier,
    )


def _from_arn(value: str) -> SnapshotSource:
    arn = checked_arn(value)
    return SnapshotSource(
        properties={Property.SNAPSHOT_ARN: arn.text},
        key=arn.snapshot_identifier or arn.text,
        identifier=arn.snapshot_identifier,
        cluster_identifier=arn.cluster_identifier,
        owner_account=arn.owner_account,
        region=arn.region,
        partition=arn.partition,
    )


def _from_reference(snapshot: ISnapshotRef | None) -> SnapshotSource:
    if isinstance(snapshot, CfnSnapshot):
        source = _from_resource(snapshot)
    elif snapshot is None or not hasattr(snapshot, "snapshot_ref"):
        raise TypeError(
            "snapshot must be a resource, such as an aws_redshift.CfnSnapshot, "
            f"got {snapshot!r}"
        )
    else:
        source = _from_arn(snapshot.snapshot_ref.snapshot_arn)
    environment = snapshot.env
    return replace(
        source,
        owner_account=source.owner_account or known(environment.account),
        region=source.region or known(environment.region),
    )


def _from_resource(snapshot: CfnSnapshot) -> SnapshotSource:
    # Refer to the snapshot even if its identifier is known, so that CloudFormation makes
    # it first and deletes it last: Redshift deletes no snapshot that is shared.
    arn = snapshot.attr_snapshot_arn
    properties: dict[str, str] = {Property.SNAPSHOT_ARN: arn}
    identifier = checked_identifier(
        snapshot.snapshot_identifier, "snapshot_identifier of the snapshot"
    )
    cluster = cluster_identifier(
        snapshot.cluster_identifier, "cluster_identifier of the snapshot"
    )
    if not is_known(identifier):
        return SnapshotSource(properties=properties, key=arn, identifier=None)
    return SnapshotSource(
        properties=properties,
        key=identifier,
        identifier=identifier,
        cluster_identifier=known(cluster),
    )


def _of_cluster(source: SnapshotSource, value: str) -> SnapshotSource:
    cluster = cluster_identifier(value)
    given = source.cluster_identifier
    if given not in (None, cluster) and is_known(given) and is_known(cluster):
        raise ValueError(
            "snapshot_cluster_identifier must be the cluster of the snapshot, "
            f"{given!r}, got {value!r}"
        )
    return replace(
        source,
        properties={
            **source.properties,
            Property.SNAPSHOT_CLUSTER_IDENTIFIER: cluster,
        },
        cluster_identifier=cluster if given is None or is_known(cluster) else given,
    )
