"""Small stacks, and what is asked of their templates again and again."""

from collections.abc import Mapping
from typing import Any

import pytest
from aws_cdk import (
    App,
    Environment,
    Stack,
    aws_ec2 as ec2,
    aws_iam as iam,
    aws_redshift as redshift,
)
from aws_cdk.assertions import Template
from constructs import Construct

from cdk_redshift_snapshot_share import ClusterSnapshotShares, SnapshotShare
from cdk_redshift_snapshot_share._private.newer_classes import CfnSnapshot, is_missing

ACCOUNT = "210987654321"
OWNER = "123456789012"
REGION = "eu-central-1"
SNAPSHOT = "sales-2026-11-23"
CLUSTER = "sales"
SHARE = "Custom::RedshiftSnapshotShare"
CLUSTER_SHARES = "Custom::RedshiftClusterSnapshotShares"

# What an older aws-cdk-lib cannot do is not tested with it. `test_newer_classes` holds which
# versions these are.
NO_CFN_SNAPSHOT = "this aws-cdk-lib has no CfnSnapshot"
needs_cfn_snapshot = pytest.mark.skipif(is_missing(CfnSnapshot), reason=NO_CFN_SNAPSHOT)

MINIMAL_PROPS: Mapping[str, Any] = {
    "snapshot_identifier": SNAPSHOT,
    "account_with_restore_access": ACCOUNT,
}


def new_stack(account: str | None = None, region: str | None = None) -> Stack:
    # Nothing is deployed, so the handler's code need not be copied.
    app = App(context={"aws:cdk:disable-asset-staging": True})
    return Stack(app, "Stack", env=Environment(account=account, region=region))


def imported_vpc(scope: Construct) -> ec2.IVpc:
    """A VPC with one private subnet."""
    return ec2.Vpc.from_vpc_attributes(
        scope,
        "Vpc",
        vpc_id="vpc-0a1b",
        availability_zones=["eu-central-1a"],
        private_subnet_ids=["subnet-0a1b"],
    )


def cfn_snapshot(scope: Construct, **overrides: Any) -> "redshift.CfnSnapshot":
    """A snapshot that the stack itself defines, if this aws-cdk-lib can."""
    if is_missing(CfnSnapshot):
        pytest.skip(NO_CFN_SNAPSHOT)
    props = {"cluster_identifier": "Sales", "snapshot_identifier": "Month-End"}
    return redshift.CfnSnapshot(scope, "Snapshot", **{**props, **overrides})


def new_role(scope: Construct, construct_id: str = "Mine") -> iam.Role:
    """A role that a user defines for a provider."""
    return iam.Role(
        scope, construct_id, assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
    )


def share(
    scope: Construct, construct_id: str = "Share", **overrides: Any
) -> SnapshotShare:
    """Declare a share; a prop that is overridden with None is left out."""
    props = {**MINIMAL_PROPS, **overrides}
    given = {name: value for name, value in props.items() if value is not None}
    return SnapshotShare(scope, construct_id, **given)


def cluster_shares(
    scope: Construct, construct_id: str = "Shares", **overrides: Any
) -> ClusterSnapshotShares:
    """Declare shares of a cluster's snapshots, as `share` does."""
    props = {
        "cluster_identifier": CLUSTER,
        "accounts_with_restore_access": [ACCOUNT],
        **overrides,
    }
    given = {name: value for name, value in props.items() if value is not None}
    return ClusterSnapshotShares(scope, construct_id, **given)


def cfn_cluster(
    scope: Construct, construct_id: str = "Cluster", **overrides: Any
) -> redshift.CfnCluster:
    """A cluster that the stack itself defines."""
    props = {
        "cluster_type": "single-node",
        "db_name": "sales",
        "master_username": "admin",
        "node_type": "ra3.large",
    }
    return redshift.CfnCluster(scope, construct_id, **{**props, **overrides})


def resources(stack: Stack, resource_type: str) -> dict[str, Any]:
    return dict(Template.from_stack(stack).find_resources(resource_type))


def warnings_of(stack: Stack) -> list[str]:
    """The warnings of synthesis, each after the path of its construct.

    The assertions of older versions of aws-cdk-lib cannot read them.
    """
    Template.from_stack(stack)
    return [
        f"/{construct.node.path}: {entry.data}"
        for construct in stack.node.find_all()
        for entry in construct.node.metadata
        if entry.type == "aws:cdk:warning"
    ]


def shares_of(stack: Stack) -> list[dict[str, Any]]:
    """The properties of the shares, less those that all have."""
    return [
        {
            name: value
            for name, value in resource["Properties"].items()
            if name not in ("ServiceToken", "ServiceTimeout")
        }
        for resource in resources(stack, SHARE).values()
    ]


def statements_of(stack: Stack) -> list[dict[str, Any]]:
    """All statements that the roles of a stack have, inline or managed."""
    return [
        statement
        for resource_type in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
        for resource in resources(stack, resource_type).values()
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
    ]


def statement_for(stack: Stack, action: str) -> dict[str, Any]:
    """The only statement that allows an action."""
    (statement,) = [
        statement
        for statement in statements_of(stack)
        if action in statement["Action"] or action == statement["Action"]
    ]
    return statement


def shared_snapshots(stack: Stack) -> list[Any]:
    """The snapshots that may be shared, by all policies."""
    return [
        resource
        for statement in statements_of(stack)
        if "redshift:AuthorizeSnapshotAccess" in statement["Action"]
        for resource in statement["Resource"]
    ]


def arn(
    name: str, region: str = "${AWS::Region}", account: str = "${AWS::AccountId}"
) -> Any:
    """A snapshot in a policy, of known name."""
    return {
        "Fn::Sub": f"arn:${{AWS::Partition}}:redshift:{region}:{account}:snapshot:{name}"
    }
