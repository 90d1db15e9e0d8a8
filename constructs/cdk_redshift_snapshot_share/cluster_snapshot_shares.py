"""Accounts' access to the newest snapshots of a cluster."""

from collections.abc import Collection, Iterable

import jsii
from aws_cdk import (
    CfnResource,
    Duration,
    Fn,
    RemovalPolicy,
    Stack,
    aws_cloudwatch as cloudwatch,
    aws_ec2 as ec2,
    aws_events as events,
    aws_events_targets as targets,
    aws_iam as iam,
    aws_kms as kms,
    aws_lambda as lambda_,
    aws_logs as logs,
)
from constructs import Construct

from cdk_redshift_snapshot_share._private.cluster_declaration import ClusterDeclaration
from cdk_redshift_snapshot_share._private.cluster_props import ClusterProps
from cdk_redshift_snapshot_share._private.function_props import FunctionProps
from cdk_redshift_snapshot_share._private.function_with_policies import (
    define_function_with_policies,
)
from cdk_redshift_snapshot_share._private.handler_function import NEWEST_SNAPSHOTS
from cdk_redshift_snapshot_share._private.iam.given_role import check_role
from cdk_redshift_snapshot_share._private.iam.nag import acknowledge
from cdk_redshift_snapshot_share._private.iam.role_policies import RolePolicies
from cdk_redshift_snapshot_share._private.newer_classes import IClusterRef
from cdk_redshift_snapshot_share._private.removal import (
    remove_on_failure,
    undo_on_failure,
)
from cdk_redshift_snapshot_share.existing_share import ExistingShare
from redshift_snapshot_share_handler import contract
from redshift_snapshot_share_handler.contract import ClusterAttribute

# A rule of cdk-nag's that the EventBridge rule breaks on purpose.
_LOST_EVENT_RULE = "Serverless-EventBusDLQ"
_LOST_EVENT_REASON = (
    "an event only wakes the function up, and the next one does so as well; nothing is "
    "lost with it that a queue could keep"
)


