"""Asks KMS who manages the key that encrypts a snapshot."""

import logging
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from redshift_snapshot_share_handler.errors import code_of, text_of, translate
from redshift_snapshot_share_handler.retry import ACCESS_DENIED_CODES, Retry

_LOG = logging.getLogger(__name__)


class KmsKeys:
    """The KMS keys of snapshots."""

    def __init__(self, make_client: Callable[[], Any], retry: Retry) -> None:
        """Set what the calls need.

        Args:
            make_client: Makes a botocore client of KMS. Most snapshots need none.
            retry: The patience for each call.
        """
        self._make_client = make_client
        self._retry = retry

    def is_aws_managed(self, key: str) -> bool:
        """Tell whether AWS manages a key, so that no other account can use it (DescribeKey).

        If KMS cannot find the key, the snapshot is not refused. Redshift then decides.

        Args:
            key: The id or ARN of the key.

        Raises:
            SnapshotShareError: If KMS denies the call. Redshift would refuse as well.
        """
        try:
            answer = self._retry.call(self._make_client().describe_key, KeyId=key)
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and code_of(error) in ACCESS_DENIED_CODES:
                raise translate(error, {}) from error
            _LOG.info(
                "KMS did not say who manages the key",
                extra={"key": key, "error": text_of(error)},
            )
            return False
        return bool(answer["KeyMetadata"].get("KeyManager") == "AWS")
