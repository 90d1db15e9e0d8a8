"""What a template declares for a cluster, and what that means: an oracle of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.lifecycle.pairs import Pair
from tests.lifecycle.resource import Declaration
from tests.lifecycle.world import CLUSTER, World

LOGICAL_ID = "Shares"
_PROPERTIES = (
    "AccountsWithRestoreAccess",
    "ClusterIdentifier",
    "ExistingShare",
    "ManualSnapshotRetentionPeriod",
    "Newest",
    "RemovalPolicy",
    "SnapshotIdentifierPrefix",
)
ANALYTICS = "222222222222"
PARTNER = "333333333333"


class Declared(NamedTuple):
    """One resource of one stack, as it was declared at some time.

    `owner` is the stack's id and the logical id.
    """

    owner: tuple[str, str]
    items: tuple[tuple[str, str], ...]

    @property
    def properties(self) -> Mapping[str, str]:
        """The properties of the resource."""
        return dict(self.items)

    @property
    def digest(self) -> str:
        """What tells it from other declarations of the resource."""
        text = json.dumps(dict(self.items), separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def physical_id(self) -> str:
        """The id under which CloudFormation knows it."""
        return f"{self.properties['ClusterIdentifier']}/{self.digest}"

    @property
    def accounts(self) -> list[str]:
        """Who may restore."""
        return str(self.properties["AccountsWithRestoreAccess"]).split(",")

    @property
    def adopts(self) -> bool:
        """Whether access that a person gave is taken over."""
        return self.properties.get("ExistingShare") == "ADOPT"

    def key(self, account: str) -> str:
        """The key of its claim."""
        text = "\n".join([*self.owner, self.digest])
        digits = hashlib.sha256(text.encode()).hexdigest()[:12]
        return f"redshift-snapshot-share:{account}:{digits}"

    def newest(self, world: World) -> list[str]:
        """The snapshots that it means at this moment, newest first."""
        prefix = self.properties.get("SnapshotIdentifierPrefix", "")
        snapshots = [
            snapshot
            for name, snapshot in world.redshift.backend.snapshots.items()
            if snapshot.snapshot_type == "manual"
            and snapshot.cluster_identifier == self.properties["ClusterIdentifier"]
            and name.startswith(prefix)
            and world.is_available(name)
        ]
        snapshots.sort(
            key=lambda one: (one.create_time, one.snapshot_identifier), reverse=True
        )
        newest = int(self.properties["Newest"])
        return [snapshot.snapshot_identifier for snapshot in snapshots[:newest]]

    def pairs(self, world: World) -> list[Pair]:
        """What it shares at this moment."""
        return [
            Pair(name, account)
            for name in self.newest(world)
            for account in self.accounts
        ]


def shares(
    *accounts: str, newest: int = 2, is_retained: bool = False, **more: str
) -> Declaration:
    """A declared sharing of the cluster's snapshots."""
    return Declaration(
        {
            "ClusterIdentifier": CLUSTER,
            "AccountsWithRestoreAccess": ",".join(accounts or (ANALYTICS,)),
            "Newest": str(newest),
            **({"RemovalPolicy": "RETAIN"} if is_retained else {}),
            **more,
        },
        is_retained,
    )


def is_of_cluster(properties: Mapping[str, Any]) -> bool:
    """Whether properties declare a cluster's snapshots, and not one."""
    return "ClusterIdentifier" in properties


def declared_by(
    stack_id: str, logical_id: str, properties: Mapping[str, Any]
) -> Declared:
    """What properties declare, as sent or as in the template."""
    items = sorted(
        (name, value) for name, value in properties.items() if name in _PROPERTIES
    )
    return Declared((stack_id, logical_id), tuple(items))
