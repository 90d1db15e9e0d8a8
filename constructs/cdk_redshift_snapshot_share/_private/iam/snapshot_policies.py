"""Packs the snapshots that a function may share into as few policies as IAM allows."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import jsii
from aws_cdk import IStableAnyProducer, Lazy, aws_iam as iam
from constructs import Construct

from cdk_redshift_snapshot_share._private.iam.nag import acknowledge_wildcards
from cdk_redshift_snapshot_share._private.iam.policy_arn import PolicyArn
from cdk_redshift_snapshot_share._private.iam.statements import write_snapshot_statement
from cdk_redshift_snapshot_share._private.tokens import describe
from redshift_snapshot_share_handler.syntax import shorten

# IAM's default quotas: characters per managed policy, without white space, and managed
# policies per role.
_MAX_POLICY_LENGTH = 6_144
_MAX_POLICIES = 10


def _write_document(arns: list[Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [write_snapshot_statement(arns)]}


_ROOM_IN_A_POLICY = _MAX_POLICY_LENGTH - len(
    json.dumps(_write_document([]), separators=(",", ":"))
)
_QUOTES_AND_COMMA = 3


def pack(arns: Iterable[PolicyArn]) -> list[list[PolicyArn]]:
    """Divide snapshots among policies.

    Snapshots with known names are sorted, so the order of declarations does not matter.
    They fill one policy after the other, so a new snapshot moves few of the others. One
    more snapshot never needs fewer policies.
    """
    policies: list[list[PolicyArn]] = []
    room = 0
    for arn in sorted(arns, key=_order):
        length = arn.max_length + _QUOTES_AND_COMMA
        if length > room:
            policies.append([])
            room = _ROOM_IN_A_POLICY
        policies[-1].append(arn)
        room -= length
    return policies


def _order(arn: PolicyArn) -> tuple[bool, int, str]:
    if arn.has_known_name:
        return (False, 0, arn.text)
    return (True, arn.max_length, "")


class SnapshotPolicies(Construct):
    """The managed policies that let a role share snapshots.

    CDK's own policies do not split a statement, and do not know how long a token's value
    can be.
    """

    def __init__(self, scope: Construct, role: iam.IRole) -> None:
        super().__init__(scope, "SnapshotPolicies")
        self._role_name = role.role_name
        self._arns: dict[str, PolicyArn] = {}
        self._count = 0
        acknowledge_wildcards(
            self,
            lambda: [[arn.template, arn.reason] for arn in self._arns.values()],
        )

    def check(self, arn: PolicyArn) -> None:
        """Check that there is room for a snapshot.

        Raises:
            ValueError: If IAM does not let one role share so many.
        """
        if arn.text in self._arns:
            return
        arns = self._arns | {arn.text: arn}
        if len(pack(arns.values())) > _MAX_POLICIES:
            name = shorten(describe(arn.text.rpartition("/")[2]))
            raise ValueError(
                "a role can share only as many snapshots as fit in "
                f"{_MAX_POLICIES} managed policies of {_MAX_POLICY_LENGTH:,} characters; "
                f"snapshot {name} is number {len(arns)} and does not fit; use a provider "
                "with another role for some of the shares, or another stack"
            )

    def add(self, arn: PolicyArn) -> None:
        """Let the role share a snapshot that there is room for."""
        if arn.text in self._arns:
            return
        self._arns[arn.text] = arn
        if len(self._pack()) > self._count:
            self._add_policy()

    def _add_policy(self) -> None:
        index = self._count
        self._count += 1
        iam.CfnManagedPolicy(
            self,
            f"Policy{self._count}",
            policy_document=Lazy.any(_PolicyDocument(lambda: self._pack()[index])),
            roles=[self._role_name],
        )

    def _pack(self) -> list[list[PolicyArn]]:
        return pack(self._arns.values())


@jsii.implements(IStableAnyProducer)
class _PolicyDocument:
    """A policy that is written when all its snapshots are known."""

    def __init__(self, list_arns: Callable[[], list[PolicyArn]]) -> None:
        self._list_arns = list_arns

    def produce(self) -> Any:
        return _write_document([arn.template for arn in self._list_arns()])
