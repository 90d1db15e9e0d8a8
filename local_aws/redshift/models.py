"""moto's Redshift of one account in one Region, with this package's snapshots.

This module is called `models` because moto derives the module `urls` from that name.
"""

from collections.abc import Sequence
from typing import Any

from moto.redshift import models
from moto.redshift.exceptions import ResourceNotFoundFaultError

from local_aws.redshift import tags as tag_rules
from local_aws.redshift.assumptions import follow
from local_aws.redshift.caller import Caller
from local_aws.redshift.clusters import Clusters, restored_settings
from local_aws.redshift.descriptions import describe
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.retention import check_retention_period
from local_aws.redshift.service import SERVED, Redshift
from local_aws.redshift.snapshot_operations import SnapshotOperations
from local_aws.redshift.snapshots import Snapshot

# moto keeps each of its models for its dashboard, but a model-based test makes millions.
_TRACKED = (models.Cluster, models.ParameterGroup, models.SecurityGroup)


class RedshiftBackend(SnapshotOperations, models.RedshiftBackend):  # type: ignore[misc]  # moto is untyped
    """The clusters and snapshots of an account in a Region.

    Args:
        region_name: The Region.
        account_id: The account.
        redshift: The Redshift that it is part of. Default: the one that moto serves.
    """

    def __init__(
        self, region_name: str, account_id: str, redshift: Redshift | None = None
    ) -> None:
        super().__init__(region_name, account_id)
        self.redshift = redshift or SERVED
        self.redshift.backends[account_id, region_name] = self
        self.clusters = self.RESOURCE_TYPE_MAP["cluster"] = Clusters()
        self.caller = Caller(self.redshift, account_id, region_name)
        self._forget_models()

    def create_cluster(self, **cluster_kwargs: Any) -> Any:
        """Create a cluster, and its first automated snapshot, as moto does."""
        identifier = cluster_kwargs["cluster_identifier"].lower()
        cluster = super().create_cluster(
            **{**cluster_kwargs, "cluster_identifier": identifier}
        )
        cluster.create_time = self.redshift.clock()
        # moto's cluster has the time of another clock.
        self.delete_automated_snapshots(identifier)
        self.take_automated_snapshot(identifier)
        self._forget_models()
        return cluster

    def create_cluster_snapshot(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Take a snapshot, and copy it if that is enabled for its cluster."""
        response = super().create_cluster_snapshot(*args, **kwargs)
        snapshot = self.snapshots[response["Snapshot"]["SnapshotIdentifier"]]
        if copying := snapshot.cluster.cluster_snapshot_copy_status:
            region = copying["DestinationRegion"]
            find_backend(self.redshift, self.account_id, region).keep_copy(snapshot)
        return response

    def restore_from_cluster_snapshot(
        self,
        *,
        cluster_identifier: str,
        snapshot_identifier: str | None = None,
        snapshot_arn: str | None = None,
        snapshot_cluster_identifier: str | None = None,
        owner_account: str | None = None,
        **cluster_kwargs: Any,
    ) -> dict[str, Any]:
        """Restore a cluster from a snapshot that the account owns or may restore."""
        snapshot = self.caller.find_snapshot(
            snapshot_identifier,
            snapshot_arn,
            snapshot_cluster_identifier,
            owner_account,
        )
        if not snapshot.is_restorable_by(self.account_id):
            raise RedshiftError(
                "AccessToSnapshotDenied",
                f"{snapshot.arn} is not shared with {self.account_id}",
            )
        self.check_available(snapshot)
        cluster = self.create_cluster(
            **{
                **restored_settings(snapshot.cluster),
                "kms_key_id": snapshot.kms_key_id,
                **cluster_kwargs,
                "cluster_identifier": cluster_identifier,
                "region_name": self.region_name,
            }
        )
        return {"Cluster": cluster}

    def modify_cluster_snapshot(
        self,
        snapshot_identifier: str,
        manual_snapshot_retention_period: int | None = None,
        *,
        force: bool = False,
    ) -> dict[str, Any]:
        """Change how long a manual snapshot is kept."""
        del force  # This refuses snapshots that would expire at once.
        snapshot = self.caller.find_own_snapshot(snapshot_identifier)
        if snapshot.snapshot_type != "manual":
            raise RedshiftError(
                "InvalidClusterSnapshotState",
                f"{snapshot_identifier} is not a manual snapshot",
            )
        days = check_retention_period(manual_snapshot_retention_period)
        snapshot.retention_period = days
        return {"Snapshot": describe(self.caller, snapshot)}

    def create_tags(
        self, resource_name: str, tags: Sequence[dict[str, str]] = ()
    ) -> dict[str, Any]:
        """Add tags to a resource."""
        resource = self._get_resource_from_arn(resource_name)
        new = tag_rules.parse_tags(tags)
        if isinstance(resource, Snapshot):
            self._follow_assumptions(resource)
            merged = tag_rules.merge_tags(resource.tags_by_key, new)
            self._keep_tags(resource)
            resource.tags_by_key = merged
        else:
            resource.create_tags(list(tags))
        return {}

    def delete_tags(
        self, resource_name: str, tag_keys: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Delete tags of a resource."""
        resource = self._get_resource_from_arn(resource_name)
        for key in tag_keys:
            tag_rules.check_key(key)
        if isinstance(resource, Snapshot):
            if absent := [key for key in tag_keys if key not in resource.tags_by_key]:
                follow(
                    self.redshift.assumptions.delete_absent_tag,
                    f"There is no tag {absent[0]}",
                )
            self._keep_tags(resource)
            for key in tag_keys:
                resource.tags_by_key.pop(key, None)
        else:
            resource.delete_tags(list(tag_keys))
        return {}

    def _get_resource_from_arn(self, arn: str) -> Any:
        if ":snapshot:" not in arn:
            return super()._get_resource_from_arn(arn)
        snapshot = self.snapshots.get(arn.rpartition("/")[2].lower())
        if snapshot is None or snapshot.arn != arn:
            raise ResourceNotFoundFaultError("snapshot", arn)
        return snapshot

    def _follow_assumptions(self, snapshot: Snapshot) -> None:
        """Refuse a tag, if a busy snapshot or a paused cluster should refuse it."""
        redshift = self.redshift
        if snapshot.status(redshift.clock()) == "creating":
            follow(redshift.assumptions.tag_while_creating, "The snapshot is creating")
        if snapshot.cluster.status == "paused":
            follow(redshift.assumptions.tag_while_paused, "The cluster is paused")

    def _keep_tags(self, snapshot: Snapshot) -> None:
        snapshot.former_tags.keep(
            snapshot.tags_by_key, self.redshift.clock(), self.redshift.tag_lag_seconds
        )

    @staticmethod
    def _forget_models() -> None:
        for model in _TRACKED:
            model.instances_tracked.clear()


def find_backend(redshift: Redshift, account: str, region: str) -> RedshiftBackend:
    """Find the backend of an account in a Region. The backend of a new account is empty."""
    found = redshift.backends.get((account, region))
    if isinstance(found, RedshiftBackend):
        return found
    return RedshiftBackend(region, account, redshift)
