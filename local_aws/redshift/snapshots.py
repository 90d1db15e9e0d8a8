"""A snapshot of a cluster, as Redshift describes it."""

import itertools
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local_aws.redshift.history import History

SUPPORT_ACCOUNT = "amazon-redshift-support"

_SIZE_IN_MEGA_BYTES = 400.0
_INCREMENT_IN_MEGA_BYTES = 40.0
_UNKNOWN = -1.0


@dataclass(slots=True, kw_only=True)
class Snapshot:
    """A snapshot.

    This is a plain class and not one of moto's models, because moto keeps each of its
    models forever.

    Args:
        cluster: The cluster of moto that it was taken from.
        arn: Its ARN.
        available_at: The time when `creating` ends.
        final_status: The status after `creating`.
        estimates_completion: Whether it shows how long `creating` will take. In recordings
            of the real API it does not.
        attributes: The fields of the API's `Snapshot` structure that never change.
    """

    cluster: Any
    arn: str
    owner_account: str
    cluster_identifier: str
    snapshot_identifier: str
    snapshot_type: str
    created_at: datetime
    available_at: datetime
    final_status: str = "available"
    estimates_completion: bool = False
    retention_period: int = -1
    # The time of a copy is the time of its data, which is that of the original snapshot.
    data_time: datetime | None = None
    kms_key_id: str | None = None
    tags_by_key: dict[str, str] = field(default_factory=dict)
    # In the order of their authorization.
    accounts_with_restore_access: dict[str, None] = field(default_factory=dict)
    former_tags: History[str] = field(default_factory=History)
    former_accounts: History[None] = field(default_factory=History)
    #: Snapshots are described in the order in which they were created.
    number: int = field(init=False, default_factory=itertools.count(1).__next__)
    attributes: dict[str, Any] = field(init=False)

    # moto's own tag operations need this from a resource.
    resource_type = "snapshot"

    def __post_init__(self) -> None:
        self.attributes = self._fixed_attributes()

    @property
    def tags(self) -> list[dict[str, str]]:
        """The tags, as in the API."""
        return _as_list(self.tags_by_key)

    @property
    def region(self) -> str:
        """The Region that it is in."""
        return self.arn.split(":")[3]

    @property
    def create_time(self) -> datetime:
        """The `SnapshotCreateTime` of the API, which is the time of the data."""
        return self.data_time or self.created_at

    def status(self, now: datetime) -> str:
        """Find the status at a moment."""
        return "creating" if now < self.available_at else self.final_status

    def is_restorable_by(self, account: str) -> bool:
        """Tell whether an account may restore it."""
        return (
            account == self.owner_account
            or account in self.accounts_with_restore_access
        )

    def describe(
        self,
        viewer: str,
        now: datetime,
        *,
        tags: dict[str, str] | None = None,
        accounts: dict[str, None] | None = None,
        receiver_sees_tags: bool = False,
    ) -> dict[str, Any]:
        """Describe the snapshot as the API does.

        Args:
            viewer: The account that asks. Only the owner sees the accounts that it is
                shared with.
            now: The moment.
            tags: The tags to show. Default: those that it has.
            accounts: The accounts to show. Default: those that it is shared with.
            receiver_sees_tags: Whether others than the owner see the tags.
        """
        is_owner = viewer == self.owner_account
        if tags is None:
            tags = self.tags_by_key
        if accounts is None:
            accounts = self.accounts_with_restore_access
        described = {
            **self.attributes,
            "Status": self.status(now),
            "Tags": _as_list(tags) if is_owner or receiver_sees_tags else [],
            **self._progress(now),
        }
        if self.snapshot_type == "manual":
            described["ManualSnapshotRetentionPeriod"] = self.retention_period
        if self.retention_period > 0:
            elapsed = (now - self.created_at).days
            described["ManualSnapshotRemainingDays"] = max(
                self.retention_period - elapsed, 0
            )
        if accounts and is_owner:
            described["AccountsWithRestoreAccess"] = [
                {"AccountAlias" if account == SUPPORT_ACCOUNT else "AccountId": account}
                for account in accounts
            ]
        return described

    def _progress(self, now: datetime) -> dict[str, Any]:
        """Compute the progress. Redshift shows no size before the end."""
        is_creating = now < self.available_at
        end = now if is_creating else self.available_at
        if is_creating:
            whole = incremental = _UNKNOWN
        elif self.final_status == "available":
            whole, incremental = _SIZE_IN_MEGA_BYTES, _INCREMENT_IN_MEGA_BYTES
        else:
            whole = incremental = 0.0
        remaining = (self.available_at - end).total_seconds()
        return {
            "TotalBackupSizeInMegaBytes": whole,
            "ActualIncrementalBackupSizeInMegaBytes": incremental,
            "BackupProgressInMegaBytes": max(incremental, 0.0),
            "CurrentBackupRateInMegaBytesPerSecond": 0.0,
            "EstimatedSecondsToCompletion": (
                int(_UNKNOWN)
                if is_creating and not self.estimates_completion
                else math.ceil(remaining)
            ),
            "ElapsedTimeInSeconds": int((end - self.created_at).total_seconds()),
        }

    def _fixed_attributes(self) -> dict[str, Any]:
        cluster = self.cluster
        attributes = {
            "SnapshotIdentifier": self.snapshot_identifier,
            "ClusterIdentifier": self.cluster_identifier,
            "SnapshotCreateTime": self.create_time,
            "Port": cluster.port,
            "AvailabilityZone": cluster.availability_zone,
            "ClusterCreateTime": cluster.create_time.replace(tzinfo=UTC),
            "MasterUsername": cluster.master_username,
            "ClusterVersion": cluster.cluster_version,
            "EngineFullVersion": f"{cluster.cluster_version}.78890",
            "SnapshotType": self.snapshot_type,
            "NodeType": cluster.node_type,
            "NumberOfNodes": cluster.number_of_nodes,
            "DBName": cluster.db_name,
            "VpcId": f"vpc-{self.owner_account}",
            "Encrypted": bool(cluster.encrypted),
            "EncryptedWithHSM": False,
            "OwnerAccount": self.owner_account,
            "EnhancedVpcRouting": bool(cluster.enhanced_vpc_routing),
            "MaintenanceTrackName": "current",
            "SnapshotRetentionStartTime": self.created_at,
            "SnapshotArn": self.arn,
        }
        if self.kms_key_id:
            attributes["KmsKeyId"] = self.kms_key_id
        return attributes


def _as_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
