"""Repeats an AWS call while that can help and the deadline allows it."""

import logging
import math
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError as BotocoreConnectionError,
    HTTPClientError,
)
from botocore.parsers import ResponseParserError

from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.errors import NO_CONNECTION, code_of, text_of

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
# IAM is eventually consistent. A policy of this deployment, or the credentials of a new
# role, may not be in effect yet.
ACCESS_DENIED_CODES = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "InvalidClientTokenId",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)

# Chosen for a full stack whose 450 Creates run at once. See docs/performance.md.
_FIRST_BACKOFF_SECONDS = 1
_LONGEST_BACKOFF_SECONDS = 40
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500

_LOG = logging.getLogger(__name__)


class Patience(NamedTuple):
    """How long to repeat a call after an error that may be permanent, in seconds.

    Attributes:
        denied: For a call that AWS denies.
        unreachable: For a connection that cannot be made.
    """

    denied: float
    unreachable: float


PATIENT = Patience(denied=60, unreachable=120)
#: For a call on which nothing depends.
BRIEF = Patience(denied=10, unreachable=20)


class Retry:
    """The patience of one run of the function."""

    def __init__(
        self,
        deadline: Deadline,
        *,
        patience: Patience = PATIENT,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Begin with full patience.

        Args:
            deadline: When patience ends.
            patience: For denials and connections.
            jitter: Returns a number between 0 and 1 that spreads the attempts of many runs.
        """
        self._deadline = deadline
        self._patience = patience
        self._jitter = jitter

    def spread(self) -> float:
        """A factor between 0.5 and 1 that spreads the pauses of many runs."""
        # At least half of a pause, because a call that is repeated at once is refused
        # again.
        return 0.5 + 0.5 * self._jitter()

    def lose_patience(self) -> None:
        """Bear no denial any more: one was borne to the end, and others are likely."""
        self._patience = self._patience._replace(denied=0)

    def call(
        self,
        operation: Callable[..., Any],
        *,
        is_still_wanted: Callable[[], bool] = lambda: True,
        reserve_seconds: float = 0,
        **parameters: Any,
    ) -> Any:
        """Call an operation of a botocore client.

        Args:
            operation: The client's method.
            is_still_wanted: Asked before the call is repeated, because others may have
                acted during the pause.
            reserve_seconds: No call begins if less than this is left until the deadline.
            parameters: The parameters of the operation.

        Returns:
            What the operation returned; None if it was no longer wanted.

        Raises:
            ClientError: If AWS refused, and repeating the call cannot help.
            BotoCoreError: If the call could not be made.
            SnapshotShareError: If the deadline has passed.
        """
        attempt = 0
        denied_since = unreachable_since = math.inf
        seen = "AWS was slow to respond"
        while True:
            # Also checked before the first call, because calls that succeed take time too.
            self._deadline.check(seen, reserve_seconds)
            began = self._deadline.now()
            try:
                return operation(**parameters)
            except (ClientError, BotoCoreError, ResponseParserError) as error:
                now = self._deadline.now()
                if _is_denial(error):
                    denied_since = min(denied_since, now)
                unreachable_since = (
                    min(unreachable_since, began)
                    if isinstance(error, NO_CONNECTION)
                    else math.inf
                )
                longest = min(
                    _FIRST_BACKOFF_SECONDS * 2**attempt, _LONGEST_BACKOFF_SECONDS
                )
                pause = longest * self.spread()
                if (
                    now - denied_since >= self._patience.denied
                    or now + pause - unreachable_since >= self._patience.unreachable
                    or not _is_passing(error)
                ):
                    raise
                attempt += 1
                seen = text_of(error)
                _LOG.info(
                    "AWS call is tried again", extra={"attempt": attempt, "error": seen}
                )
                self._deadline.wait(pause, seen)
                if not is_still_wanted():
                    return None


def _is_denial(error: Exception) -> bool:
    return isinstance(error, ClientError) and code_of(error) in ACCESS_DENIED_CODES


def _is_passing(error: ClientError | BotoCoreError | ResponseParserError) -> bool:
    """Tell whether repeating the call can help."""
    if not isinstance(error, ClientError):
        # A proxy may respond in its own format, which botocore cannot parse.
        return isinstance(
            error, (BotocoreConnectionError, HTTPClientError, ResponseParserError)
        )
    if _is_denial(error):
        return True
    code = code_of(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return (
        code in THROTTLING_CODES
        or code in _TIMEOUT_CODES
        or status == _TOO_MANY_REQUESTS
        or status >= _SERVER_ERROR
    )
