"""The cluster whose snapshots are shared, named in one of two ways."""

from typing import NamedTuple

from aws_cdk import CfnResource, Stack
from aws_cdk.aws_redshift import CfnCluster
from constructs import IConstruct

from cdk_redshift_snapshot_share._private.newer_classes import IClusterRef
from cdk_redshift_snapshot_share._private.props import check_cluster_identifier
from cdk_redshift_snapshot_share._private.tokens import take_known
from cdk_redshift_snapshot_share._private.values import show


class NamedCluster(NamedTuple):
    """A cluster, as far as synthesis knows it."""

    identifier: str
    """Its identifier or a token for it."""

    resource: IConstruct | None = None
    """What defines it, if the app does."""

    account: str | None = None
    """Account that it is in, if known."""

    region: str | None = None
    """Region that it is in, if known."""


def check_cluster(
    cluster_identifier: str | None, cluster: IClusterRef | None
) -> NamedCluster:
    """Check how a cluster is named.

    Raises:
        TypeError: If what names it is of the wrong type.
        ValueError: If it is not named in exactly one way, or not well.
    """
    ways = {"cluster_identifier": cluster_identifier, "cluster": cluster}
    given = [name for name, value in ways.items() if value is not None]
    if len(given) != 1:
        raise ValueError(
            "the shares of a cluster need exactly one of cluster_identifier and cluster, "
            f"got {' and '.join(given) or 'none of them'}"
        )
    if cluster_identifier is not None:
        return NamedCluster(
            check_cluster_identifier(cluster_identifier, "cluster_identifier")
        )
    return _take_reference(cluster)


def _take_reference(reference: IClusterRef | None) -> NamedCluster:
    if reference is None or not _is_cluster(reference):
        raise TypeError(
            "cluster must be a resource, such as an aws_redshift.CfnCluster, got "
            f"{show(reference)}; give a name as cluster_identifier"
        )
    if isinstance(reference, CfnCluster):
        # Older versions of aws-cdk-lib have no `cluster_ref`, nor `env` of a resource.
        # `Ref` returns the identifier as well, but policies need it in lower case.
        identifier = reference.cluster_identifier or reference.ref
        stack = Stack.of(reference)
        account, region = stack.account, stack.region
    else:
        identifier = reference.cluster_ref.cluster_identifier
        account, region = reference.env.account, reference.env.region
    return NamedCluster(
        check_cluster_identifier(identifier, "cluster_identifier of the cluster"),
        resource=reference,
        account=take_known(account),
        region=take_known(region),
    )


def _is_cluster(reference: object) -> bool:
    """Tell a cluster of Redshift from one of another service, and from anything else."""
    if isinstance(reference, CfnResource):
        return isinstance(reference, CfnCluster)
    return hasattr(getattr(reference, "cluster_ref", None), "cluster_identifier")
