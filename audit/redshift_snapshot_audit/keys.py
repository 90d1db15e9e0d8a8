"""Tells whether an account can use the KMS key that encrypts a snapshot."""

from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from redshift_snapshot_audit.aws_error import code_of, describe_error
from redshift_snapshot_audit.key_policy import lets_account_decrypt
from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT

_AWS_MANAGED = "AWS manages the key"
_BROKEN_STATES = frozenset({"Disabled", "PendingDeletion", "PendingImport"})
# An account has few keys. Their policies can be long, so not all are kept.
_MOST_KEPT = 256


class Usability(NamedTuple):
    """What prevents an account from decrypting, or why this is unknown."""

    problem: str = ""
    doubt: str = ""


class _Key(NamedTuple):
    """A key: the result for all accounts, and the policy if it can be read."""

    usability: Usability
    policy: str = ""


class Keys:
    """The KMS keys of a Region, each read once."""

    def __init__(self, kms: Any) -> None:
        """Read nothing yet.

        Args:
            kms: A boto3 client.
        """
        self._kms = kms
        self._read: dict[str, _Key] = {}

    def usability(self, key_id: str, account: str) -> Usability:
        """Find out whether an account can use a key.

        Args:
            key_id: The key's ARN; empty if the snapshot is not encrypted.
            account: The account, or the alias of AWS Support.
        """
        if not key_id or account == SUPPORT_ACCOUNT:
            return Usability()
        if key_id not in self._read:
            if len(self._read) >= _MOST_KEPT:
                self._read.clear()
            self._read[key_id] = self._read_key(key_id)
        key = self._read[key_id]
        if not key.policy:
            return key.usability
        try:
            can_decrypt = lets_account_decrypt(key.policy, account)
        except ValueError as error:
            return Usability(doubt=f"the key's policy is not understood: {error}")
        if can_decrypt:
            return Usability()
        return Usability(problem="the key's policy does not let the account decrypt")

    def _read_key(self, key_id: str) -> _Key:
        if ":alias/aws/" in key_id:
            return _Key(Usability(problem=_AWS_MANAGED))
        try:
            metadata = self._kms.describe_key(KeyId=key_id)["KeyMetadata"]
            if metadata.get("KeyManager") == "AWS":
                return _Key(Usability(problem=_AWS_MANAGED))
            state = metadata.get("KeyState", "")
            if state in _BROKEN_STATES:
                return _Key(Usability(problem=f"the key is in state {state}"))
            response = self._kms.get_key_policy(KeyId=key_id, PolicyName="default")
        except (ClientError, BotoCoreError) as error:
            if code_of(error) == "NotFoundException":
                return _Key(Usability(problem="KMS does not find the key"))
            return _Key(
                Usability(doubt=f"the key could not be read: {describe_error(error)}")
            )
        return _Key(Usability(), response["Policy"])
