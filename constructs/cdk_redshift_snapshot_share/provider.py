"""The Lambda function that shares the snapshots of a stack."""

from collections.abc import Iterable, Sequence
from typing import Self

import jsii
from aws_cdk import (
    Duration,
    RemovalPolicy,
    aws_ec2 as ec2,
    aws_iam as iam,
    aws_kms as kms,
    aws_lambda as lambda_,
    aws_logs as logs,
)
from constructs import Construct

from cdk_redshift_snapshot_share.acknowledgements import acknowledge
from cdk_redshift_snapshot_share.allowed_accounts import AllowedAccounts
from cdk_redshift_snapshot_share.handler_code import handler_code
from cdk_redshift_snapshot_share.role_permissions import RolePermissions
from cdk_redshift_snapshot_share.snapshot_resource import snapshot_resource
from cdk_redshift_snapshot_share.snapshot_source import SnapshotSource
from cdk_redshift_snapshot_share.stack_shares import StackShares
from redshift_snapshot_share_handler import contract

_DEFAULT_ID = "RedshiftSnapshotShareProvider"
_DEFAULT_MEMORY_SIZE = 256


@jsii.implements(iam.IGrantable)
class SnapshotShareProvider(Construct):
    """The Lambda function that shares the snapshots of a stack.

    A stack's shares have one in common that is made with the first of them. Define one
    yourself to restrict the accounts, to choose the log group, the role or the VPC, or
    because the shares of a stack are too many for one role, and give it to the shares of
    the same stack as `provider`. CloudFormation does not let a resource change its
    provider, so a share that gets another one gets another logical id too: the new
    resource takes over the access before the old one goes.

    The function has a log group and a role of its own. The role may authorize access to
    the snapshots that are declared, and revoke access to any snapshot of the account in
    the Region, as a share that was removed must still be revoked. It has no AWS managed
    policies.

    Args:
        scope: Where to define it; the stack of the shares.
        construct_id: Its id there.
        allowed_accounts: Accounts that snapshots may be shared with, checked at
            synthesis and once more by the function, for accounts that are known only
            then. IAM cannot restrict them. Revoking is always allowed. Default: any
            account.
        log_group: Where the function logs. Default: a log group that keeps the logs for
            one month and is deleted with the stack.
        role: Role of the function, which must trust `lambda.amazonaws.com`; the
            permissions above are added to it. It must have room for up to ten managed
            policies, the most that IAM attaches to a role by default, and for an inline
            policy. Providers with the same role share that room. Default: a new role.
        vpc: VPC that the function runs in, in the private subnets. They need a way to the
            endpoints of Amazon Redshift, AWS CloudFormation, AWS KMS if snapshots are
            encrypted, and Amazon S3, where CloudFormation takes its answers. Interface
            endpoints of the same stack need `provider.node.add_dependency(endpoint)`.
            Default: no VPC.
        security_groups: Security groups of the function in that VPC. Default: a new one
            that allows all outbound traffic.
        memory_size: Memory of the function in MiB. Default: 256.

    Raises:
        TypeError: If the accounts are not a collection of strings.
        ValueError: If an allowed account is not one, if there are none or too many of
            them, if the role cannot be added to, or if there are security groups but no
            VPC.
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
        security_groups: Sequence[ec2.ISecurityGroup] | None = None,
        memory_size: int | None = None,
    ) -> None:
        if security_groups and vpc is None:
            raise ValueError("security_groups needs a vpc, got none")
        self._allowed_accounts = AllowedAccounts(allowed_accounts)
        self._shares = StackShares.of(scope)
        given = role and RolePermissions.of_given_role(role, self._shares)
        super().__init__(scope, construct_id)
        path = self._shares.path_of(self)
        self.resource_id = "Resource" if path == _DEFAULT_ID else f"Resource-{path}"
        """Id of a share's custom resource: another one for another provider."""

        self._log_group = log_group or logs.LogGroup(
            self,
            "LogGroup",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._permissions = given or RolePermissions.of_own_role(self)
        self._permissions.permit_function(self._log_group, in_vpc=vpc is not None)
        self._function = lambda_.Function(
            self,
            "Function",
            code=handler_code(),
            handler=contract.HANDLER,
            # On x86, as not every Region has the other architecture.
            runtime=lambda_.Runtime.PYTHON_3_13,
            role=self._permissions.role,
            memory_size=_DEFAULT_MEMORY_SIZE if memory_size is None else memory_size,
            timeout=Duration.seconds(contract.FUNCTION_TIMEOUT_SECONDS),
            retry_attempts=0,
            max_event_age=Duration.seconds(contract.SERVICE_TIMEOUT_SECONDS),
            environment=self._allowed_accounts.environment(),
            log_group=self._log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            vpc=vpc,
            security_groups=None if security_groups is None else [*security_groups],
        )
        if given:
            # Shares wait for the function, which waits for its role and what is in that:
            # all that it may do, unless the role is somewhere else.
            self._function.node.add_dependency(given)
        acknowledge(
            self._function,
            {
                "AwsSolutions-L1": "the runtime changes with the library's releases, "
                "which are tested with it"
            },
        )
        self.service_token = self._function.function_arn
        """ARN that CloudFormation sends the requests of shares to."""

        if path == _DEFAULT_ID:
            self._shares.default_provider = self

    @classmethod
    def get_or_create(cls, scope: Construct) -> Self:
        """Find the provider that the shares of a stack have in common, or define it.

        Args:
            scope: A construct in the stack.
        """
        return cls.find(scope) or cls(StackShares.of(scope).stack, _DEFAULT_ID)

    @classmethod
    def find(cls, scope: Construct) -> Self | None:
        """Find the provider that the shares of a stack have in common, if defined."""
        provider = StackShares.of(scope).default_provider
        return provider if isinstance(provider, cls) else None

    @property
    def function(self) -> lambda_.IFunction:
        """The function, for alarms on its metrics."""
        return self._function

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The function's role, as the principal of grants."""
        return self._permissions.role.grant_principal

    @property
    def log_group(self) -> logs.ILogGroup:
        """Where the function logs."""
        return self._log_group

    @property
    def role(self) -> iam.IRole:
        """The function's role."""
        return self._permissions.role

    def check_shares(
        self, shares: StackShares, snapshot: SnapshotSource, accounts: Iterable[str]
    ) -> None:
        """Check that the function can share a snapshot; `SnapshotShare` calls this.

        Raises:
            ValueError: If the shares are in another stack, if an account is not allowed,
                or if IAM does not let one role share that many snapshots.
        """
        if shares is not self._shares:
            raise ValueError(
                f"provider must be in the stack of the share, {shares.stack.node.path}, "
                f"got {self.node.path}"
            )
        for account in accounts:
            self._allowed_accounts.check(account)
        self._permissions.check_sharing(snapshot_resource(snapshot, shares))

    def add_share(
        self, snapshot: SnapshotSource, encryption_key: kms.IKey | None
    ) -> None:
        """Let the function share a snapshot; `SnapshotShare` calls this."""
        self._permissions.permit_sharing(
            snapshot_resource(snapshot, self._shares), encryption_key
        )
