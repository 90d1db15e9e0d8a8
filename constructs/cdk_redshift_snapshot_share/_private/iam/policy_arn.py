"""The ARN of a snapshot, or of many, in an IAM policy."""

from typing import Any, NamedTuple

from aws_cdk import Stack

from cdk_redshift_snapshot_share._private.named_snapshot import NamedSnapshot
from cdk_redshift_snapshot_share._private.stack_environment import StackEnvironment
from cdk_redshift_snapshot_share._private.tokens import is_known

_ANY = "*"

# Why an ARN has a wildcard.
_ANY_CLUSTER_REASON = (
    "an identifier names one snapshot of the account and Region, whatever its cluster; "
    "snapshot_cluster_identifier makes the ARN exact"
)
_ANY_SNAPSHOT_REASON = (
    "the snapshots that a cluster will have are not known yet; snapshot_identifier_prefix "
    "limits them"
)

# The longest values that a token may have at deployment.
_LONGEST_PARTITION = "aws-us-gov"
_LONGEST_REGION = "us-isof-south-1"
_LONGEST_CLUSTER_IDENTIFIER = "c" * 63
_LONGEST_IDENTIFIER = "s" * 255
_ACCOUNT = "0" * 12


class PolicyArn(NamedTuple):
    """The ARN of a snapshot, or of many, in an IAM policy."""

    text: str
    """The ARN, with pseudo parameters as in `Fn::Sub`; or a token."""

    has_known_name: bool
    """Whether everything except the account, Region and partition is known at synthesis."""

    max_length: int
    """The most characters that the ARN can have."""

    reason: str = _ANY_CLUSTER_REASON
    """Why it has a wildcard, if it has one."""

    @property
    def template(self) -> Any:
        """The ARN as it is in the template. `Fn::Sub` is the shortest form."""
        return {"Fn::Sub": self.text} if self.has_known_name else self.text

    def write(self, stack: Stack) -> str:
        """Write the ARN with the tokens of a stack instead of pseudo parameters."""
        return (
            self.text.replace("${AWS::Partition}", stack.partition)
            .replace("${AWS::Region}", stack.region)
            .replace("${AWS::AccountId}", stack.account)
        )


def compose_policy_arn(
    snapshot: NamedSnapshot, environment: StackEnvironment
) -> PolicyArn:
    """Compose a policy's ARN of a snapshot in the environment of the stack that shares it."""
    if snapshot.identifier is None:
        return PolicyArn(
            text=snapshot.key,
            has_known_name=False,
            max_length=_find_max_length(
                environment, _LONGEST_CLUSTER_IDENTIFIER, _LONGEST_IDENTIFIER
            ),
        )
    cluster = snapshot.cluster_identifier or _ANY
    return _name(cluster, snapshot.identifier, environment)


def compose_cluster_arn(
    cluster: str, start: str, environment: StackEnvironment
) -> PolicyArn:
    """Compose a policy's ARN of a cluster's snapshots, including those to come.

    Args:
        cluster: Identifier of the cluster, or a token for it.
        start: What the snapshots' identifiers begin with; may contain tokens.
        environment: Where the cluster is.
    """
    arn = _name(cluster, f"{start}{_ANY}", environment)
    return arn._replace(reason=_ANY_SNAPSHOT_REASON)


def _name(cluster: str, identifier: str, environment: StackEnvironment) -> PolicyArn:
    max_length = _find_max_length(
        environment,
        cluster if is_known(cluster) else _LONGEST_CLUSTER_IDENTIFIER,
        identifier if is_known(identifier) else _LONGEST_IDENTIFIER,
    )
    if not (is_known(cluster) and is_known(identifier)):
        stack = environment.stack
        text = _compose(
            stack.partition, stack.region, stack.account, cluster, identifier
        )
        return PolicyArn(text, has_known_name=False, max_length=max_length)
    text = _compose(
        "${AWS::Partition}",
        environment.region or "${AWS::Region}",
        environment.account or "${AWS::AccountId}",
        cluster,
        identifier,
    )
    return PolicyArn(text, has_known_name=True, max_length=max_length)


def _find_max_length(
    environment: StackEnvironment, cluster: str, identifier: str
) -> int:
    region = environment.region or _LONGEST_REGION
    return len(_compose(_LONGEST_PARTITION, region, _ACCOUNT, cluster, identifier))


def _compose(
    partition: str, region: str, account: str, cluster: str, identifier: str
) -> str:
    return (
        f"arn:{partition}:redshift:{region}:{account}:snapshot:{cluster}/{identifier}"
    )
