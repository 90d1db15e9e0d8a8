"""The attributes of a shared snapshot."""

from aws_cdk import CfnResource, Fn

from redshift_snapshot_share_handler import contract


class SnapshotAttributes:
    """What Redshift said about the snapshot when the share was last created or updated.

    Each field of the `Snapshot` structure of `DescribeClusterSnapshots` is an attribute
    with the field's name in snake case. Its value is a token that is resolved at
    deployment. A field that Redshift leaves out is the empty string. A boolean is `true` or
    `false`. A time is in ISO 8601, in UTC.

    Args:
        resource: The custom resource that has the attributes.
    """

    def __init__(self, resource: CfnResource) -> None:
        self._resource = resource

    def as_strings(self) -> dict[str, str]:
        """Return all attributes by their names in the API, with lists joined by commas."""
        names = (*contract.ATTRIBUTES, contract.TRUNCATED_ATTRIBUTE)
        return {name: self._get(name) for name in names}

    def _get(self, name: str) -> str:
        return self._resource.get_att(name).to_string()

    def _get_list(self, name: str) -> list[str]:
        """Split a list whose length is known only at deployment."""
        return Fn.split(",", self._get(name))

    @property
    def snapshot_identifier(self) -> str:
        """Identifier of the snapshot."""
        return self._get("SnapshotIdentifier")

    @property
    def cluster_identifier(self) -> str:
        """Identifier of the cluster the snapshot was taken from."""
        return self._get("ClusterIdentifier")

    @property
    def snapshot_create_time(self) -> str:
        """Time at which the snapshot was started."""
        return self._get("SnapshotCreateTime")

    @property
    def status(self) -> str:
        """State of the snapshot; `available` once it can be restored."""
        return self._get("Status")

    @property
    def port(self) -> str:
        """Port on which the cluster accepted connections."""
        return self._get("Port")

    @property
    def availability_zone(self) -> str:
        """Availability Zone of the cluster."""
        return self._get("AvailabilityZone")

    @property
    def cluster_create_time(self) -> str:
        """When the cluster was created."""
        return self._get("ClusterCreateTime")

    @property
    def master_username(self) -> str:
        """Name of the cluster's administrator."""
        return self._get("MasterUsername")

    @property
    def cluster_version(self) -> str:
        """Version of the Redshift engine on the cluster."""
        return self._get("ClusterVersion")

    @property
    def engine_full_version(self) -> str:
        """Full version of the cluster's engine, as `SELECT version()` shows it."""
        return self._get("EngineFullVersion")

    @property
    def snapshot_type(self) -> str:
        """Type of the snapshot: always `manual`, because no other type can be shared."""
        return self._get("SnapshotType")

    @property
    def node_type(self) -> str:
        """Type of the cluster's nodes, such as `ra3.xlplus`."""
        return self._get("NodeType")

    @property
    def number_of_nodes(self) -> str:
        """Number of nodes in the cluster."""
        return self._get("NumberOfNodes")

    @property
    def db_name(self) -> str:
        """Name of the database that was created with the cluster."""
        return self._get("DBName")

    @property
    def vpc_id(self) -> str:
        """VPC of the cluster."""
        return self._get("VpcId")

    @property
    def encrypted(self) -> str:
        """Whether the data is encrypted at rest."""
        return self._get("Encrypted")

    @property
    def kms_key_id(self) -> str:
        """KMS key that encrypts the data; empty if there is none."""
        return self._get("KmsKeyId")

    @property
    def encrypted_with_hsm(self) -> str:
        """Whether the key is in a hardware security module."""
        return self._get("EncryptedWithHSM")

    @property
    def accounts_with_restore_access(self) -> list[str]:
        """All accounts that may restore the snapshot, whoever authorized them."""
        return self._get_list("AccountsWithRestoreAccess")

    @property
    def owner_account(self) -> str:
        """Account that owns the snapshot."""
        return self._get("OwnerAccount")

    @property
    def total_backup_size_in_mega_bytes(self) -> str:
        """Size of the complete backup."""
        return self._get("TotalBackupSizeInMegaBytes")

    @property
    def actual_incremental_backup_size_in_mega_bytes(self) -> str:
        """Size of the data that this snapshot added to the previous one."""
        return self._get("ActualIncrementalBackupSizeInMegaBytes")

    @property
    def backup_progress_in_mega_bytes(self) -> str:
        """How much has been copied to the backup."""
        return self._get("BackupProgressInMegaBytes")

    @property
    def current_backup_rate_in_mega_bytes_per_second(self) -> str:
        """How fast the backup is being copied; `0` once it is complete."""
        return self._get("CurrentBackupRateInMegaBytesPerSecond")

    @property
    def estimated_seconds_to_completion(self) -> str:
        """How much longer the backup will take; `0` once it is complete."""
        return self._get("EstimatedSecondsToCompletion")

    @property
    def elapsed_time_in_seconds(self) -> str:
        """How long the backup has taken."""
        return self._get("ElapsedTimeInSeconds")

    @property
    def source_region(self) -> str:
        """Region from which the snapshot was copied."""
        return self._get("SourceRegion")

    @property
    def tags(self) -> str:
        """Tags of the snapshot as JSON: a list of objects with `Key` and `Value`."""
        return self._get("Tags")

    @property
    def restorable_node_types(self) -> list[str]:
        """Node types to which the snapshot can be restored."""
        return self._get_list("RestorableNodeTypes")

    @property
    def enhanced_vpc_routing(self) -> str:
        """Whether the cluster sent its traffic through its VPC."""
        return self._get("EnhancedVpcRouting")

    @property
    def maintenance_track_name(self) -> str:
        """Maintenance track of the cluster."""
        return self._get("MaintenanceTrackName")

    @property
    def manual_snapshot_retention_period(self) -> str:
        """Days for which the snapshot is kept; `-1` is forever."""
        return self._get("ManualSnapshotRetentionPeriod")

    @property
    def manual_snapshot_remaining_days(self) -> str:
        """Days until the snapshot is deleted."""
        return self._get("ManualSnapshotRemainingDays")

    @property
    def snapshot_retention_start_time(self) -> str:
        """Time at which the retention period began."""
        return self._get("SnapshotRetentionStartTime")

    @property
    def master_password_secret_arn(self) -> str:
        """Secret that holds the administrator's password."""
        return self._get("MasterPasswordSecretArn")

    @property
    def master_password_secret_kms_key_id(self) -> str:
        """KMS key that encrypts that secret."""
        return self._get("MasterPasswordSecretKmsKeyId")

    @property
    def snapshot_arn(self) -> str:
        """ARN of the snapshot."""
        return self._get("SnapshotArn")

    @property
    def truncated(self) -> str:
        """Names of the attributes that were cut, joined by commas; empty if none were cut.

        CloudFormation accepts responses of at most 4,096 bytes. The names are those of the
        API.
        """
        return self._get("Truncated")