@jsii.implements(iam.IGrantable)
class ClusterSnapshotShares(Construct):
    """Accounts' access to the newest snapshots of a cluster.

    Deploying it lets the accounts restore the newest manual snapshots of a provisioned
    Amazon Redshift cluster: those that exist, and those to come. A function compares the
    snapshots with this declaration at each deployment, on a schedule, and whenever it is
    invoked. It authorizes access to new snapshots. It revokes access to snapshots that are
    no longer among the newest, so that their owner can delete them. Removing the construct
    revokes all access that it authorized. Access that others declare as well, such as a
    `SnapshotShare`, lasts until the last of them is removed.

    The function has a log group, a role and an EventBridge rule of its own. The role may
    authorize access to every snapshot of the cluster that begins with the prefix, because
    the identifiers of snapshots to come are not known.

    Name the cluster in exactly one of two ways. It must be in the stack's own account and
    Region; it need not exist yet. Identifiers and accounts may be, or contain, tokens.
    Their values are validated only at deployment, and must be in lower case.

    Args:
        scope: Where to define it.
        construct_id: Its id there.
        accounts_with_restore_access: Accounts that may restore the snapshots: 1 to 20 of
            them, of 12 digits, or `amazon-redshift-support` for AWS Support. The order of
            the list does not matter.
        cluster_identifier: Identifier of the cluster, in any case.
        cluster: The cluster as a resource, such as an `aws_redshift.CfnCluster`. Other
            references to clusters require aws-cdk-lib 2.224.0.
        newest: How many snapshots to share, 1 to 100: the newest that are available and
            match. Default: 7.
        snapshot_identifier_prefix: What the identifiers of the snapshots begin with, in any
            case. Default: all manual snapshots of the cluster are shared.
        copy_automated_for: How long to keep manual copies of automated snapshots; whole
            days, up to 3,653. Each run of the function copies the newest automated snapshot
            if it has not been copied yet, as `<prefix><cluster>-<time>`. Copies are manual
            snapshots: they cost and count as such. Default: automated snapshots are neither
            copied nor shared.
        schedule: When the function compares the snapshots with this declaration. Default:
            every 15 minutes.
        existing_share: What to do when an account already has access that no share claims.
            Default: that snapshot is not shared, which fails the deployment.
        encryption_key: See `SnapshotShare`. It must be the key of all the snapshots, which
            Redshift shares with at most 100 accounts, added up over the snapshots.
        removal_policy: `RETAIN` leaves the access in place when the construct is removed,
            unless its first deployment failed. Default: `DESTROY`, the access is revoked.
        allowed_accounts: See `SnapshotShareProvider`. Default: those of the stack's
            provider that was defined with `default_for_stack=True`, else any account.
        log_group: See `SnapshotShareProvider`.
        role: See `SnapshotShareProvider`.
        vpc: See `SnapshotShareProvider`.
        vpc_subnets: See `SnapshotShareProvider`.
        security_groups: See `SnapshotShareProvider`.
        memory_size: See `SnapshotShareProvider`.
        reserved_concurrent_executions: See `SnapshotShareProvider`.
        environment_encryption: See `SnapshotShareProvider`.

    Raises:
        TypeError: If an argument is of another type.
        ValueError: If an argument is not as described; if the cluster is of another account
            or Region; if an account owns the snapshots, is not allowed or is listed twice;
            if the stack's declarations about the same snapshots need more than 20 accounts
            or 50 tags per snapshot, or more than 100 accounts for the key; if AWS manages
            the key, or it is of another environment; if the role is of another stack or
            account, or has no room. Nothing is defined then.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        accounts_with_restore_access: Iterable[str],
        cluster_identifier: str | None = None,
        cluster: IClusterRef | None = None,
        newest: int = 7,
        snapshot_identifier_prefix: str | None = None,
        copy_automated_for: Duration | None = None,
        schedule: events.Schedule | None = None,
        existing_share: ExistingShare | None = ExistingShare.FAIL,
        encryption_key: kms.IKey | None = None,
        removal_policy: RemovalPolicy | None = RemovalPolicy.DESTROY,
        allowed_accounts: Iterable[str] | None = None,
        log_group: logs.ILogGroup | None = None,
        role: iam.IRole | None = None,
        vpc: ec2.IVpc | None = None,
        vpc_subnets: ec2.SubnetSelection | None = None,
        security_groups: Collection[ec2.ISecurityGroup] | None = None,
        memory_size: int | None = None,
        reserved_concurrent_executions: int | None = None,
        environment_encryption: kms.IKey | None = None,
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
        declaration = ClusterDeclaration(
            scope,
            ClusterProps(
                cluster_identifier=cluster_identifier,
                cluster=cluster,
                accounts_with_restore_access=accounts_with_restore_access,
                newest=newest,
                snapshot_identifier_prefix=snapshot_identifier_prefix,
                copy_automated_for=copy_automated_for,
                schedule=schedule,
                existing_share=existing_share,
                encryption_key=encryption_key,
                removal_policy=removal_policy,
                allowed_accounts=allowed_accounts,
            ),
        )
        shares = declaration.shares
        policies_id = check_role(role, shares.environment) if role else ""
        policies = RolePolicies.find(shares, policies_id)
        if policies:
            declaration.check_policies(policies)

        super().__init__(scope, construct_id)
        with (
            undo_on_failure(scope, construct_id),
            remove_on_failure(shares, policies_id),
        ):
            self._parts = define_function_with_policies(
                self,
                NEWEST_SNAPSHOTS,
                props,
                shares,
                policies_id=policies_id,
                allowed_accounts=declaration.allowed_accounts,
            )
            self._resource = self._add(declaration)
            self._rule = self._add_rule(declaration.schedule)

    @property
    def function(self) -> lambda_.IFunction:
        """The function, to invoke it when snapshots appear, or for alarms."""
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

    @property
    def rule(self) -> events.IRule:
        """The rule that invokes the function on a schedule."""
        return self._rule

    @property
    def shared_snapshot_count(self) -> str:
        """How many snapshots were shared when it was last created or updated."""
        return self._get(ClusterAttribute.SHARED_SNAPSHOT_COUNT)

    @property
    def shared_snapshot_identifiers(self) -> list[str]:
        """Identifiers of those snapshots, the newest first, as many as fit.

        Only deployment knows how many there are.
        """
        return Fn.split(",", self._get(ClusterAttribute.SHARED_SNAPSHOT_IDENTIFIERS))

    def metric_failed(
        self, *, period: Duration | None = None, statistic: str = "Maximum"
    ) -> cloudwatch.Metric:
        """Make the metric of how many snapshots a run could not share or release.

        Each run of the function has a value, 0 included.

        Args:
            period: Over which to aggregate. Default: 5 minutes.
            statistic: How to aggregate. Default: the maximum.
        """
        return cloudwatch.Metric(
            namespace=contract.METRIC_NAMESPACE,
            metric_name=contract.ClusterMetric.FAILED,
            dimensions_map={
                "StackName": Stack.of(self).stack_name,
                "LogicalResourceId": self._resource.logical_id,
            },
            period=period,
            statistic=statistic,
        )

    def _add(self, declaration: ClusterDeclaration) -> CfnResource:
        function = self._parts.function
        resource = declaration.add_resource(self, function.function_arn)
        function.add_environment(
            contract.DECLARATION_VARIABLE, declaration.write_variable(resource)
        )
        declaration.add_to_policies(self._parts.policies)
        self._parts.policies.add_resource(resource)
        return resource

    def _add_rule(self, schedule: events.Schedule) -> events.Rule:
        rule = events.Rule(
            self,
            "Rule",
            description="Invokes the function that shares the newest snapshots of a cluster",
            schedule=schedule,
            targets=[targets.LambdaFunction(self._parts.function)],
        )
        # Until CloudFormation has created the resource, the function would do nothing.
        rule.node.add_dependency(self._resource)
        acknowledge(rule, {_LOST_EVENT_RULE: _LOST_EVENT_REASON})
        return rule

    def _get(self, attribute: ClusterAttribute) -> str:
        return self._resource.get_att(attribute).to_string()
