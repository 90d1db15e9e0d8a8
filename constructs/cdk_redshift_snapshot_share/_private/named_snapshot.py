"""The snapshot that a share names, in one of three ways."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aws_cdk import CfnResource

from cdk_redshift_snapshot_share._private.newer_classes import (
    CfnSnapshot,
    ISnapshotRef,
    is_missing,
)
from cdk_redshift_snapshot_share._private.props import (
    check_cluster_identifier,
    check_snapshot_identifier,
    parse_snapshot_arn,
)
from cdk_redshift_snapshot_share._private.share_props import ShareProps
from cdk_redshift_snapshot_share._private.tokens import is_known, take_known
from cdk_redshift_snapshot_share._private.values import show
from redshift_snapshot_share_handler.contract import Property


@dataclass(frozen=True, slots=True)
class NamedSnapshot:
    """A snapshot, as far as synthesis knows it."""

    properties: Mapping[str, str]
    """The properties by which the custom resource names it."""

    key: str
    """The snapshot's identifier, or the token for it. Two declarations of one snapshot have
    the same key."""

    identifier: str | None
    """Its identifier or a token for it; none if only its ARN is given, and that is a token."""

    cluster_identifier: str | None = None
    """Cluster it was taken from, or a token for it; none if any cluster is accepted."""

    owner_account: str | None = None
    """Account that owns it, if known."""

    region: str | None = None
    """Region it is in, if known."""

    partition: str | None = None
    """Partition it is in, if known."""

    resource: CfnSnapshot | None = None
    """The resource that creates it, if the app has it."""

    @property
    def names(self) -> list[str]:
        """The values by which policies name it, including those of its resource."""
        names = [self.key, self.cluster_identifier or ""]
        if self.resource:
            names += [
                self.resource.snapshot_identifier,
                self.resource.cluster_identifier,
            ]
        return names


def check_snapshot(props: ShareProps) -> NamedSnapshot:
    """Check how a share names its snapshot.

    Raises:
        TypeError: If a value that names it is of the wrong type.
        ValueError: If it is not named in exactly one way, or a value is invalid.
    """
    ways = {
        "snapshot_identifier": props.snapshot_identifier,
        "snapshot_arn": props.snapshot_arn,
        "snapshot": props.snapshot,
    }
    given = [name for name, value in ways.items() if value is not None]
    if len(given) != 1:
        raise ValueError(
            "a share needs exactly one of snapshot_identifier, snapshot_arn and "
            f"snapshot, got {' and '.join(given) or 'none of them'}"
        )
    if props.snapshot_identifier is not None:
        snapshot = _take_identifier(props.snapshot_identifier)
    elif props.snapshot_arn is not None:
        snapshot = _take_arn(props.snapshot_arn)
    else:
        snapshot = _take_reference(props.snapshot)
    if props.snapshot_cluster_identifier is None:
        return snapshot
    return _limit_to_cluster(snapshot, props.snapshot_cluster_identifier)


def _take_identifier(value: str) -> NamedSnapshot:
    identifier = check_snapshot_identifier(value)
    return NamedSnapshot(
        properties={Property.SNAPSHOT_IDENTIFIER: identifier},
        key=identifier,
        identifier=identifier,
    )


def _take_arn(value: str) -> NamedSnapshot:
    arn = parse_snapshot_arn(value)
    return NamedSnapshot(
        properties={Property.SNAPSHOT_ARN: arn.text},
        key=arn.snapshot_identifier or arn.text,
        identifier=arn.snapshot_identifier,
        cluster_identifier=arn.cluster_identifier,
        owner_account=arn.owner_account,
        region=arn.region,
        partition=arn.partition,
    )


def _take_reference(reference: ISnapshotRef | None) -> NamedSnapshot:
    if is_missing(CfnSnapshot):
        raise TypeError(
            "snapshot must be an aws_redshift.CfnSnapshot, which the installed aws-cdk-lib "
            f"does not have, got {show(reference)}; use aws-cdk-lib 2.272.0 or newer, or "
            "give the ARN of the snapshot as snapshot_arn"
        )
    if reference is None or not _is_snapshot(reference):
        raise TypeError(
            "snapshot must be a resource, such as an aws_redshift.CfnSnapshot, got "
            f"{show(reference)}; give a name as snapshot_identifier, an ARN as snapshot_arn"
        )
    if isinstance(reference, CfnSnapshot):
        snapshot = _take_resource(reference)
    else:
        snapshot = _take_arn(reference.snapshot_ref.snapshot_arn)
    environment = reference.env
    return replace(
        snapshot,
        owner_account=snapshot.owner_account or take_known(environment.account),
        region=snapshot.region or take_known(environment.region),
    )


def _is_snapshot(reference: object) -> bool:
    """Tell whether a resource is a snapshot of Redshift, not of another service."""
    if isinstance(reference, CfnResource):
        return isinstance(reference, CfnSnapshot)
    return hasattr(getattr(reference, "snapshot_ref", None), "snapshot_arn")


def _take_resource(resource: CfnSnapshot) -> NamedSnapshot:
    # Refer to the snapshot even if its identifier is known. So CloudFormation creates it
    # before the share and deletes it after. Redshift refuses to delete a shared snapshot.
    arn = resource.attr_snapshot_arn
    properties: dict[str, str] = {Property.SNAPSHOT_ARN: arn}
    identifier = check_snapshot_identifier(
        resource.snapshot_identifier, "snapshot_identifier of the snapshot"
    )
    cluster = check_cluster_identifier(
        resource.cluster_identifier, "cluster_identifier of the snapshot"
    )
    if not is_known(identifier):
        return NamedSnapshot(
            properties=properties, key=arn, identifier=None, resource=resource
        )
    return NamedSnapshot(
        properties=properties,
        key=identifier,
        identifier=identifier,
        cluster_identifier=take_known(cluster),
        resource=resource,
    )


def _limit_to_cluster(snapshot: NamedSnapshot, value: str) -> NamedSnapshot:
    cluster = check_cluster_identifier(value)
    given = snapshot.cluster_identifier
    if given not in (None, cluster) and is_known(given) and is_known(cluster):
        raise ValueError(
            "snapshot_cluster_identifier must be the cluster of the snapshot, "
            f"{given!r}, got {value!r}"
        )
    return replace(
        snapshot,
        properties={
            **snapshot.properties,
            Property.SNAPSHOT_CLUSTER_IDENTIFIER: cluster,
        },
        cluster_identifier=cluster if given is None or is_known(cluster) else given,
    )
