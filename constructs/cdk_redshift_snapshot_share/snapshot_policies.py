"""Which snapshots the function may share, packed into as few policies as IAM allows."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import jsii
from aws_cdk import IStableAnyProducer, Lazy, aws_iam as iam
from constructs import Construct

from cdk_redshift_snapshot_share.acknowledgements import acknowledge_wildcards
from cdk_redshift_snapshot_share.snapshot_resource import SnapshotResource
from cdk_redshift_snapshot_share.tokens import described
from redshift_snapshot_share_handler.contract import CLAIM_KEY_PREFIX
from redshift_snapshot_share_handler.syntax import shorten

# IAM's quotas: characters in a managed policy, white space not counted, and such
# policies on a role whose account did not ask for more.
_MAX_POLICY_LENGTH = 6_144
_MAX_POLICIES = 10


def _policy_document(resources: list[Any]) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Action": ["redshift:AuthorizeSnapshotAccess", "redshift:CreateTags"],
        "Resource": resources,
        # Binds CreateTags alone: AuthorizeSnapshotAccess comes with no tag keys, which
        # are all of none. A `Null` condition would refuse it.
        "Condition": {
            "ForAllValues:StringLike": {"aws:TagKeys": f"{CLAIM_KEY_PREFIX}*"}
        },
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


_ROOM_IN_A_POLICY = _MAX_POLICY_LENGTH - len(
    json.dumps(_policy_document([]), separators=(",", ":"))
)
_QUOTES_AND_COMMA = 3


def pack(resources: Iterable[SnapshotResource]) -> list[list[SnapshotResource]]:
    """Divide snapshots into policies.

    Those with known names are sorted, so that the order of declarations does not count,
    and filled in one after the other, so that a new one moves few of the others. One
    more never takes fewer policies.
    """
    policies: list[list[SnapshotResource]] = []
    room = 0
    for resource in sorted(resources, key=_order):
        length = resource.max_length + _QUOTES_AND_COMMA
        if length > room:
            policies.append([])
            room = _ROOM_IN_A_POLICY
        policies[-1].append(resource)
        room -= length
    return policies


def _order(resource: SnapshotResource) -> tuple[bool, int, str]:
    if resource.has_known_name:
        return (False, 0, resource.arn)
    return (True, resource.max_length, "")


class SnapshotPolicies(Construct):
    """The managed policies that let a role share the snapshots it is told of.

    CDK's own policies neither split a statement nor know how long a token becomes.
    """

    def __init__(self, scope: Construct, role: iam.IRole) -> None:
        super().__init__(scope, "SnapshotPolicies")
        self._role_name = role.role_name
        self._resources: dict[str, SnapshotResource] = {}
        self._count = 0
        acknowledge_wildcards(
            self,
            lambda: [resource.template for resource in self._resources.values()],
            "an identifier names one snapshot of the account and Region, whatever its "
            "cluster; snapshot_cluster_identifier makes the resource exact",
        )

    def check(self, resource: SnapshotResource) -> None:
        """Check that there is room for a snapshot.

        Raises:
            ValueError: If IAM does not let one role share that many.
        """
        if resource.arn in self._resources:
            return
        resources = self._resources | {resource.arn: resource}
        if len(pack(resources.values())) > _MAX_POLICIES:
            name = described(resource.arn.rpartition("/")[2])
            raise ValueError(
                "a role can share as many snapshots as fit the "
                f"{_MAX_POLICIES} managed policies of {_MAX_POLICY_LENGTH:,} characters "
                f"that IAM attaches to it, got {len(resources)}, the last is "
                f"{shorten(name)}; give some shares a provider with another role, or "
                "another stack"
            )

    def allow(self, resource: SnapshotResource) -> None:
        """Let the role share a snapshot that there is room for."""
        if resource.arn in self._resources:
            return
        self._resources[resource.arn] = resource
        if len(self._packed()) > self._count:
            self._add_policy()

    def _add_policy(self) -> None:
        index = self._count
        self._count += 1
        iam.CfnManagedPolicy(
            self,
            f"Policy{self._count}",
            policy_document=Lazy.any(_PolicyDocument(lambda: self._packed()[index])),
            roles=[self._role_name],
        )

    def _packed(self) -> list[list[SnapshotResource]]:
        return pack(self._resources.values())


@jsii.implements(IStableAnyProducer)
class _PolicyDocument:
    """A policy, written at synthesis when all its snapshots are known."""

    def __init__(self, resources: Callable[[], list[SnapshotResource]]) -> None:
        self._resources = resources

    def produce(self) -> Any:
        return _policy_document([resource.template for resource in self._resources()])
