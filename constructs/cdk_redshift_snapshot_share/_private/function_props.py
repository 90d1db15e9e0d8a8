"""Checks the props that concern a function."""

from collections.abc import Collection
from typing import NamedTuple

from aws_cdk import Token
from aws_cdk.aws_ec2 import ISecurityGroup, IVpc, SubnetSelection
from aws_cdk.aws_iam import IRole
from aws_cdk.aws_kms import IKey
from aws_cdk.aws_logs import ILogGroup

from cdk_redshift_snapshot_share._private.values import show

# Lambda's own limits, in MiB.
_MIN_MEMORY_SIZE = 128
_MAX_MEMORY_SIZE = 10_240


class FunctionProps(NamedTuple):
    """The props that concern a function alone; `SnapshotShareProvider` describes them."""

    log_group: ILogGroup | None
    role: IRole | None
    vpc: IVpc | None
    vpc_subnets: SubnetSelection | None
    security_groups: Collection[ISecurityGroup] | None
    memory_size: int | None
    reserved_concurrent_executions: int | None
    environment_encryption: IKey | None

    def check(self) -> None:
        """Check the props.

        Raises:
            TypeError: If one is of another type.
            ValueError: If one is invalid, or contradicts another.
        """
        if self.log_group is not None and not hasattr(self.log_group, "log_group_arn"):
            raise TypeError(
                "log_group must be a log group, such as a logs.LogGroup or what "
                f"logs.LogGroup.from_log_group_name returns, got {show(self.log_group)}"
            )
        if self.vpc is not None and not hasattr(self.vpc, "vpc_id"):
            raise TypeError(
                "vpc must be a VPC, such as an ec2.Vpc or what ec2.Vpc.from_lookup "
                f"returns, got {show(self.vpc)}"
            )
        key = self.environment_encryption
        if key is not None and not hasattr(key, "key_arn"):
            raise TypeError(
                f"environment_encryption must be a key, such as a kms.Key, got {show(key)}"
            )
        if self.vpc_subnets is not None and self.vpc is None:
            raise ValueError("vpc_subnets needs a vpc, got none")
        self._check_security_groups()
        _check_number(
            self.memory_size, "memory_size", _MIN_MEMORY_SIZE, _MAX_MEMORY_SIZE
        )
        # A function without concurrency never runs.
        _check_number(
            self.reserved_concurrent_executions, "reserved_concurrent_executions", 1
        )

    def _check_security_groups(self) -> None:
        groups: object = self.security_groups
        if groups is None:
            return
        if self.vpc is None:
            raise ValueError("security_groups needs a vpc, got none")
        if isinstance(groups, str) or not isinstance(groups, Collection):
            raise TypeError(
                f"security_groups must be a list of security groups, got {show(groups)}"
            )
        if not groups:
            raise ValueError(
                "security_groups must name at least one security group, got none; leave it "
                "out for a new one"
            )
        for group in groups:
            if not hasattr(group, "security_group_id"):
                raise TypeError(
                    "each of security_groups must be a security group, such as an "
                    f"ec2.SecurityGroup, got {show(group)}"
                )


def _check_number(
    value: int | None, prop: str, least: int, most: int | None = None
) -> None:
    if value is None or Token.is_unresolved(value):
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{prop} must be a whole number, got {show(value)}")
    if value < least or (most is not None and value > most):
        limits = f"at least {least}" if most is None else f"{least} to {most:,}"
        raise ValueError(f"{prop} must be {limits}, got {value:,}")
