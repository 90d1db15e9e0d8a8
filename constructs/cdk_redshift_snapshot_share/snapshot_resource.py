"""A snapshot in an IAM policy."""

from dataclasses import dataclass
from typing import Any

from cdk_redshift_snapshot_share.snapshot_source import SnapshotSource
from cdk_redshift_snapshot_share.stack_shares import StackShares
from cdk_redshift_snapshot_share.tokens import is_known

_ANY_CLUSTER = "*"

# The longest that deployment may put in the place of a token.
_LONGEST_PARTITION = "aws-us-gov"
_LONGEST_REGION = "us-isof-south-1"
_LONGEST_CLUSTER_IDENTIFIER = "c" * 63
_LONGEST_IDENTIFIER = "s" * 255
_ACCOUNT = "0" * 12


@dataclass(frozen=True, slots=True)
class SnapshotResource:
    """A snapshot in an IAM policy."""

    arn: str
    """Its ARN: with pseudo parameters, as in `Fn::Sub`, or else a token."""

    has_known_name: bool
    """Whether all but the environment is known at synthesis."""

    max_length: int
    """Characters that the ARN has at most."""

    @property
    def template(self) -> Any:
        """The ARN as the template has it; nothing is shorter than `Fn::Sub`."""
        return {"Fn::Sub": self.arn} if self.has_known_name else self.arn


def snapshot_resource(
    snapshot: SnapshotSource, shares: StackShares
) -> SnapshotResource:
    """Name a snapshot for a policy, in the environment of the stack that shares it."""
    cluster = snapshot.cluster_identifier or _ANY_CLUSTER
    identifier = snapshot.identifier
    if identifier is None:
        return SnapshotResource(
            arn=snapshot.key,
            has_known_name=False,
            max_length=_max_length(
                shares, _LONGEST_CLUSTER_IDENTIFIER, _LONGEST_IDENTIFIER
            ),
        )
    max_length = _max_length(
        shares,
        cluster if is_known(cluster) else _LONGEST_CLUSTER_IDENTIFIER,
        identifier if is_known(identifier) else _LONGEST_IDENTIFIER,
    )
    if not (is_known(cluster) and is_known(identifier)):
        stack = shares.stack
        arn = _arn(stack.partition, stack.region, stack.account, cluster, identifier)
        return SnapshotResource(arn, has_known_name=False, max_length=max_length)
    arn = _arn(
        "${AWS::Partition}",
        shares.region or "${AWS::Region}",
        shares.account or "${AWS::AccountId}",
        cluster,
        identifier,
    )
    return SnapshotResource(arn, has_known_name=True, max_length=max_length)


def _max_length(shares: StackShares, cluster: str, identifier: str) -> int:
    region = shares.region or _LONGEST_REGION
    return len(_arn(_LONGEST_PARTITION, region, _ACCOUNT, cluster, identifier))


def _arn(
    partition: str, region: str, account: str, cluster: str, identifier: str
) -> str:
    return (
        f"arn:{partition}:redshift:{region}:{account}:snapshot:{cluster}/{identifier}"
    )
