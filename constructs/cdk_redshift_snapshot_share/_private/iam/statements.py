"""What the function may do, whichever snapshots it shares."""

from typing import Any

from aws_cdk import Stack

from redshift_snapshot_share_handler.contract import CLAIM_KEY_PREFIX

DESCRIBE_KEY = "kms:DescribeKey"


def list_sharing_statements(stack: Stack) -> list[dict[str, Any]]:
    """List what sharing needs besides `write_snapshot_statement`."""
    snapshots = name_any_snapshot(stack)
    return [
        # CloudFormation updates policies before it deletes a share. A policy that named
        # only today's snapshots would leave the access of a removed share in place.
        _allow(snapshots, "redshift:RevokeSnapshotAccess"),
        # Limited to claims, and requires that a key is named: no key means all tags.
        _allow(
            snapshots,
            "redshift:DeleteTags",
            conditions={
                "ForAllValues:StringLike": {"aws:TagKeys": f"{CLAIM_KEY_PREFIX}*"},
                "Null": {"aws:TagKeys": "false"},
            },
        ),
        # IAM has no narrower resource for it.
        _allow("*", "redshift:DescribeClusterSnapshots"),
        # Tells a deployment from its rollback, and a current request from a late one.
        _allow(
            stack.stack_id,
            "cloudformation:DescribeStackResource",
            "cloudformation:DescribeStacks",
        ),
    ]


def write_snapshot_statement(arns: list[Any]) -> dict[str, Any]:
    """Write what sharing snapshots needs on each of them."""
    return {
        "Effect": "Allow",
        "Action": ["redshift:AuthorizeSnapshotAccess", "redshift:CreateTags"],
        "Resource": arns,
        # Limits CreateTags alone: AuthorizeSnapshotAccess has no tag keys, and every key
        # of an empty list matches. A `Null` condition would refuse it.
        "Condition": {
            "ForAllValues:StringLike": {"aws:TagKeys": f"{CLAIM_KEY_PREFIX}*"}
        },
    }


def write_logging_statement(log_group_arn: str) -> dict[str, Any]:
    """Write what writing logs needs."""
    return _allow(log_group_arn, "logs:CreateLogStream", "logs:PutLogEvents")


def list_networking_statements(stack: Stack) -> list[dict[str, Any]]:
    """List what Lambda needs to connect the function to a VPC."""
    return [
        # Nothing narrower: the network interfaces do not exist yet.
        _allow(
            name_anything_in_ec2(stack),
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:UnassignPrivateIpAddresses",
        ),
        # IAM has no narrower resource for them.
        _allow("*", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
    ]


def write_key_statement(stack: Stack) -> dict[str, Any]:
    """Write what sharing a snapshot needs if no share names the key that encrypts it.

    Redshift requires permission to describe the key from anyone who shares an encrypted
    snapshot. It reveals metadata of the key and decrypts nothing.
    """
    return _allow(name_any_key(stack), DESCRIBE_KEY)


def name_any_snapshot(stack: Stack) -> str:
    """Name all snapshots of the stack's account and Region."""
    return f"arn:{stack.partition}:redshift:{stack.region}:{stack.account}:snapshot:*/*"


def name_any_key(stack: Stack) -> str:
    """Name all KMS keys of the stack's account and Region."""
    return f"arn:{stack.partition}:kms:{stack.region}:{stack.account}:key/*"


def name_anything_in_ec2(stack: Stack) -> str:
    """Name all that EC2 has in the stack's account and Region."""
    return f"arn:{stack.partition}:ec2:{stack.region}:{stack.account}:*"


def _allow(
    arn: str, *actions: str, conditions: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": arn}
    return statement | ({"Condition": conditions} if conditions else {})
