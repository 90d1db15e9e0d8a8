"""The account and Region of a stack, as far as synthesis knows them."""

from typing import NamedTuple, Self

from aws_cdk import Stack
from aws_cdk.region_info import RegionInfo
from constructs import IConstruct

from cdk_redshift_snapshot_share._private.tokens import take_known


class StackEnvironment(NamedTuple):
    """The account and Region of a stack, as far as synthesis knows them."""

    stack: Stack
    """The stack."""

    account: str | None
    """Its account, if known."""

    region: str | None
    """Its Region, if known."""

    partition: str | None
    """Its partition; none if the Region is not known, or unknown to CDK."""

    @classmethod
    def of(cls, stack: Stack) -> Self:
        """Ask a stack for its environment."""
        region = take_known(stack.region)
        return cls(
            stack=stack,
            account=take_known(stack.account),
            region=region,
            partition=region and RegionInfo.get(region).partition,
        )

    def find_path(self, construct: IConstruct) -> str:
        """Find the path of a construct within the stack."""
        return construct.node.path.removeprefix(self.stack.node.path).lstrip("/")
