"""A function of this library, with its role, policies and log group."""

from typing import NamedTuple

from aws_cdk import (
    RemovalPolicy,
    aws_iam as iam,
    aws_lambda as lambda_,
    aws_logs as logs,
)
from constructs import Construct

from cdk_redshift_snapshot_share._private.allowed_accounts import AllowedAccounts
from cdk_redshift_snapshot_share._private.function_props import FunctionProps
from cdk_redshift_snapshot_share._private.handler_function import (
    FunctionUse,
    define_function,
)
from cdk_redshift_snapshot_share._private.iam.role_policies import RolePolicies
from cdk_redshift_snapshot_share._private.stack_shares import StackShares
from redshift_snapshot_share_handler import contract


class FunctionWithPolicies(NamedTuple):
    """A function with its policies and its log group."""

    function: lambda_.Function
    policies: RolePolicies
    log_group: logs.ILogGroup

    @property
    def role(self) -> iam.IRole:
        """Its role."""
        return self.policies.role


def define_function_with_policies(
    scope: Construct,
    use: FunctionUse,
    props: FunctionProps,
    shares: StackShares,
    *,
    policies_id: str,
    allowed_accounts: AllowedAccounts,
    variables: dict[str, str] | None = None,
) -> FunctionWithPolicies:
    """Define a function with its role, the role's policies and its log group.

    Args:
        scope: The construct that they are in.
        use: What the function is used for.
        props: Its props, checked.
        shares: The shares of the stack, where the policies of a given role are.
        policies_id: The id of those policies there, as `check_role` returns it.
        allowed_accounts: The accounts that the function may share with.
        variables: More environment variables.
    """
    policies = (
        RolePolicies.find_or_define(shares, policies_id, props.role)
        if props.role
        else RolePolicies.define_with_role(scope)
    )
    log_group = props.log_group or logs.LogGroup(
        scope,
        "LogGroup",
        retention=logs.RetentionDays.ONE_MONTH,
        removal_policy=RemovalPolicy.DESTROY,
    )
    policies.add_function(log_group, in_vpc=props.vpc is not None)
    if props.environment_encryption:
        policies.add_decryption(props.environment_encryption)
    function = define_function(
        scope,
        use,
        props,
        role=policies.role,
        log_group=log_group,
        variables={
            contract.STACK_ID_VARIABLE: shares.environment.stack.stack_id,
            **allowed_accounts.write_variables(),
            **(variables or {}),
        },
    )
    if props.role:
        # A custom resource waits for the function, and the function waits for its role and
        # everything in it. But the policies of a role that the user supplies are elsewhere.
        function.node.add_dependency(policies)
    return FunctionWithPolicies(function, policies, log_group)
