"""A resource of a stack that declares shares, as CloudFormation lists it."""

from typing import NamedTuple

from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.contract import (
    CLUSTER_RESOURCE_TYPE,
    RESOURCE_TYPE,
)
from redshift_snapshot_share_handler.pair import Pair, parse_pair

RESOURCE_TYPES = frozenset({RESOURCE_TYPE, CLUSTER_RESOURCE_TYPE})


class DeclaredResource(NamedTuple):
    """A custom resource of this library in a stack that exists."""

    stack_id: str
    stack_name: str
    logical_id: str
    resource_type: str
    physical_id: str
    status: str

    @property
    def label(self) -> str:
        """The resource's name in the report: `<stack name>/<logical id>`."""
        return f"{self.stack_name}/{self.logical_id}"

    @property
    def is_changing(self) -> bool:
        """Whether a deployment is in progress, so that the declared pair may be out of date."""
        return self.status.endswith("_IN_PROGRESS")

    @property
    def is_settled(self) -> bool:
        """Whether no deployment is changing it, and CloudFormation has not tried to delete it."""
        return not self.is_changing and not self.status.startswith("DELETE_")

    @property
    def pair(self) -> Pair | None:
        """The snapshot and account that it declares; None if it declares no single pair."""
        if self.resource_type != RESOURCE_TYPE:
            return None
        return parse_pair(self.physical_id)

    @property
    def account(self) -> str:
        """The account of the pair; empty if it declares no single pair."""
        return self.pair.account if self.pair else ""

    @property
    def digits(self) -> str:
        """The part of a claim's key that only this resource has."""
        digest = ""
        if self.resource_type == CLUSTER_RESOURCE_TYPE:
            # PhysicalResourceId is `<cluster>/<digest>`.
            _, _, digest = self.physical_id.partition("/")
        claimant = Claimant(self.stack_id, self.stack_name, self.logical_id, "", digest)
        return claimant.key("").rpartition(":")[2]

    def declares(self, snapshot: str, cluster: str, account: str) -> bool:
        """Whether it may be the resource that grants an account access to a snapshot.

        The claims of a resource for a whole cluster are believed, because CloudFormation
        lists neither its accounts nor its snapshots.
        """
        if self.resource_type == CLUSTER_RESOURCE_TYPE:
            return self.physical_id.partition("/")[0] == cluster
        return self.pair == Pair(snapshot, account)
