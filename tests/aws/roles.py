"""Roles that may do what a policy says, and nothing else."""

import json
from typing import Any

from local_aws.aws import LocalAws
from tests.aws.local_connection import Credentials

_ROLE = "Verifier"


def assume_role(aws: LocalAws, account: str, policy: dict[str, Any]) -> Credentials:
    """Make a role with a policy, and become it."""
    iam = aws.client("iam", account=account)
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = iam.create_role(RoleName=_ROLE, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(
        RoleName=_ROLE, PolicyName=_ROLE, PolicyDocument=json.dumps(policy)
    )
    given = aws.client("sts", account=account).assume_role(
        RoleArn=role["Role"]["Arn"], RoleSessionName=_ROLE
    )["Credentials"]
    return Credentials(
        given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
    )
