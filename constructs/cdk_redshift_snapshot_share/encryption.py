"""What the other account needs of the key that encrypts a snapshot."""

import json

from aws_cdk import Annotations, Stack, aws_iam as iam, aws_kms as kms
from constructs import Construct

from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT

WARNING_ID = "cdk-redshift-snapshot-share:encryptionKeyPolicy"

# What AWS documents for restoring another account's snapshot. The restoring principal
# needs the same in its own account, and more for the key of its new cluster.
_ACTION = "kms:Decrypt"


def allow_decryption(share: Construct, key: kms.IKey, account: str) -> None:
    """Let another account decrypt with a key, or warn that its policy must be changed."""
    if account == SUPPORT_ACCOUNT:
        return  # no principal of IAM
    added = key.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.AccountPrincipal(account)],
            actions=[_ACTION],
            resources=["*"],
        )
    ).statement_added
    if added:
        return
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": Stack.of(share).resolve(account)},
        "Action": _ACTION,
        "Resource": "*",
    }
    Annotations.of(share).add_warning_v2(
        WARNING_ID,
        "the policy of an imported key cannot be changed from here; unless its policy "
        f"lets the other account decrypt, add this statement: {json.dumps(statement)}",
    )
