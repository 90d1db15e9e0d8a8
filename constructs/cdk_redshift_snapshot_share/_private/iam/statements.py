"""The permissions of the function that do not depend on the snapshots."""

from typing import Any

from aws_cdk import Stack

from redshift_snapshot_share_handler.contract import CLAIM_KEY_PREFIX

DESCRIBE_KEY = "kms:DescribeKey"


def list_sharing_statements(stack: Stack) -> list[dict[str, Any]]:
    """List the statements that sharing needs besides `write_snapshot_statement`."""
    snapshots = name_any_snapshot(stack)
    return [
        # CloudFormation updates policies before it deletes a share. If the policy named
        # only the snapshots in the new template, the access of a removed share would stay.
        _allow(snapshots, "redshift:RevokeSnapshotAccess"),
        # Only for claims. The request must name a key, because no key means all tags.
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
        # The function asks whether the stack is rolling back, and whether a request is
        # late.
        _allow(
            stack.stack_id,
            "cloudformation:DescribeStackResource",
            "cloudformation:DescribeStacks",
        ),
    ]


def write_snapshot_statement(arns: list[Any]) -> dict[str, Any]:
    """Write the statement that sharing needs for each snapshot."""
    return {
        "Effect": "Allow",
        "Action": ["redshift:AuthorizeSnapshotAccess", "redshift:CreateTags"],
        "Resource": arns,
        # Limits only CreateTags. AuthorizeSnapshotAccess has no tag keys, and every key of
        # an empty list matches. A `Null` condition would refuse AuthorizeSnapshotAccess.
        "Condition": {
            "ForAllValues:StringLike": {"aws:TagKeys": f"{CLAIM_KEY_PREFIX}*"}
        },
    }


def write_copy_statement(arns: list[str]) -> dict[str, Any]:
    """Write what copying automated snapshots needs.

    Args:
        arns: The automated snapshots and their copies. AWS does not document which of
            the two is the resource.
    """
    return {
        "Effect": "Allow",
        "Action": "redshift:CopyClusterSnapshot",
        "Resource": arns,
    }


def write_logging_statement(log_group_arn: str) -> dict[str, Any]:
    """Write the statement that lets the function write logs."""
    return _allow(log_group_arn, "logs:CreateLogStream", "logs:PutLogEvents")


def list_networking_statements(stack: Stack) -> list[dict[str, Any]]:
    """List the statements that Lambda needs to connect the function to a VPC."""
    return [
        # IAM has no narrower resource, because the network interfaces do not exist yet.
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
    """Write the statement that sharing needs if no share names the snapshot's key.

    Redshift requires permission to describe the key from anyone who shares an encrypted
    snapshot. It reveals metadata of the key and decrypts nothing.
    """
    return _allow(name_any_key(stack), DESCRIBE_KEY)


def name_any_snapshot(stack: Stack) -> str:
    """Write the ARN of all snapshots of the stack's account and Region."""
    return f"arn:{stack.partition}:redshift:{stack.region}:{stack.account}:snapshot:*/*"


def name_any_key(stack: Stack) -> str:
    """Write the ARN of all KMS keys of the stack's account and Region."""
    return f"arn:{stack.partition}:kms:{stack.region}:{stack.account}:key/*"


def name_anything_in_ec2(stack: Stack) -> str:
    """Write the ARN of all EC2 resources of the stack's account and Region."""
    return f"arn:{stack.partition}:ec2:{stack.region}:{stack.account}:*"


def _allow(
    arn: str, *actions: str, conditions: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": arn}
    return statement | ({"Condition": conditions} if conditions else {})
