"""The operations of Redshift's API that are about snapshots, and their rules."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from moto.redshift.exceptions import (
    ClusterNotFoundError,
    ClusterSnapshotAlreadyExistsError,
)

from local_aws.redshift import descriptions, tags as tag_rules
from local_aws.redshift.authorizations import authorize, check_account, revoke
from local_aws.redshift.caller import Caller
from local_aws.redshift.clusters import kms_key_arn
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.names import check_manual_identifier
from local_aws.redshift.orders import take_orders
from local_aws.redshift.service import Redshift
from local_aws.redshift.snapshots import Snapshot


class SnapshotOperations:
    """The snapshots of an account in a Region.

    A method that is an operation of the API takes the operation's parameters in snake
    case and returns what botocore returns.
    """

    account_id: str
    region_name: str
    partition: str
    redshift: Redshift
    caller: Caller
    clusters: dict[str, Any]
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
        """Take a snapshot; moto takes automated ones this way, too."""
        cluster = self.clusters.get(cluster_identifier.lower())
        if cluster is None:
            raise ClusterNotFoundError(cluster_identifier)
        identifier = snapshot_identifier.lower()
        if snapshot_type == "manual":
            check_manual_identifier(identifier)
        if identifier in self.snapshots:
            raise ClusterSnapshotAlreadyExistsError(identifier)
        kept = tag_rules.merge_tags({}, tag_rules.parse_tags(tags or ()))
        orders = take_orders(kept, self.redshift)
        seconds = orders.creating_seconds if snapshot_type == "manual" else 0
        now = self.redshift.clock()
        snapshot = Snapshot(
            cluster=cluster,
            arn=(
                f"arn:{self.partition}:redshift:{self.region_name}:{self.account_id}"
                f":snapshot:{cluster.cluster_identifier}/{identifier}"
            ),
            owner_account=self.account_id,
            cluster_identifier=cluster.cluster_identifier,
            snapshot_identifier=identifier,
            snapshot_type=snapshot_type,
            created_at=now,
            available_at=now + timedelta(seconds=seconds),
            final_status=orders.final_status,
            estimates_completion=orders.estimates_completion,
            retention_period=manual_snapshot_retention_period or -1,
            kms_key_id=kms_key_arn(cluster),
            tags_by_key=kept,
        )
        self.snapshots[identifier] = snapshot
        return {"Snapshot": self._describe(snapshot)}

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
        if (
            snapshot.snapshot_type != "manual"
            or snapshot.accounts_with_restore_access
            or snapshot.status(self.redshift.clock()) == "creating"
        ):
            raise RedshiftError(
                "InvalidClusterSnapshotState",
                f"{snapshot_identifier} is automated, shared or still being created",
            )
        del self.snapshots[snapshot.snapshot_identifier]
        return {"Snapshot": {**self._describe(snapshot), "Status": "deleted"}}

    def delete_automated_snapshots(self, cluster_identifier: str) -> None:
        """Delete what Redshift deletes with a cluster."""
        for identifier, snapshot in tuple(self.snapshots.items()):
            if (
                snapshot.snapshot_type == "automated"
                and snapshot.cluster_identifier == cluster_identifier
            ):
                del self.snapshots[identifier]

    def authorize_snapshot_access(
        self,
        *,
        account_with_restore_access: str,
        snapshot_identifier: str | None = None,
        snapshot_arn: str | None = None,
        snapshot_cluster_identifier: str | None = None,
    ) -> dict[str, Any]:
        """Let another account restore a snapshot."""
        snapshot = self.caller.find_own_snapshot(
            snapshot_identifier, snapshot_arn, snapshot_cluster_identifier
        )
        check_account(account_with_restore_access, snapshot.owner_account)
        self.check_available(snapshot)
        self._keep_accounts(snapshot)
        authorize(
            snapshot,
            account_with_restore_access,
            self._count_accounts(snapshot.kms_key_id),
        )
        return {"Snapshot": self._describe(snapshot)}

    def revoke_snapshot_access(
        self,
        *,
        account_with_restore_access: str,
        snapshot_identifier: str | None = None,
        snapshot_arn: str | None = None,
        snapshot_cluster_identifier: str | None = None,
    ) -> dict[str, Any]:
        """Let another account no longer restore a snapshot."""
        snapshot = self.caller.find_own_snapshot(
            snapshot_identifier, snapshot_arn, snapshot_cluster_identifier
        )
        check_account(account_with_restore_access, snapshot.owner_account)
        self._keep_accounts(snapshot)
        revoke(snapshot, account_with_restore_access)
        return {"Snapshot": self._describe(snapshot)}

    def _describe(self, snapshot: Snapshot) -> dict[str, Any]:
        return descriptions.describe(self.caller, snapshot)

    def check_available(self, snapshot: Snapshot) -> None:
        """Refuse what only an available snapshot allows."""
        status = snapshot.status(self.redshift.clock())
        if status != "available":
            raise RedshiftError(
                "InvalidClusterSnapshotState",
                f"The snapshot {snapshot.snapshot_identifier} is {status}",
            )

    def _keep_accounts(self, snapshot: Snapshot) -> None:
        snapshot.former_accounts.keep(
            snapshot.accounts_with_restore_access,
            self.redshift.clock(),
            self.redshift.account_lag_seconds,
        )

    def _count_accounts(self, kms_key_id: str | None) -> int:
        if kms_key_id is None:
            return 0
        return sum(
            len(snapshot.accounts_with_restore_access)
            for snapshot in self.redshift.snapshots_in_region(self.region_name)
            if snapshot.kms_key_id == kms_key_id
        )
