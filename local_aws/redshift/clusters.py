"""moto's clusters: the settings that they need, and the settings that they show."""

from collections import UserDict
from typing import Any

from moto.redshift.exceptions import ClusterNotFoundError


class Clusters(UserDict[str, Any]):
    """Clusters by identifier. Redshift ignores the case of identifiers, unlike moto."""

    def __getitem__(self, identifier: str) -> Any:
        if identifier not in self:
            raise ClusterNotFoundError(identifier)
        return self.data[identifier.lower()]

    def __setitem__(self, identifier: str, cluster: Any) -> None:
        self.data[identifier.lower()] = cluster

    def __delitem__(self, identifier: str) -> None:
        del self.data[identifier.lower()]

    def __contains__(self, identifier: object) -> bool:
        return str(identifier).lower() in self.data


#: The settings that moto's cluster needs if a request does not have them.
DEFAULTS: dict[str, Any] = dict.fromkeys(
    (
        "automated_snapshot_retention_period",
        "availability_zone",
        "cluster_parameter_group_name",
        "cluster_subnet_group_name",
        "cluster_type",
        "cluster_version",
        "db_name",
        "number_of_nodes",
        "port",
        "preferred_maintenance_window",
    )
) | {
    "allow_version_upgrade": True,
    "cluster_security_groups": [],
    "encrypted": False,  # assumed: default-encryption
    "publicly_accessible": False,
    "vpc_security_group_ids": [],
}

_RESTORED = (
    "availability_zone",
    "cluster_version",
    "db_name",
    "encrypted",
    "enhanced_vpc_routing",
    "master_user_password",
    "master_username",
    "node_type",
    "number_of_nodes",
    "port",
)


def restored_settings(cluster: Any) -> dict[str, Any]:
    """Copy the settings that a restored cluster has from the snapshot's cluster."""
    settings = {name: getattr(cluster, name) for name in _RESTORED}
    return {**DEFAULTS, **settings, "restored_from_snapshot": True}


def kms_key_arn(cluster: Any) -> str | None:
    """Find the key that encrypts a cluster, if there is one.

    A request may name a key by its id, alias or ARN. A response has the ARN.
    """
    if not cluster.encrypted:
        return None
    key = cluster.kms_key_id or "alias/aws/redshift"
    if key.startswith("arn:"):
        return str(key)
    resource = key if key.startswith("alias/") else f"key/{key}"
    partition = cluster.arn.split(":")[1]
    return f"arn:{partition}:kms:{cluster.region}:{cluster.account_id}:{resource}"
