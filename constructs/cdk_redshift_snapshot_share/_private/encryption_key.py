"""A key that encrypts snapshots, and the permissions that other accounts need on it."""

import json
import re
from collections.abc import Iterable

from aws_cdk import Annotations, Reference, Stack, Tokenization, aws_iam as iam
from aws_cdk.aws_kms import IKey
from constructs import Construct

from cdk_redshift_snapshot_share._private.tokens import is_known, is_token, take_known
from cdk_redshift_snapshot_share._private.values import show
from redshift_snapshot_share_handler.contract import MAX_ACCOUNTS_PER_KEY
from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT

POLICY_WARNING_ID = "cdk-redshift-snapshot-share:encryptionKeyPolicy"
QUOTA_WARNING_ID = "cdk-redshift-snapshot-share:encryptionKeyQuota"

# AWS documents this for restoring another account's snapshot. The principal that restores
# needs the same in its own account, and more for the key of its new cluster.
_ACTION = "kms:Decrypt"

_REFERENCE = re.compile(r'"Fn::GetAtt"|"Ref": "(?!AWS::)')


class EncryptionKey:
    """A key, as the shares of one stack use it."""

    def __init__(self, key: IKey, stack: Stack) -> None:
        if not hasattr(key, "key_arn"):
            raise TypeError(
                "encryption_key must be a key, such as a kms.Key or what "
                f"kms.Key.from_key_arn or from_cfn_key returns, got {show(key)}"
            )
        self.key = key
        self._stack = stack
        self._key_stack = Stack.of(key)
        # The ARN of an imported key is known. CloudFormation decides the ARN of any other
        # key.
        self._is_elsewhere = (
            is_token(key.key_arn) and self._key_stack.node.addr != stack.node.addr
        )
        self._accounts: set[str] = set()
        self._shares = 0
        self._check_key()

    def check(self, accounts: Iterable[str]) -> None:
        """Check that accounts can use the key.

        Raises:
            ValueError: If there are too many, or the key's policy cannot name one of them.
        """
        for account in accounts:
            if (
                self._is_elsewhere
                and is_token(account)
                and self._refers_elsewhere(account)
            ):
                raise ValueError(
                    "account_with_restore_access must be known at synthesis if "
                    "encryption_key is defined in another stack, "
                    f"{self._key_stack.node.path}, got a token in stack "
                    f"{self._stack.node.path}: each stack would wait for the other; "
                    "define the key in the share's stack, or the account in the key's "
                    "stack"
                )
        count = len(self._accounts.union(filter(_is_principal, accounts)))
        if count > MAX_ACCOUNTS_PER_KEY:
            raise ValueError(
                "the snapshots of one encryption_key can be shared with at most "
                f"{MAX_ACCOUNTS_PER_KEY} accounts, got {count}; encrypt some of them with "
                "another key"
            )

    def add(self, share: Construct, account: str, snapshots: int = 1) -> bool:
        """Let an account decrypt, or warn that the key's policy must be changed.

        Args:
            share: What shares snapshots with the account.
            account: The account.
            snapshots: How many snapshots it shares.

        Returns:
            Whether the key's policy now has a statement for the share.
        """
        declared = self._shares
        self._shares += snapshots
        if declared <= MAX_ACCOUNTS_PER_KEY < self._shares:
            Annotations.of(share).add_warning_v2(
                QUOTA_WARNING_ID,
                f"Redshift allows {MAX_ACCOUNTS_PER_KEY} accounts per KMS key, added up over all "
                "snapshots that it encrypts, and with this share the stack has more; encrypt some of "
                "the snapshots with another key",
            )
        if account == SUPPORT_ACCOUNT:
            return False  # not an IAM principal
        if _is_principal(account):
            self._accounts.add(account)
        added = self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.AccountPrincipal(account)],
                actions=[_ACTION],
                resources=["*"],
            )
        ).statement_added
        if not added:
            self._warn(share, account)
        return added

    def _check_key(self) -> None:
        alias = self.key.key_arn.rpartition(":")[2]
        if alias.startswith("alias/aws/"):
            raise ValueError(
                f"encryption_key must be a customer managed key, got {alias}: the policy "
                "of an AWS managed key cannot be changed, so no other account can restore "
                "what it encrypts"
            )
        region, expected = (
            take_known(self.key.env.region),
            take_known(self._stack.region),
        )
        if region and expected and region != expected:
            raise ValueError(
                f"encryption_key must be in the Region of the stack, {expected}, got one "
                f"in {region}"
            )
        # An imported key may be of another account. Redshift accepts this.
        environment, expected = self._key_stack.environment, self._stack.environment
        if self._is_elsewhere and environment != expected:
            raise ValueError(
                "encryption_key must be in the environment of the stack, "
                f"{expected}, or imported, got one in {environment}"
            )

    def _refers_elsewhere(self, account: str) -> bool:
        """Tell whether an account refers to a stack other than the key's."""
        for token in Tokenization.reverse_string(account).tokens:
            if isinstance(token, Reference):
                if Stack.of(token.target).node.addr != self._key_stack.node.addr:
                    return True
            elif _REFERENCE.search(json.dumps(self._stack.resolve(token))):
                return True
        return False

    def _warn(self, share: Construct, account: str) -> None:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": self._stack.resolve(account)},
            "Action": _ACTION,
            "Resource": "*",
        }
        Annotations.of(share).add_warning_v2(
            POLICY_WARNING_ID,
            "CDK cannot change the policy of an imported key; unless the policy already "
            f"lets the other account decrypt, add this statement: {json.dumps(statement)}",
        )


def _is_principal(account: str) -> bool:
    return account != SUPPORT_ACCOUNT and is_known(account)
