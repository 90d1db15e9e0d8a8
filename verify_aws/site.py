"""Where the questions are asked: an account, clusters and snapshots of the run's own."""

import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from verify_aws.connection import Connection
from verify_aws.deployment.traces import Deployment
from verify_aws.failure import NotAskedError
from verify_aws.inventory import Inventory
from verify_aws.label import TAG_KEY, Label
from verify_aws.lock import Lock
from verify_aws.receiver import Receiver
from verify_aws.resources import CLUSTER, SNAPSHOT
from verify_aws.resources.snapshot import unshare
from verify_aws.waiting import wait_until

NODE_TYPE = "ra3.large"
_CLUSTER_MINUTES = 30
_SNAPSHOT_MINUTES = 30
# Should everything else fail, Redshift deletes the snapshots itself.
_RETENTION_DAYS = 1
_MAIN = "main"
# Nobody is known to have these; what they could restore is an empty cluster.
_MADE_UP = tuple(f"1000000000{number:02d}" for number in range(1, 22))


@dataclass
class Site:
    """An account in a Region, and what the run creates in it.

    Args:
        label: The run.
        connection: The account and Region.
        lock: The run's lock there.
        inventory: What the run creates.
        folder: Where the run may write files.
        account: The account's id.
        existing_cluster: A cluster to take snapshots of. Default: one of the run's own.
        other: A second account, if there is one.
        copy_region: Another Region to copy a snapshot to, if there is one.
        may_throttle: Whether the account's calls may be throttled for some seconds.
    """

    label: Label
    connection: Connection
    lock: Lock
    inventory: Inventory
    folder: Path
    account: str
    existing_cluster: str | None = None
    other: Receiver | None = None
    copy_region: str | None = None
    may_throttle: bool = False
    #: By stack.
    deployments: dict[str, Deployment] = field(default_factory=dict)
    #: How far each series of deployments is, and what was seen.
    stories: dict[str, Any] = field(default_factory=dict)
    _clusters: set[str] = field(default_factory=set)
    _snapshots: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.redshift = self.connection.client("redshift")

    def cluster(self) -> str:
        """Name the cluster that snapshots are taken of, once it is available."""
        if self.existing_cluster:
            return self.existing_cluster
        return self.own_cluster("plain")

    def own_cluster(self, noun: str, **settings: Any) -> str:
        """Make a cluster of the run's own, or take the one that it has made.

        Args:
            noun: What tells it from the others.
            settings: Parameters of CreateCluster.

        Raises:
            NotAskedError: If a cluster was given, so that the run makes none.
        """
        if self.existing_cluster:
            raise NotAskedError("needs a cluster of the run's own: leave out --cluster")
        name = self.label.name(noun)
        if name not in self._clusters:
            self.inventory.add(CLUSTER, self.connection, name)
            self.redshift.create_cluster(
                ClusterIdentifier=name,
                ClusterType="single-node",
                NodeType=NODE_TYPE,
                MasterUsername="verify",
                MasterUserPassword=_password(),
                AutomatedSnapshotRetentionPeriod=1,
                PubliclyAccessible=False,
                Tags=self.label.tags,
                **settings,
            )
            self._clusters.add(name)
        self.wait_for_cluster(name, "available")
        return name

    def wait_for_cluster(self, name: str, status: str) -> None:
        """Wait until a cluster has a status."""

        def is_there() -> bool:
            response = self.redshift.describe_clusters(ClusterIdentifier=name)
            return bool(response["Clusters"][0]["ClusterStatus"] == status)

        wait_until(
            self.connection,
            is_there,
            f"cluster {name} is not {status}",
            minutes=_CLUSTER_MINUTES,
        )

    def create_snapshot(self, noun: str, cluster: str | None = None) -> str:
        """Take a snapshot, and do not wait for it.

        Args:
            noun: What tells it from the others.
            cluster: The cluster. Default: that of `cluster`.
        """
        cluster = cluster or self.cluster()
        name = self.label.name(noun)
        self.inventory.add(SNAPSHOT, self.connection, name)
        self.redshift.create_cluster_snapshot(
            SnapshotIdentifier=name,
            ClusterIdentifier=cluster,
            ManualSnapshotRetentionPeriod=_RETENTION_DAYS,
            Tags=self.label.tags,
        )
        self._snapshots.add(name)
        return name

    def available_snapshot(self, noun: str, cluster: str | None = None) -> str:
        """Take a snapshot, or the one that was taken, and wait until it is available."""
        name = self.label.name(noun)
        if name not in self._snapshots:
            self.create_snapshot(noun, cluster)
        self.wait_for_snapshot(name)
        return name

    def wait_for_snapshot(self, name: str) -> None:
        """Wait until a snapshot is available."""
        wait_until(
            self.connection,
            lambda: self.describe(name)["Status"] == "available",
            f"snapshot {name} is not available",
            minutes=_SNAPSHOT_MINUTES,
        )

    def plain_snapshot(self) -> str:
        """Give a snapshot that nobody has access to, and with the run's tag only."""
        name = self.available_snapshot(_MAIN)
        self._make_plain(name)
        wait_until(
            self.connection,
            lambda: self._make_plain(name),
            f"snapshot {name} still has access or tags of an earlier question",
            minutes=2,
        )
        return name

    def describe(self, name: str) -> dict[str, Any]:
        """Describe a snapshot."""
        response = self.redshift.describe_cluster_snapshots(SnapshotIdentifier=name)
        [snapshot] = response["Snapshots"]
        return dict(snapshot)

    def accounts(self, count: int = 1) -> Sequence[str]:
        """Name accounts that may be given access.

        Raises:
            NotAskedError: If access would go to strangers, and the data may be real.
        """
        known = (self.other.account,) if self.other else ()
        if self.existing_cluster and count > len(known):
            raise NotAskedError(
                "gives access to made-up accounts, which is done with snapshots of the "
                "run's own empty cluster only: leave out --cluster"
                + (", or give --other-profile" if count == 1 else "")
            )
        return (*known, *_MADE_UP)[:count]

    def receiver(self) -> Receiver:
        """Give the second account.

        Raises:
            NotAskedError: If there is none.
        """
        if self.other is None:
            raise NotAskedError("needs a second account: give --other-profile")
        return self.other

    def _make_plain(self, name: str) -> bool:
        """Take away access and tags; tell whether there were none."""
        snapshot = self.describe(name)
        unshare(self.redshift, snapshot)
        keys = [
            tag["Key"] for tag in snapshot.get("Tags") or () if tag["Key"] != TAG_KEY
        ]
        if keys:
            self.redshift.delete_tags(ResourceName=self.arn(name), TagKeys=keys)
        return not keys and not snapshot.get("AccountsWithRestoreAccess")

    def arn(self, name: str) -> str:
        """Name a snapshot by its ARN, which responses had not always."""
        snapshot = self.describe(name)
        partition = self.redshift.meta.partition
        return str(
            snapshot.get("SnapshotArn")
            or f"arn:{partition}:redshift:{self.connection.region}:{self.account}"
            f":snapshot:{snapshot['ClusterIdentifier']}/{name}"
        )


def _password() -> str:
    """Make up a password that Redshift takes; nobody ever uses it."""
    letters = string.ascii_letters + string.digits
    return "Aa1" + "".join(secrets.choice(letters) for _ in range(40))
