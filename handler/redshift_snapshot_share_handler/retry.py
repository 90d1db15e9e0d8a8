"""Tries an AWS call again while that can help and the deadline allows it."""

import math
import random
from collections.abc import Callable
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError as BotocoreConnectionError,
    HTTPClientError,
)
from botocore.parsers import ResponseParserError

from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.errors import code_of, text_of
from redshift_snapshot_share_handler.log import log

THROTTLING_CODES = frozenset(
    {
        "BandwidthLimitExceeded",
        "DependentServiceRequestThrottlingFault",  # botocore never retries this one
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_TIMEOUT_CODES = frozenset({"RequestTimeout", "RequestTimeoutException"})
ACCESS_DENIED_CODES = frozenset(
    {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
)
# IAM is eventually consistent: a policy of this very deployment may not count yet.
ACCESS_DENIED_PATIENCE_SECONDS = 60

# Chosen for a full stack whose 450 Creates run at once: docs/performance.md.
_FIRST_BACKOFF_SECONDS = 1
_LONGEST_BACKOFF_SECONDS = 40
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


class Retry:
    """The patience of one run of the function."""

    def __init__(
        self, deadline: Deadline, *, jitter: Callable[[], float] = random.random
    ) -> None:
        """Begin with full patience.

        Args:
            deadline: When patience ends.
            jitter: A number between 0 and 1 that spreads the attempts of many runs.
        """
        self._deadline = deadline
        self._jitter = jitter

    def call(
        self,
        operation: Callable[..., Any],
        *,
        is_still_wanted: Callable[[], bool] = lambda: True,
        **parameters: Any,
    ) -> Any:
        """Call an operation of a botocore client.

        Args:
            operation: The client's method.
            is_still_wanted: Asked before the call is tried again: others may have acted
                during the pause.
            parameters: The operation's.

        Returns:
            What the operation answered; None if it was not wanted any more.

        Raises:
            ClientError: If AWS refused in a way that trying again cannot change.
            BotoCoreError: If the call could not be made at all.
            SnapshotShareError: If the deadline came first.
        """
        attempt = 0
        denied_since = math.inf
        seen = "AWS was slow to answer"
        while True:
            # Also before the first: calls that succeed take time as well.
            self._deadline.check(seen)
            try:
                return operation(**parameters)
            except (ClientError, BotoCoreError, ResponseParserError) as error:
                now = self._deadline.now()
                if _is_denial(error):
                    denied_since = min(denied_since, now)
                if not _is_passing(error, denied_for=now - denied_since):
                    raise
                longest = min(
                    _FIRST_BACKOFF_SECONDS * 2**attempt, _LONGEST_BACKOFF_SECONDS
                )
                attempt += 1
                seen = text_of(error)
                log("AWS call is tried again", attempt=attempt, error=seen)
                # At least half of it: who comes back at once is refused once more.
                self._deadline.wait(longest * (0.5 + 0.5 * self._jitter()), seen)
                if not is_still_wanted():
                    return None


def _is_denial(error: Exception) -> bool:
    return isinstance(error, ClientError) and code_of(error) in ACCESS_DENIED_CODES


def _is_passing(
    error: ClientError | BotoCoreError | ResponseParserError, *, denied_for: float
) -> bool:
    """Whether trying again can help, so many seconds after the first denial."""
    if not isinstance(error, ClientError):
        # A proxy on the way may answer in its own words, which do not parse.
        return isinstance(
            error, (BotocoreConnectionError, HTTPClientError, ResponseParserError)
        )
    if _is_denial(error):
        return denied_for < ACCESS_DENIED_PATIENCE_SECONDS
    code = code_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return (
        code in THROTTLING_CODES
        or code in _TIMEOUT_CODES
        or status == _TOO_MANY_REQUESTS
        or status >= _SERVER_ERROR
    )
