"""What one account has in one Region: moto's backend, with snapshots that can be shared.

The rules of Redshift's snapshots stand here and nowhere else. A method that is an
operation of the API takes that operation's parameters in snake case and answers as
botocore does.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from types import ModuleType
from typing import Any

from moto.redshift import models
from moto.redshift.exceptions import (
    ClusterNotFoundError,
    ClusterSnapshotAlreadyExistsError,
    ClusterSnapshotNotFoundError,
    ResourceNotFoundFaultError,
)

from local_aws.redshift import tags as tag_rules
from local_aws.redshift.authorizations import authorize, check_account, revoke
from local_aws.redshift.clusters import kms_key_arn, restored_settings
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.filters import Filters
from local_aws.redshift.service import SERVED, Redshift
from local_aws.redshift.snapshots import (
    Snapshot,
    SnapshotArn,
    check_manual_identifier,
    parse_snapshot_arn,
)

#: Tags of CreateClusterSnapshot that are orders to this Redshift, and are not kept.
CREATING_SECONDS_TAG = "local-aws:creating-seconds"
FINAL_STATUS_TAG = "local-aws:final-status"

_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]+)?")

_FILTERS = {"start_time", "end_time", "tag_keys", "tag_values"}

# moto keeps every one of its models for its dashboard; a model-based test makes millions.
_TRACKED = (models.Cluster, models.ParameterGroup, models.SecurityGroup)


class RedshiftBackend(models.RedshiftBackend):  # type: ignore[misc]  # moto is untyped
    """The clusters and snapshots of an account in a Region.

    Args:
        region_name: The Region.
        account_id: The account.
        redshift: The whole it is part of. Default: the one moto serves.
    """

    def __init__(
        self, region_name: str, account_id: str, redshift: Redshift | None = None
    ) -> None:
        super().__init__(region_name, account_id)
        self.redshift = redshift or SERVED
        self.redshift.backends[account_id, region_name] = self
        self._forget_models()

    @property
    def _url_module(self) -> ModuleType:
        # moto derives it from the module's name, which for its own ends in `models`.
        from local_aws.redshift import urls  # noqa: PLC0415 - urls needs this module

        return urls

    def create_cluster(self, **cluster_kwargs: Any) -> Any:
        """Create a cluster, and its first automated snapshot, as moto does."""
        identifier = cluster_kwargs["cluster_identifier"].lower()
        cluster = super().create_cluster(
            **{**cluster_kwargs, "cluster_identifier": identifier}
        )
        cluster.create_time = self.redshift.clock()
        self._forget_models()
        return cluster

    def create_cluster_snapshot(  # noqa: PLR0917 - moto passes them by position
        self,
        cluster_identifier: str,
        snapshot_identifier: str,
        region_name: str | None = None,  # noqa: ARG002 - moto passes it
        tags: Sequence[dict[str, str]] | None = None,
        snapshot_type: str = "manual",
        manual_snapshot_retention_period: int | None = None,
    ) -> dict[str, Any]:
        """Take a snapshot; one whose type is `automated` is as Redshift's own are."""
        cluster = self.clusters.get(cluster_identifier.lower())
        if cluster is None:
            raise ClusterNotFoundError(cluster_identifier)
        identifier = snapshot_identifier.lower()
        if snapshot_type == "manual":
            check_manual_identifier(identifier)
        if identifier in self.snapshots:
            raise ClusterSnapshotAlreadyExistsError(identifier)
        kept = tag_rules.merge_tags({}, tag_rules.parse_tags(tags or ()))
        now = self.redshift.clock()
        seconds = self._take_creating_seconds(kept)
        if snapshot_type == "automated":
            seconds = 0
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
            final_status=kept.pop(FINAL_STATUS_TAG, "available"),
            retention_period=manual_snapshot_retention_period or -1,
            kms_key_id=kms_key_arn(cluster),
            tags_by_key=kept,
        )
        self.snapshots[identifier] = snapshot
        return {"Snapshot": self._describe(snapshot)}

    def describe_cluster_snapshots(
        self,
        cluster_identifier: str | None = None,
        snapshot_identifier: str | None = None,
        snapshot_type: str | None = None,
        *,
        snapshot_arn: str | None = None,
        owner_account: str | None = None,
        **filters: Any,
    ) -> dict[str, Any]:
        """Describe snapshots of this account, or those another one shares with it.

        Others' snapshots are only described when an ARN or `owner_account` asks for
        them.
        """
        if snapshot_identifier and snapshot_arn:
            raise _not_exactly_one()
        arn = parse_snapshot_arn(snapshot_arn) if snapshot_arn else None
        identifier = arn.snapshot_identifier if arn else snapshot_identifier
        wanted = Filters(
            cluster_identifier=cluster_identifier,
            snapshot_type=snapshot_type,
            **{name: filters[name] for name in _FILTERS & filters.keys()},
        )
        found = []
        for snapshot in self._snapshots_of(
            arn.owner_account if arn else owner_account or self.account_id,
            identifier.lower() if identifier else None,
        ):
            tags, accounts = self._tags_and_accounts_shown(snapshot)
            if (
                (
                    self.account_id == snapshot.owner_account
                    or self.account_id in accounts
                )
                and (arn is None or parse_snapshot_arn(snapshot.arn) == arn)
                and wanted.match(snapshot, self.account_id, tags)
            ):
                found.append(
                    snapshot.describe(
                        self.account_id,
                        self.redshift.clock(),
                        tags=tags,
                        accounts=accounts,
                    )
                )
        if identifier is not None and not found:
            raise ClusterSnapshotNotFoundError(identifier)
        return {"Snapshots": found}

    def authorize_snapshot_access(
        self,
        *,
        account_with_restore_access: str,
        snapshot_identifier: str | None = None,
        snapshot_arn: str | None = None,
        snapshot_cluster_identifier: str | None = None,
    ) -> dict[str, Any]:
        """Let another account restore a snapshot."""
        snapshot = self._own_snapshot(
            snapshot_identifier, snapshot_arn, snapshot_cluster_identifier
        )
        check_account(account_with_restore_access, snapshot.owner_account)
        self._check_available(snapshot)
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
        """Take that back."""
        snapshot = self._own_snapshot(
            snapshot_identifier, snapshot_arn, snapshot_cluster_identifier
        )
        check_account(account_with_restore_access, snapshot.owner_account)
        self._keep_accounts(snapshot)
        revoke(snapshot, account_with_restore_access)
        return {"Snapshot": self._describe(snapshot)}

    def delete_cluster_snapshot(
        self, snapshot_identifier: str, snapshot_cluster_identifier: str | None = None
    ) -> dict[str, Any]:
        """Delete a manual snapshot that nobody else may restore."""
        snapshot = self._own_snapshot(
            snapshot_identifier, None, snapshot_cluster_identifier
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
        """Do what Redshift does when a cluster goes."""
        for identifier, snapshot in tuple(self.snapshots.items()):
            if (
                snapshot.snapshot_type == "automated"
                and snapshot.cluster_identifier == cluster_identifier
            ):
                del self.snapshots[identifier]

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
        """Make a cluster from a snapshot of this account, or one shared with it."""
        snapshot = self._find_snapshot(
            snapshot_identifier,
            snapshot_arn,
            snapshot_cluster_identifier,
            owner_account or self.account_id,
        )
        if not snapshot.is_restorable_by(self.account_id):
            raise RedshiftError(
                "AccessToSnapshotDenied",
                f"{snapshot.arn} is not shared with {self.account_id}",
            )
        self._check_available(snapshot)
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

    def create_tags(
        self, resource_name: str, tags: Sequence[dict[str, str]]
    ) -> dict[str, Any]:
        """Put tags on a resource."""
        resource = self._get_resource_from_arn(resource_name)
        new = tag_rules.parse_tags(tags)
        if isinstance(resource, Snapshot):
            merged = tag_rules.merge_tags(resource.tags_by_key, new)
            self._keep_tags(resource)
            resource.tags_by_key = merged
        else:
            resource.create_tags(list(tags))
        return {}

    def delete_tags(
        self, resource_name: str, tag_keys: Sequence[str]
    ) -> dict[str, Any]:
        """Take tags off a resource; keys it does not have are no error."""
        resource = self._get_resource_from_arn(resource_name)
        for key in tag_keys:
            tag_rules.check_key(key)
        if isinstance(resource, Snapshot):
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

    def _take_creating_seconds(self, tags: dict[str, str]) -> float:
        value = tags.pop(CREATING_SECONDS_TAG, None)
        if value is None:
            return self.redshift.creating_seconds
        if not _SECONDS.fullmatch(value):
            raise RedshiftError(
                "InvalidParameterValue", f"Invalid {CREATING_SECONDS_TAG} {value}"
            )
        return float(value)

    def _describe(self, snapshot: Snapshot) -> dict[str, Any]:
        return snapshot.describe(self.account_id, self.redshift.clock())

    def _snapshots_of(self, owner: str, identifier: str | None) -> list[Snapshot]:
        backend = self.redshift.backends.get((owner, self.region_name))
        if backend is None:
            return []
        if identifier is None:
            return list(backend.snapshots.values())
        # By its key when there is one: model-based tests live on this.
        snapshot = backend.snapshots.get(identifier)
        return [snapshot] if snapshot is not None else []

    def _tags_and_accounts_shown(
        self, snapshot: Snapshot
    ) -> tuple[dict[str, str], dict[str, None]]:
        now = self.redshift.clock()
        return (
            snapshot.former_tags.state_at(
                snapshot.tags_by_key, now, self.redshift.tag_lag_seconds
            ),
            snapshot.former_accounts.state_at(
                snapshot.accounts_with_restore_access,
                now,
                self.redshift.account_lag_seconds,
            ),
        )

    def _keep_tags(self, snapshot: Snapshot) -> None:
        snapshot.former_tags.keep(
            snapshot.tags_by_key, self.redshift.clock(), self.redshift.tag_lag_seconds
        )

    def _keep_accounts(self, snapshot: Snapshot) -> None:
        snapshot.former_accounts.keep(
            snapshot.accounts_with_restore_access,
            self.redshift.clock(),
            self.redshift.account_lag_seconds,
        )

    def _own_snapshot(
        self, identifier: str | None, arn: str | None, cluster_identifier: str | None
    ) -> Snapshot:
        snapshot = self._find_snapshot(
            identifier, arn, cluster_identifier, self.account_id
        )
        if snapshot.owner_account != self.account_id:
            raise RedshiftError(
                "AccessToSnapshotDenied", f"{snapshot.arn} is of another account"
            )
        return snapshot

    def _find_snapshot(
        self,
        identifier: str | None,
        arn: str | None,
        cluster_identifier: str | None,
        owner_account: str,
    ) -> Snapshot:
        if (identifier is None) == (arn is None):
            raise _not_exactly_one()
        named = (
            parse_snapshot_arn(arn)
            if arn
            else SnapshotArn(
                region=self.region_name,
                owner_account=owner_account,
                cluster_identifier=(cluster_identifier or "").lower(),
                snapshot_identifier=(identifier or "").lower(),
            )
        )
        backend = self.redshift.backends.get((named.owner_account, self.region_name))
        snapshot: Snapshot | None = (
            backend.snapshots.get(named.snapshot_identifier) if backend else None
        )
        if (
            snapshot is None
            or named.region != self.region_name
            or named.cluster_identifier not in {"", snapshot.cluster_identifier}
        ):
            raise ClusterSnapshotNotFoundError(arn or identifier)
        return snapshot

    def _check_available(self, snapshot: Snapshot) -> None:
        status = snapshot.status(self.redshift.clock())
        if status != "available":
            raise RedshiftError(
                "InvalidClusterSnapshotState",
                f"The snapshot {snapshot.snapshot_identifier} is {status}",
            )

    def _count_accounts(self, kms_key_id: str | None) -> int:
        if kms_key_id is None:
            return 0
        return sum(
            len(snapshot.accounts_with_restore_access)
            for backend in self.redshift.in_region(self.region_name)
            for snapshot in backend.snapshots.values()
            if snapshot.kms_key_id == kms_key_id
        )

    @staticmethod
    def _forget_models() -> None:
        for model in _TRACKED:
            model.instances_tracked.clear()


def find_backend(redshift: Redshift, account: str, region: str) -> RedshiftBackend:
    """Find what an account has in a Region; a new account has nothing."""
    return redshift.backends.get((account, region)) or RedshiftBackend(
        region, account, redshift
    )


def _not_exactly_one() -> RedshiftError:
    return RedshiftError(
        "InvalidParameterValue",
        "Exactly one of SnapshotIdentifier and SnapshotArn must be given",
    )
