"""The Lambda function that shares the snapshots of a stack."""

from collections.abc import Collection, Iterable
from typing import Self

import jsii
from aws_cdk import (
    aws_ec2 as ec2,
    aws_iam as iam,
    aws_kms as kms,
    aws_lambda as lambda_,
    aws_logs as logs,
)
from constructs import Construct

from cdk_redshift_snapshot_share._private.allowed_accounts import AllowedAccounts
from cdk_redshift_snapshot_share._private.function_props import FunctionProps
from cdk_redshift_snapshot_share._private.function_with_policies import (
    define_function_with_policies,
)
from cdk_redshift_snapshot_share._private.handler_function import NAMED_SNAPSHOTS
from cdk_redshift_snapshot_share._private.iam.given_role import check_role
from cdk_redshift_snapshot_share._private.removal import (
    remove_on_failure,
    undo_on_failure,
)
from cdk_redshift_snapshot_share._private.share_function import (
    DEFAULT_CHILD_ID,
    ShareFunction,
)
from cdk_redshift_snapshot_share._private.stack_shares import StackShares
from cdk_redshift_snapshot_share._private.values import show

_DEFAULT_ID = "RedshiftSnapshotShareProvider"


@jsii.implements(iam.IGrantable)
class SnapshotShareProvider(Construct):
    """The Lambda function that shares the snapshots of a stack.

    The shares of a stack use one function, which is defined with the first of them. Define
    a provider yourself to restrict the accounts, to choose the log group, the role or the
    VPC, or because the stack has too many shares for one role. Pass it to shares of the
    same stack as `provider`. CloudFormation does not let a resource change its function. So
    if a share gets another provider, its logical id changes. CloudFormation creates the new
    resource, which takes over the access, before it deletes the old one.

    The function has its own log group and role. The role may authorize access to the
    declared snapshots. It may revoke access to any snapshot of the account in the Region,
    because the access of a removed share must be revoked too. It has no AWS managed
    policies.

    Args:
        scope: Where to define it; in the stack of the shares.
        construct_id: Its id there.
        allowed_accounts: Accounts that snapshots may be shared with. Synthesis checks them,
            and the function checks them again, because some accounts are known only at
            deployment. IAM cannot restrict them. Revoking is always allowed. Default: any
            account.
        log_group: Where the function logs. Default: a log group that keeps the logs for
            one month and is deleted with the stack.
        role: Role of the function. It must trust `lambda.amazonaws.com`. The permissions
            above are added to it. It must have room for an inline policy and up to ten
            managed policies, which is IAM's default quota per role. Providers with the same
            role share that room. An immutable role is used as it is, so it must already
            have the permissions. Default: a new role.
        vpc: VPC that the function runs in. Its subnets need a route to the endpoints of
            Amazon Redshift, AWS CloudFormation and Amazon S3, where CloudFormation receives
            responses. If snapshots are encrypted, they also need a route to AWS KMS. If
            interface endpoints are in the same stack, call
            `provider.node.add_dependency(endpoint)`. Default: no VPC.
        vpc_subnets: Subnets of that VPC. Default: the private subnets that have outbound
            access.
        security_groups: Security groups of the function in that VPC. Default: a new one
            that allows all outbound traffic.
        memory_size: Memory of the function in MiB. Default: 256.
        reserved_concurrent_executions: How many requests the function may handle at once,
            at least 1. Other requests wait. CloudFormation waits 16 minutes for each
            response. Default: only the account's concurrency limits the function.
        environment_encryption: Key that encrypts the function's environment variables. The
            role may decrypt with it. Default: a key that AWS manages.
        default_for_stack: Whether shares of the stack that name no provider use this one.
            Define it before the first of them. `ClusterSnapshotShares` that have no
            `allowed_accounts` take those of this provider. Default: the shares use a
            provider with default props. Synthesis warns if this provider restricts accounts or has its own VPC,
            role or log group.

    Raises:
        TypeError: If an argument is of another type.
        ValueError: If an allowed account is not an account, if there are none or too many
            of them, if the role is of another stack or account, if there are security
            groups or subnets but no VPC, if a number is out of range, or if the stack
            already has a default provider. Nothing is defined then.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        allowed_accounts: Iterable[str] | None = None,
        log_group: logs.ILogGroup | None = None,
        role: iam.IRole | None = None,
        vpc: ec2.IVpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Collection[ec2.ISecurityGroup] | None = None,
        memory_size: int | None = None,
        reserved_concurrent_executions: int | None = None,
        environment_encryption: kms.IKey | None = None,
        default_for_stack: bool = False,
    ) -> None:
        props = FunctionProps(
            log_group=log_group,
            role=role,
            vpc=vpc,
            vpc_subnets=vpc_subnets,
            security_groups=security_groups,
            memory_size=memory_size,
            reserved_concurrent_executions=reserved_concurrent_executions,
            environment_encryption=environment_encryption,
        )
        props.check()
        if not isinstance(default_for_stack, bool):
            raise TypeError(
                f"default_for_stack must be True or False, got {show(default_for_stack)}"
            )
        accounts = AllowedAccounts(allowed_accounts)
        shares = StackShares.of(scope)
        if default_for_stack:
            shares.providers.check_default()
        policies_id = check_role(role, shares.environment) if role else ""

        super().__init__(scope, construct_id)
        with (
            undo_on_failure(scope, construct_id),
            remove_on_failure(shares, policies_id),
        ):
            self._parts = define_function_with_policies(
                self,
                NAMED_SNAPSHOTS,
                props,
                shares,
                policies_id=policies_id,
                allowed_accounts=accounts,
            )

        path = shares.environment.find_path(self)
        is_usual = path == _DEFAULT_ID
        chosen = {
            "allowed_accounts": allowed_accounts,
            "log_group": log_group,
            "role": role,
            "vpc": vpc,
        }
        function = ShareFunction(
            service_token=self.function.function_arn,
            resource_id=(
                DEFAULT_CHILD_ID if is_usual else f"{DEFAULT_CHILD_ID}-{path}"
            ),
            allowed_accounts=accounts,
            policies=self._parts.policies,
            environment=shares.environment,
            chosen_props=tuple(prop for prop, value in chosen.items() if value),
            is_chosen=default_for_stack,
        )
        is_default = default_for_stack or (is_usual and not shares.providers.default)
        shares.providers.add(self, function, is_default=is_default)

    @classmethod
    def get_or_create(cls, scope: Construct) -> Self:
        """Find the provider that the shares of a stack use by default, or define it.

        Args:
            scope: A construct in the stack.
        """
        shares = StackShares.of(scope)
        found = shares.providers.default
        if isinstance(found, cls):
            return found
        return cls(shares.environment.stack, _DEFAULT_ID)

    @property
    def function(self) -> lambda_.IFunction:
        """The function, for alarms on its metrics."""
        return self._parts.function

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The function's role, as the principal of grants."""
        return self.role.grant_principal

    @property
    def log_group(self) -> logs.ILogGroup:
        """Where the function logs."""
        return self._parts.log_group

    @property
    def role(self) -> iam.IRole:
        """The function's role."""
        return self._parts.role
