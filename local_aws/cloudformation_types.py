"""The Redshift resource types that ministack's CloudFormation does not have.

They replace and update as on AWS: a changed identifier replaces the resource, and tags are
updated in place.
"""

from contextlib import suppress
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError
from moto.redshift.exceptions import ClusterNotFoundError

from local_aws.redshift.client import RedshiftClient
from local_aws.redshift.service import SERVED

_Properties = dict[str, Any]
_Provisioned = tuple[str, dict[str, Any]]

# Only of the properties that are known here. moto has no others.
_MODIFIED = {
    "ClusterType": "cluster_type",
    "KmsKeyId": "kms_key_id",
    "MasterUserPassword": "master_user_password",
    "NodeType": "node_type",
    "NumberOfNodes": "number_of_nodes",
}
_CLUSTER_PARAMETERS = (*_MODIFIED, "DBName", "MasterUsername", "Tags")
_RESTORE_PARAMETERS = (
    "OwnerAccount",
    "SnapshotClusterIdentifier",
    "SnapshotIdentifier",
)
# The resource reference says "Update requires: Replacement" for these.
_REPLACING_PROPERTIES = {
    "AWS::Redshift::Cluster": frozenset(
        {
            "ClusterIdentifier",
            "ClusterSubnetGroupName",
            "DBName",
            "MasterUsername",
            *_RESTORE_PARAMETERS,
        }
    ),
    "AWS::Redshift::Snapshot": frozenset({"ClusterIdentifier", "SnapshotIdentifier"}),
}
# A resource whose name does not change cannot be replaced, because two would have the same
# name.
_NAME_PROPERTIES = {
    "AWS::Redshift::Cluster": "ClusterIdentifier",
    "AWS::Redshift::Snapshot": "SnapshotIdentifier",
}


def register() -> None:
    """Add the types to ministack."""
    from ministack.services.cloudformation import (  # noqa: PLC0415 - reads its port on import
        provisioners,
    )

    # ministack offers this only under private names.
    handlers = provisioners._RESOURCE_HANDLERS  # noqa: SLF001
    handlers["AWS::Redshift::Cluster"] = {
        "create": _create_cluster,
        "update": _update_cluster,
        "delete": _delete_cluster,
        "snapshot": _take_final_snapshot,
    }
    handlers["AWS::Redshift::ClusterParameterGroup"] = {
        "create": _create_parameter_group,
        "delete": _delete_parameter_group,
    }
    handlers["AWS::Redshift::Snapshot"] = {  # assumed: region-has-snapshot-type
        "create": _create_snapshot,
        "update": _update_snapshot,
        "delete": _delete_snapshot,
    }
    provisioners._REPLACING_PROPERTIES.update(_REPLACING_PROPERTIES)  # noqa: SLF001
    for resource_type, name in _NAME_PROPERTIES.items():
        provisioners._CUSTOM_NAME_REPLACEMENT[resource_type] = {"name": name}  # noqa: SLF001


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
        client.restore_from_cluster_snapshot(
            ClusterIdentifier=identifier,
            Tags=properties.get("Tags", []),
            **parameters,
        )
    else:
        parameters = _pick(properties, _CLUSTER_PARAMETERS)
        # A parameter's value is text, and `"false"` would count as true.
        parameters["Encrypted"] = _is_true(properties.get("Encrypted"))
        client.create_cluster(ClusterIdentifier=identifier, **parameters)
    return identifier.lower(), _cluster_attributes(identifier.lower(), client.region)


def _update_cluster(
    physical_id: str, old: _Properties, new: _Properties, stack_name: str
) -> _Provisioned:
    del stack_name
    client = _client()
    changed = {
        parameter: new[name]
        for name, parameter in _MODIFIED.items()
        if name in new and new[name] != old.get(name)
    }
    if new.get("Encrypted") != old.get("Encrypted"):
        changed["encrypted"] = _is_true(new.get("Encrypted"))
    if changed.keys() & {"cluster_type", "number_of_nodes"}:
        changed["number_of_nodes"] = int(new.get("NumberOfNodes", 1))
    if changed:
        client.backend.modify_cluster(cluster_identifier=physical_id, **changed)
    [cluster] = client.backend.describe_clusters(physical_id)
    _update_tags(client, cluster.arn, old, new)
    return physical_id, _cluster_attributes(physical_id, client.region)


def _delete_cluster(physical_id: str, properties: _Properties) -> None:
    del properties
    with suppress(ClusterNotFoundError):
        _client().backend.delete_cluster(
            cluster_identifier=physical_id,
            skip_final_snapshot=True,
            final_cluster_snapshot_identifier=None,
        )


def _take_final_snapshot(physical_id: str, properties: _Properties) -> None:
    """Do what `DeletionPolicy: Snapshot` asks for."""
    _client().create_cluster_snapshot(
        ClusterIdentifier=physical_id,
        SnapshotIdentifier=f"{physical_id}-final-snapshot",
        Tags=properties.get("Tags", []),
    )


def _cluster_attributes(identifier: str, region: str) -> dict[str, Any]:
    address = f"{identifier}.{region}.redshift.localhost"
    return {"Endpoint.Address": address, "Endpoint.Port": "5439"}


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
        ManualSnapshotRetentionPeriod=_retention_period(properties),
        Tags=properties.get("Tags", []),
    )["Snapshot"]
    return snapshot["SnapshotArn"], _attributes(snapshot)


def _update_snapshot(
    physical_id: str, old: _Properties, new: _Properties, stack_name: str
) -> _Provisioned:
    del stack_name
    client = _client()
    if _retention_period(new) != _retention_period(old):
        client.modify_cluster_snapshot(
            SnapshotIdentifier=physical_id.rpartition("/")[2],
            ManualSnapshotRetentionPeriod=_retention_period(new),
        )
    _update_tags(client, physical_id, old, new)
    [snapshot] = client.describe_cluster_snapshots(SnapshotArn=physical_id)["Snapshots"]
    return physical_id, _attributes(snapshot)


def _delete_snapshot(physical_id: str, properties: _Properties) -> None:
    del properties
    client = _client()
    try:
        client.delete_cluster_snapshot(
            SnapshotIdentifier=physical_id.rpartition("/")[2]
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ClusterSnapshotNotFound":
            raise


def _update_tags(
    client: RedshiftClient, arn: str, old: _Properties, new: _Properties
) -> None:
    kept = {tag["Key"] for tag in new.get("Tags", [])}
    # Only the template's own tags. Tags of others stay, including claims.
    gone = [tag["Key"] for tag in old.get("Tags", []) if tag["Key"] not in kept]
    if gone:
        client.delete_tags(ResourceName=arn, TagKeys=gone)
    if kept:
        client.create_tags(ResourceName=arn, Tags=new["Tags"])


def _retention_period(properties: _Properties) -> int:
    return int(properties.get("ManualSnapshotRetentionPeriod", -1))


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
