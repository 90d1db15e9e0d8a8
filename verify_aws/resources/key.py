"""KMS keys, which KMS deletes a week after it was asked to."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from verify_aws.connection import Connection
from verify_aws.failure import code_of
from verify_aws.label import PREFIX
from verify_aws.resources.kind import Found

# The shortest that KMS offers. Such a key costs nothing.
_DAYS = 7
# Keys whose policies do not let this account's people look.
_HIDDEN = frozenset({"AccessDeniedException", "NotFoundException"})


class _Key:
    noun = "key"

    def find(self, connection: Connection) -> Iterator[Found]:
        kms = connection.client("kms")
        for page in kms.get_paginator("list_keys").paginate():
            for key in page["Keys"]:
                if found := _look(kms, key["KeyId"]):
                    yield found

    def remove(self, connection: Connection, identifier: str) -> None:
        kms = connection.client("kms")
        try:
            kms.schedule_key_deletion(KeyId=identifier, PendingWindowInDays=_DAYS)
        except ClientError as error:
            # The second: it is to be deleted already.
            if code_of(error) not in {"NotFoundException", "KMSInvalidStateException"}:
                raise


def _look(kms: Any, identifier: str) -> Found | None:
    """Look at a key; those that go already, or are not named like ours, do not count."""
    try:
        key = kms.describe_key(KeyId=identifier)["KeyMetadata"]
        if key["KeyState"] == "PendingDeletion" or not key["Description"].startswith(
            PREFIX
        ):
            return None
        tags = kms.list_resource_tags(KeyId=identifier)["Tags"]
    except ClientError as error:
        if code_of(error) not in _HIDDEN:
            raise
        return None
    return Found(
        identifier,
        key["Description"],
        {tag["TagKey"]: tag["TagValue"] for tag in tags},
    )


KEY = _Key()
