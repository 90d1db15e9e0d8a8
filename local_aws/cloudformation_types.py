"""The Redshift resource types that ministack's CloudFormation does not have."""

from typing import Any
from uuid import uuid4

from local_aws.redshift.client import RedshiftClient
from local_aws.redshift.service import SERVED

_Properties = dict[str, Any]
_Provisioned = tuple[str, dict[str, Any]]

_CLUSTER_PARAMETERS = (
    "ClusterType",
    "DBName",
    "KmsKeyId",
    "MasterUserPassword",
    "MasterUsername",
    "NodeType",
    "NumberOfNodes",
)
_RESTORE_PARAMETERS = (
    "OwnerAccount",
    "SnapshotClusterIdentifier",
    "SnapshotIdentifier",
)


def register() -> None:
    """Add the types to ministack."""
    from ministack.services.cloudformation import (  # noqa: PLC0415 - reads its port on import
        provisioners,
    )

    handlers = provisioners._RESOURCE_HANDLERS  # noqa: SLF001 - there is no other way in
    handlers["AWS::Redshift::Cluster"] = {
        "create": _create_cluster,
        "delete": _delete_cluster,
    }
    handlers["AWS::Redshift::ClusterParameterGroup"] = {
        "create": _create_parameter_group,
        "delete": _delete_parameter_group,
    }
    handlers["AWS::Redshift::Snapshot"] = {
        "create": _create_snapshot,
        "update": _update_snapshot,
        "delete": _delete_snapshot,
    }


def _client() -> RedshiftClient:
    from ministack.core.responses import (  # noqa: PLC0415 - as above
        get_account_id,
        get_region,
    )

    return RedshiftClient(SERVED, get_account_id(), get_region())


def _create_cluster(
    logical_id: str, properties: _Properties, stack_name: str
) -> _Provisioned:
    identifier = properties.get("ClusterIdentifier") or _generate_name(
        stack_name, logical_id
    )
    client = _client()
    if "SnapshotIdentifier" in properties:
        parameters = _pick(properties, _RESTORE_PARAMETERS)
        client.restore_from_cluster_snapshot(ClusterIdentifier=identifier, **parameters)
    else:
        parameters = _pick(properties, _CLUSTER_PARAMETERS)
        # Where a parameter says it, it is a word; `"false"` would count as true.
        parameters["Encrypted"] = _is_true(properties.get("Encrypted"))
        client.create_cluster(ClusterIdentifier=identifier, **parameters)
    address = f"{identifier}.{client.region}.redshift.localhost"
    return identifier, {"Endpoint.Address": address, "Endpoint.Port": "5439"}


def _delete_cluster(physical_id: str, properties: _Properties) -> None:
    del properties
    _client().backend.delete_cluster(
        cluster_identifier=physical_id,
        skip_final_snapshot=True,
        final_cluster_snapshot_identifier=None,
    )


def _create_parameter_group(
    logical_id: str, properties: _Properties, stack_name: str
) -> _Provisioned:
    client = _client()
    name = properties.get("ParameterGroupName") or _generate_name(
        stack_name, logical_id
    )
    client.backend.create_cluster_parameter_group(
        cluster_parameter_group_name=name,
        group_family=properties["ParameterGroupFamily"],
        description=properties["Description"],
        region_name=client.region,
    )
    return name, {}


def _delete_parameter_group(physical_id: str, properties: _Properties) -> None:
    del properties
    _client().backend.delete_cluster_parameter_group(physical_id)


def _create_snapshot(
    logical_id: str, properties: _Properties, stack_name: str
) -> _Provisioned:
    client = _client()
    snapshot = client.create_cluster_snapshot(
        ClusterIdentifier=properties["ClusterIdentifier"],
        SnapshotIdentifier=properties.get("SnapshotIdentifier")
        or _generate_name(stack_name, logical_id),
        Tags=properties.get("Tags", []),
    )["Snapshot"]
    return snapshot["SnapshotArn"], _attributes(snapshot)


def _update_snapshot(
    physical_id: str, old: _Properties, new: _Properties, stack_name: str
) -> _Provisioned:
    del stack_name
    client = _client()
    kept = {tag["Key"] for tag in new.get("Tags", [])}
    # Only the template's own tags: those of others stay, claims among them.
    gone = [tag["Key"] for tag in old.get("Tags", []) if tag["Key"] not in kept]
    if gone:
        client.delete_tags(ResourceName=physical_id, TagKeys=gone)
    if kept:
        client.create_tags(ResourceName=physical_id, Tags=new["Tags"])
    [snapshot] = client.describe_cluster_snapshots(SnapshotArn=physical_id)["Snapshots"]
    return physical_id, _attributes(snapshot)


def _delete_snapshot(physical_id: str, properties: _Properties) -> None:
    del properties
    _client().delete_cluster_snapshot(SnapshotIdentifier=physical_id.rpartition("/")[2])


def _attributes(snapshot: dict[str, Any]) -> dict[str, str]:
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in snapshot.items()
        if not isinstance(value, (list, dict))
    }


def _pick(properties: _Properties, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: properties[name] for name in names if name in properties}


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


def _generate_name(stack_name: str, logical_id: str) -> str:
    return f"{stack_name}-{logical_id}-{uuid4().hex[:12]}".lower()
