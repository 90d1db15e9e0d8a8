"""What the function may do, whichever snapshots it shares."""

from typing import Any

from aws_cdk import Stack

from redshift_snapshot_share_handler.contract import CLAIM_KEY_PREFIX

DESCRIBE_KEY = "kms:DescribeKey"


def sharing(stack: Stack) -> list[dict[str, Any]]:
    """List what sharing needs besides `SnapshotPolicies`."""
    snapshots = any_snapshot(stack)
    return [
        # CloudFormation updates policies before it deletes a share: one that named only
        # the snapshots of today would leave the access of a removed share in place.
        _allow(snapshots, "redshift:RevokeSnapshotAccess"),
        # Claims only, and not all tags when no key is named.
        _allow(
            snapshots,
            "redshift:DeleteTags",
            conditions={
                "ForAllValues:StringLike": {"aws:TagKeys": f"{CLAIM_KEY_PREFIX}*"},
                "Null": {"aws:TagKeys": "false"},
            },
        ),
        # IAM knows no narrower resource for it.
        _allow("*", "redshift:DescribeClusterSnapshots"),
        # Tells a deployment that goes forward from one that is rolled back.
        _allow(stack.stack_id, "cloudformation:DescribeStacks"),
    ]


def logging(log_group_arn: str) -> dict[str, Any]:
    """State what writing logs needs."""
    return _allow(log_group_arn, "logs:CreateLogStream", "logs:PutLogEvents")


def networking(stack: Stack) -> list[dict[str, Any]]:
    """List what Lambda needs to connect the function to a VPC."""
    return [
        # Nothing narrower: the network interfaces are not there yet.
        _allow(
            any_network_resource(stack),
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:UnassignPrivateIpAddresses",
        ),
        # IAM knows no narrower resource for them.
        _allow("*", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
    ]


def describing_any_key(stack: Stack) -> dict[str, Any]:
    """State what sharing a snapshot needs if a key that nobody named encrypts it.

    Whoever authorizes access to an encrypted snapshot must be able to describe its key.
    That tells of the key, and decrypts nothing.
    """
    return _allow(any_key(stack), DESCRIBE_KEY)


def any_snapshot(stack: Stack) -> str:
    """Name all snapshots of the stack's account and Region."""
    return f"arn:{stack.partition}:redshift:{stack.region}:{stack.account}:snapshot:*/*"


def any_key(stack: Stack) -> str:
    """Name all KMS keys of the stack's account and Region."""
    return f"arn:{stack.partition}:kms:{stack.region}:{stack.account}:key/*"


def any_network_resource(stack: Stack) -> str:
    """Name all that EC2 has in the stack's account and Region."""
    return f"arn:{stack.partition}:ec2:{stack.region}:{stack.account}:*"


def _allow(
    resource: str, *actions: str, conditions: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return statement | ({"Condition": conditions} if conditions else {})
