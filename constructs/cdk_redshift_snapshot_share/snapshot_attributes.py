"""What Redshift says about a shared snapshot."""

import re
from typing import Self, overload

from aws_cdk import CfnResource, Fn

from redshift_snapshot_share_handler import contract

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAMES = {
    _WORD.sub("_", name).lower(): name
    for name in (*contract.ATTRIBUTES, contract.TRUNCATED_ATTRIBUTE)
}


class _Attribute:
    """An attribute of the custom resource, named as in the API but in snake case."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = _NAMES[name]

    def _token(self, resource: CfnResource) -> str:
        return resource.get_att(self._name).to_string()


class _String(_Attribute):
    """An attribute that is one value."""

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: "SnapshotAttributes", owner: type) -> str: ...
    def __get__(self, instance: "SnapshotAttributes | None", owner: type) -> Self | str:
        return self if instance is None else self._token(instance.resource)


class _StringList(_Attribute):
    """An attribute that is a list; how long it is, only deployment knows."""

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: "SnapshotAttributes", owner: type) -> list[str]: ...
    def __get__(
        self, instance: "SnapshotAttributes | None", owner: type
    ) -> Self | list[str]:
        if instance is None:
            return self
        return Fn.split(",", self._token(instance.resource))


class SnapshotAttributes:
    """What Redshift said about the snapshot when the share was last created or updated.

    Every field of the `Snapshot` structure that `DescribeClusterSnapshots` answers with,
    under its name in snake case, as a token that has its value at deployment. A field
    that Redshift left out is the empty string; a boolean is `true` or `false`; a time is
    in ISO 8601, in UTC.
    """

    def __init__(self, resource: CfnResource) -> None:
        self.resource = resource
        """The custom resource that has the attributes."""

    def as_strings(self) -> dict[str, str]:
        """Give all of them by their names in the API, lists joined with commas."""
        return {
            name: self.resource.get_att(name).to_string() for name in _NAMES.values()
        }

    snapshot_identifier = _String()
    """Identifier of the snapshot."""

    cluster_identifier = _String()
    """Identifier of the cluster the snapshot was taken from."""

    snapshot_create_time = _String()
    """When the snapshot was begun."""

    status = _String()
    """State of the snapshot; `available` once it can be restored."""

    port = _String()
    """Port on which the cluster accepted connections."""

    availability_zone = _String()
    """Availability Zone in which the cluster was."""

    cluster_create_time = _String()
    """When the cluster was created."""

    master_username = _String()
    """Name of the cluster's administrator."""

    cluster_version = _String()
    """Version of the Redshift engine on the cluster."""

    engine_full_version = _String()
    """Full version of the cluster's engine, as `SELECT version()` shows it."""

    snapshot_type = _String()
    """Kind of the snapshot: `manual`, as only those can be shared."""

    node_type = _String()
    """Type of the cluster's nodes, such as `ra3.xlplus`."""

    number_of_nodes = _String()
    """Number of nodes in the cluster."""

    db_name = _String()
    """Name of the database made with the cluster."""

    vpc_id = _String()
    """VPC in which the cluster was."""

    encrypted = _String()
    """Whether the data is encrypted at rest."""

    kms_key_id = _String()
    """KMS key that encrypts the data; empty if none does."""

    encrypted_with_hsm = _String()
    """Whether the key is kept in a hardware security module."""

    accounts_with_restore_access = _StringList()
    """All accounts that may restore the snapshot, also those that others authorized."""

    owner_account = _String()
    """Account that owns the snapshot."""

    total_backup_size_in_mega_bytes = _String()
    """Size of the complete backup."""

    actual_incremental_backup_size_in_mega_bytes = _String()
    """Size of what this snapshot added to the one before."""

    backup_progress_in_mega_bytes = _String()
    """How much was copied to the backup."""

    current_backup_rate_in_mega_bytes_per_second = _String()
    """How fast the backup is being copied; `0` once it is complete."""

    estimated_seconds_to_completion = _String()
    """How long the backup will still take; `0` once it is complete."""

    elapsed_time_in_seconds = _String()
    """How long the backup has taken."""

    source_region = _String()
    """Region from which the snapshot was copied."""

    tags = _String()
    """Tags of the snapshot as JSON: a list of objects with `Key` and `Value`."""

    restorable_node_types = _StringList()
    """Node types to which the snapshot can be restored."""

    enhanced_vpc_routing = _String()
    """Whether the cluster sent its traffic through its VPC."""

    maintenance_track_name = _String()
    """Maintenance track of the cluster."""

    manual_snapshot_retention_period = _String()
    """For how many days the snapshot is kept; `-1` is forever."""

    manual_snapshot_remaining_days = _String()
    """In how many days the snapshot will be deleted."""

    snapshot_retention_start_time = _String()
    """When the retention period began."""

    master_password_secret_arn = _String()
    """Secret that holds the administrator's password."""

    master_password_secret_kms_key_id = _String()
    """KMS key that encrypts that secret."""

    snapshot_arn = _String()
    """ARN of the snapshot."""

    truncated = _String()
    """Names of the attributes that were cut because CloudFormation takes 4,096 bytes of
    answer, in the API's spelling, joined with commas; empty if all are whole."""
