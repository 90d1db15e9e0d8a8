"""The snapshot that a share names, in one of three ways."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aws_cdk.aws_redshift import CfnSnapshot
from aws_cdk.interfaces.aws_redshift import ISnapshotRef

from cdk_redshift_snapshot_share.tokens import is_token, known
from redshift_snapshot_share_handler import syntax
from redshift_snapshot_share_handler.contract import Property

# arn:<partition>:redshift:<region>:<account>:snapshot:<cluster>/<snapshot>
_FIELDS = 7
_REGION, _ACCOUNT = 3, 4
_LEGAL = {1: "aws", _REGION: "us-east-1", _ACCOUNT: "123456789012"}


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


def snapshot_source(
    *,
    snapshot_identifier: str | None,
    snapshot_arn: str | None,
    snapshot: ISnapshotRef | None,
    snapshot_cluster_identifier: str | None,
) -> SnapshotSource:
    """Check how a share names its snapshot.

    Raises:
        ValueError: If it is not named in exactly one way, or not well.
    """
    match snapshot_identifier, snapshot_arn, snapshot:
        case str(), None, None:
            source = _from_identifier(snapshot_identifier)
        case None, str(), None:
            source = _from_arn(snapshot_arn)
        case None, None, reference if reference is not None:
            source = _from_reference(reference)
        case given:
            names = ("snapshot_identifier", "snapshot_arn", "snapshot")
            named = [
                name
                for name, value in zip(names, given, strict=True)
                if value is not None
            ]
            raise ValueError(
                "a share needs exactly one of snapshot_identifier, snapshot_arn and "
                f"snapshot, got {' and '.join(named) or 'none of them'}"
            )
    if snapshot_cluster_identifier is None:
        return source
    return _of_cluster(source, snapshot_cluster_identifier)


def _from_identifier(value: str) -> SnapshotSource:
    identifier = value if is_token(value) else syntax.parse_snapshot_identifier(value)
    return SnapshotSource(
        properties={Property.SNAPSHOT_IDENTIFIER: identifier},
        key=identifier,
        identifier=identifier,
    )


def _from_arn(value: str) -> SnapshotSource:
    fields = value.split(":", _FIELDS - 1)
    # ARNs are often put together from tokens such as the stack's Region. What is known
    # of one is checked all the same, with something legal in the place of each token.
    checkable = ":".join(
        _LEGAL.get(index, field) if is_token(field) else field
        for index, field in enumerate(fields)
    )
    if is_token(checkable):
        return SnapshotSource(
            properties={Property.SNAPSHOT_ARN: value}, key=value, identifier=None
        )
    parsed = syntax.parse_snapshot_arn(checkable)
    name = f"{parsed.cluster_identifier}/{parsed.snapshot_identifier}"
    return SnapshotSource(
        properties={Property.SNAPSHOT_ARN: ":".join([*fields[:-1], name])},
        key=parsed.snapshot_identifier,
        identifier=parsed.snapshot_identifier,
        cluster_identifier=parsed.cluster_identifier,
        owner_account=known(fields[_ACCOUNT]),
        region=known(fields[_REGION]),
    )


def _from_reference(snapshot: ISnapshotRef) -> SnapshotSource:
    if isinstance(snapshot, CfnSnapshot):
        source = _from_resource(snapshot)
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
    identifier = snapshot.snapshot_identifier
    if is_token(identifier):
        return SnapshotSource(properties=properties, key=arn, identifier=None)
    identifier = syntax.parse_snapshot_identifier(identifier)
    cluster = known(snapshot.cluster_identifier)
    return SnapshotSource(
        properties=properties,
        key=identifier,
        identifier=identifier,
        cluster_identifier=cluster and syntax.parse_cluster_identifier(cluster),
    )


def _of_cluster(source: SnapshotSource, value: str) -> SnapshotSource:
    cluster = value if is_token(value) else syntax.parse_cluster_identifier(value)
    if source.cluster_identifier not in (None, cluster) and not is_token(cluster):
        raise ValueError(
            f"snapshot_cluster_identifier must be the cluster of the snapshot, "
            f"{source.cluster_identifier!r}, got {value!r}"
        )
    return replace(
        source,
        properties={
            **source.properties,
            Property.SNAPSHOT_CLUSTER_IDENTIFIER: cluster,
        },
        cluster_identifier=source.cluster_identifier or cluster,
    )
