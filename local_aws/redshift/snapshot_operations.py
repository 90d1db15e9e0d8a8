"""The operations of Redshift's API on snapshots, and their rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from moto.redshift.exceptions import ClusterSnapshotAlreadyExistsError

from local_aws.redshift import descriptions, tags as tag_rules
from local_aws.redshift.access_operations import AccessOperations
from local_aws.redshift.assumptions import follow
from local_aws.redshift.clusters import Clusters, kms_key_arn
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.history import History
from local_aws.redshift.names import (
    automated_identifier,
    check_manual_identifier,
    copied_identifier,
)
from local_aws.redshift.orders import AUTOMATED_TAG, take_orders
from local_aws.redshift.retention import check_retention_period
from local_aws.redshift.snapshots import Snapshot


class SnapshotOperations(AccessOperations):
    """The snapshots of an account in a Region.

    Each operation of the API is a method. It takes the operation's parameters in snake case
    and returns the same as botocore.
    """

    account_id: str
    region_name: str
    partition: str
    clusters: Clusters
    snapshots: dict[str, Snapshot]

    def create_cluster_snapshot(  # noqa: PLR0917 - moto passes them by position
        self,
        cluster_identifier: str,
        snapshot_identifier: str,
        region_name: str | None = None,  # noqa: ARG002 - moto passes it
        tags: Sequence[dict[str, str]] | None = None,
        snapshot_type: str = "manual",
        manual_snapshot_retention_period: int | None = None,
    ) -> dict[str, Any]:
        """Take a snapshot. moto also takes automated snapshots this way."""
        cluster = self.clusters[cluster_identifier]
        kept = tag_rules.merge_tags({}, tag_rules.parse_tags(tags or ()))
        orders = take_orders(kept, self.redshift)
        now = self.redshift.clock()
        identifier = snapshot_identifier.lower()
        if orders.is_automated:
            snapshot_type = "automated"
            identifier = automated_identifier(cluster.cluster_identifier, now)
        snapshot = Snapshot(
            cluster=cluster,
            arn=self._arn(cluster.cluster_identifier, identifier),
            owner_account=self.account_id,
            cluster_identifier=cluster.cluster_identifier,
            snapshot_identifier=identifier,
            snapshot_type=snapshot_type,
            created_at=now,
            available_at=now + timedelta(seconds=orders.creating_seconds),
            final_status=orders.final_status,
            estimates_completion=orders.estimates_completion,
            retention_period=check_retention_period(manual_snapshot_retention_period),
            kms_key_id=kms_key_arn(cluster),
            tags_by_key=kept,
        )
        return self._add(snapshot)

    def take_automated_snapshot(self, cluster_identifier: str) -> dict[str, Any]:
        """Take an automated snapshot."""
        tag = {"Key": AUTOMATED_TAG, "Value": "true"}
        return self.create_cluster_snapshot(cluster_identifier, "", tags=[tag])

    def copy_cluster_snapshot(
        self,
        *,
        source_snapshot_identifier: str,
        target_snapshot_identifier: str,
        source_snapshot_cluster_identifier: str | None = None,
        manual_snapshot_retention_period: int | None = None,
    ) -> dict[str, Any]:
        """Copy an automated snapshot to a manual snapshot without tags."""
        source = self.caller.find_own_snapshot(
            source_snapshot_identifier,
            cluster_identifier=source_snapshot_cluster_identifier,
        )
        if source.snapshot_type != "automated":
            raise RedshiftError(
                "InvalidClusterSnapshotState",
                f"{source_snapshot_identifier} is not an automated snapshot",
            )
        self.check_available(source)
        identifier = target_snapshot_identifier.lower()
        now = self.redshift.clock()
        copy = replace(
            source,
            arn=self._arn(source.cluster_identifier, identifier),
            snapshot_identifier=identifier,
            snapshot_type="manual",
            created_at=now,
            available_at=now + timedelta(seconds=self.redshift.creating_seconds),
            estimates_completion=self.redshift.estimates_completion,
            data_time=source.create_time,
            retention_period=check_retention_period(manual_snapshot_retention_period),
            tags_by_key={},
            accounts_with_restore_access={},
            former_tags=History(),
            former_accounts=History(),
        )
        return self._add(copy)

    def keep_copy(self, source: Snapshot) -> None:
        """Keep what cross-Region copying makes of a snapshot; it has no tags."""
        identifier = copied_identifier(source.snapshot_identifier)
        self.snapshots[identifier] = replace(
            source,
            arn=self._arn(source.cluster_identifier, identifier),
            snapshot_identifier=identifier,
            tags_by_key={},
            accounts_with_restore_access={},
            former_tags=History(),
            former_accounts=History(),
        )

    def describe_cluster_snapshots(self, **parameters: Any) -> dict[str, Any]:
        """Describe snapshots."""
        return descriptions.describe_cluster_snapshots(self.caller, **parameters)

    def delete_cluster_snapshot(
        self, snapshot_identifier: str, snapshot_cluster_identifier: str | None = None
    ) -> dict[str, Any]:
        """Delete a manual snapshot that no other account may restore."""
        snapshot = self.caller.find_own_snapshot(
            snapshot_identifier, cluster_identifier=snapshot_cluster_identifier
        )
        if snapshot.accounts_with_restore_access:
            follow(
                self.redshift.assumptions.delete_while_shared,
                f"{snapshot_identifier} is shared",
            )
        if (
            snapshot.snapshot_type != "manual"
            or snapshot.status(self.redshift.clock()) == "creating"
        ):
            raise RedshiftError(
                "InvalidClusterSnapshotState",
                f"{snapshot_identifier} is automated or still being created",
            )
        del self.snapshots[snapshot.snapshot_identifier]
        return {"Snapshot": {**self._describe(snapshot), "Status": "deleted"}}

    def delete_automated_snapshots(self, cluster_identifier: str) -> None:
        """Delete the automated snapshots of a deleted cluster."""
        for identifier, snapshot in tuple(self.snapshots.items()):
            if (
                snapshot.snapshot_type == "automated"
                and snapshot.cluster_identifier == cluster_identifier.lower()
            ):
                del self.snapshots[identifier]

    def _arn(self, cluster_identifier: str, identifier: str) -> str:
        return (
            f"arn:{self.partition}:redshift:{self.region_name}:{self.account_id}"
            f":snapshot:{cluster_identifier}/{identifier}"
        )

    def _add(self, snapshot: Snapshot) -> dict[str, Any]:
        identifier = snapshot.snapshot_identifier
        if snapshot.snapshot_type == "manual":
            check_manual_identifier(identifier)
        if identifier in self.snapshots:
            raise ClusterSnapshotAlreadyExistsError(identifier)
        if snapshot.snapshot_type == "manual":
            self._check_quota()
        self.snapshots[identifier] = snapshot
        return {"Snapshot": self._describe(snapshot)}

    def _check_quota(self) -> None:
        quota = self.redshift.manual_snapshot_quota
        if quota is not None and quota <= sum(
            snapshot.snapshot_type == "manual" for snapshot in self.snapshots.values()
        ):
            raise RedshiftError(
                "ClusterSnapshotQuotaExceeded",
                f"The account has {quota} manual snapshots in {self.region_name}, which "
                "is its quota",
            )
