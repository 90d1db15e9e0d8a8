"""Finds the shares in a synthesized template, for tests of the stacks that declare them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from os import PathLike
from typing import Any

from aws_cdk import RemovalPolicy, Stack, Stage
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share._private.values import show
from cdk_redshift_snapshot_share.existing_share import ExistingShare
from redshift_snapshot_share_handler import contract
from redshift_snapshot_share_handler.contract import ClusterProperty, Property


@dataclass(frozen=True, slots=True)
class DeclaredShare:
    """A `SnapshotShare` as a template declares it.

    A value that is known only at deployment is an intrinsic function, such as `{"Ref":
    "Account"}`.
    """

    logical_id: str
    """Logical id of the custom resource."""

    account_with_restore_access: Any
    """Account that may restore the snapshot."""

    snapshot_identifier: Any = None
    """Identifier of the snapshot, if the share names it by its identifier."""

    snapshot_arn: Any = None
    """ARN of the snapshot, if the share names it by its ARN or as a resource."""

    snapshot_cluster_identifier: Any = None
    """Cluster of the snapshot, if given."""

    existing_share: ExistingShare = ExistingShare.FAIL
    """What happens if the account already has access."""

    wait_for_snapshot: timedelta = timedelta(seconds=contract.DEFAULT_WAIT_SECONDS)
    """How long the function waits for a snapshot that is being created."""

    removal_policy: RemovalPolicy = RemovalPolicy.DESTROY
    """`RETAIN` if the access stays when the share is removed, otherwise `DESTROY`."""


@dataclass(frozen=True, slots=True)
class DeclaredClusterShares:
    """A `ClusterSnapshotShares` as a template declares it.

    What only deployment knows is an intrinsic function, such as `{"Ref": "Cluster"}`.
    """

    logical_id: str
    """Logical id of the custom resource."""

    cluster_identifier: Any
    """Identifier of the cluster."""

    accounts_with_restore_access: Any
    """Accounts that may restore the snapshots, sorted: a list, unless only deployment
    knows one of them."""

    newest: int
    """How many snapshots are shared."""

    snapshot_identifier_prefix: Any = None
    """What the identifiers of the snapshots begin with, if that matters."""

    copy_automated_for: timedelta | None = None
    """How long copies of automated snapshots are kept, if they are copied."""

    existing_share: ExistingShare = ExistingShare.FAIL
    """What happens to access that is there already."""

    removal_policy: RemovalPolicy = RemovalPolicy.DESTROY
    """`RETAIN` if the access stays when the construct goes, else `DESTROY`."""


def find_snapshot_shares(template: Template | Mapping[str, Any]) -> list[DeclaredShare]:
    """Find the shares that a template declares.

    Args:
        template: A template of `aws_cdk.assertions`, or its JSON.

    Returns:
        The shares in the order of their logical ids.

    Raises:
        TypeError: If it is not a template.
    """
    return [
        _declared_share(logical_id, resource)
        for logical_id, resource in _find_resources(template, contract.RESOURCE_TYPE)
    ]


def find_cluster_snapshot_shares(
    template: Template | Mapping[str, Any],
) -> list[DeclaredClusterShares]:
    """Find the shares of clusters' newest snapshots that a template declares.

    Args:
        template: A template of `aws_cdk.assertions`, or its JSON.

    Returns:
        The shares in the order of their logical ids.

    Raises:
        TypeError: If it is not a template.
    """
    return [
        _declared_cluster_shares(logical_id, resource)
        for logical_id, resource in _find_resources(
            template, contract.CLUSTER_RESOURCE_TYPE
        )
    ]


def _find_resources(
    template: Template | Mapping[str, Any], resource_type: str
) -> list[tuple[str, Mapping[str, Any]]]:
    content: Any = template.to_json() if isinstance(template, Template) else template
    resources = content.get("Resources", {}) if isinstance(content, Mapping) else None
    if not isinstance(resources, Mapping):
        raise TypeError(
            "template must be a Template of aws_cdk.assertions or its JSON as a dictionary, "
            f"got {show(template)}; {_find_remedy(template)}"
        )
    return [
        (logical_id, resource)
        for logical_id, resource in sorted(resources.items())
        if isinstance(resource, Mapping) and resource.get("Type") == resource_type
    ]


def _find_remedy(template: object) -> str:
    if isinstance(template, Stack):
        return "use Template.from_stack(stack)"
    if isinstance(template, Stage):
        return "use Template.from_stack of each of its stacks"
    if isinstance(template, str | PathLike):
        return "use json.loads(Path(template).read_text())"
    return "use Template.from_stack"


def _declared_share(logical_id: str, resource: Mapping[str, Any]) -> DeclaredShare:
    properties: Mapping[str, Any] = resource["Properties"]
    wait = properties.get(Property.WAIT_FOR_SNAPSHOT, contract.DEFAULT_WAIT_SECONDS)
    return DeclaredShare(
        logical_id=logical_id,
        account_with_restore_access=properties[Property.ACCOUNT_WITH_RESTORE_ACCESS],
        snapshot_identifier=properties.get(Property.SNAPSHOT_IDENTIFIER),
        snapshot_arn=properties.get(Property.SNAPSHOT_ARN),
        snapshot_cluster_identifier=properties.get(
            Property.SNAPSHOT_CLUSTER_IDENTIFIER
        ),
        existing_share=ExistingShare(
            properties.get(Property.EXISTING_SHARE, ExistingShare.FAIL)
        ),
        wait_for_snapshot=timedelta(seconds=int(wait)),
        removal_policy=_find_removal_policy(resource),
    )


def _declared_cluster_shares(
    logical_id: str, resource: Mapping[str, Any]
) -> DeclaredClusterShares:
    properties: Mapping[str, Any] = resource["Properties"]
    accounts = properties[ClusterProperty.ACCOUNTS_WITH_RESTORE_ACCESS]
    days = properties.get(ClusterProperty.MANUAL_SNAPSHOT_RETENTION_PERIOD)
    return DeclaredClusterShares(
        logical_id=logical_id,
        cluster_identifier=properties[ClusterProperty.CLUSTER_IDENTIFIER],
        accounts_with_restore_access=(
            accounts.split(",") if isinstance(accounts, str) else accounts
        ),
        newest=int(properties[ClusterProperty.NEWEST]),
        snapshot_identifier_prefix=properties.get(
            ClusterProperty.SNAPSHOT_IDENTIFIER_PREFIX
        ),
        copy_automated_for=timedelta(days=int(days)) if days else None,
        existing_share=ExistingShare(
            properties.get(ClusterProperty.EXISTING_SHARE, ExistingShare.FAIL)
        ),
        removal_policy=_find_removal_policy(resource),
    )


def _find_removal_policy(resource: Mapping[str, Any]) -> RemovalPolicy:
    if str(resource.get("DeletionPolicy")).startswith("Retain"):
        return RemovalPolicy.RETAIN
    return RemovalPolicy.DESTROY
