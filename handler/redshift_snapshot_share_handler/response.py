"""Answers CloudFormation: one PUT, at most 4,096 bytes, whatever happened."""

import json
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from redshift_snapshot_share_handler.attributes import attributes_of, cut_to_fit
from redshift_snapshot_share_handler.lifecycle import Outcome
from redshift_snapshot_share_handler.log import log

MOST_BYTES = 4096
_LONGEST_REASON = 1200
_LONGEST_ECHO = 600
_ATTEMPTS = 6
_SECONDS_PER_ATTEMPT = 5
_CLIENT_ERRORS = range(400, 500)
_TRANSIENT = frozenset({408, 429})

# Answers with an HTTP status; raises OSError or HTTPException.
Put = Callable[[str, bytes], int]


def success(event: Mapping[str, Any], outcome: Outcome) -> bytes:
    """The body that says what was done, with the snapshot's attributes."""
    body = {**_head(event, outcome.physical_resource_id), "Status": "SUCCESS"}
    if outcome.snapshot is None:
        return _encode(body)
    data = cut_to_fit(
        attributes_of(outcome.snapshot.fields),
        lambda attributes: len(_encode({**body, "Data": attributes})),
        MOST_BYTES,
    )
    return _encode({**body, "Data": data})


def failure(event: Mapping[str, Any], physical_resource_id: str, reason: str) -> bytes:
    """The body that says why it was not done."""
    if len(reason) > _LONGEST_REASON:
        reason = f"{reason[: _LONGEST_REASON - 3]}..."
    body = {**_head(event, physical_resource_id), "Status": "FAILED"}
    # Characters may take several bytes.
    while len(encoded := _encode({**body, "Reason": reason})) > MOST_BYTES:
        reason = reason[: len(reason) // 2]
    return encoded


def answer(
    url: str, body: bytes, *, put: Put, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Send a body to CloudFormation, several times if need be.

    Args:
        url: The event's ResponseURL: a secret, and never logged.
        body: What `success` or `failure` made.
        put: Makes one PUT request.
        sleep: Waits for a number of seconds.

    Raises:
        RuntimeError: If CloudFormation's storage did not take it.
    """
    problem = ""
    for attempt in range(_ATTEMPTS):
        if attempt:
            sleep(2 ** (attempt - 1))
        try:
            status = put(url, body)
        except (OSError, HTTPException) as error:
            problem = type(error).__name__
        else:
            if status < 300:  # noqa: PLR2004 - the class of HTTP's successes
                return
            problem = f"HTTP status {status}"
            if status in _CLIENT_ERRORS and status not in _TRANSIENT:
                break
        log("the answer was not taken", problem=problem, attempt=attempt + 1)
    raise RuntimeError(f"CloudFormation did not take the answer: {problem}")


def put_over_http(url: str, body: bytes) -> int:
    """PUT as the presigned URL wants it: with an empty content type."""
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.netloc, timeout=_SECONDS_PER_ATTEMPT)
    try:
        connection.request(
            "PUT",
            f"{parts.path}?{parts.query}" if parts.query else parts.path,
            body,
            {"Content-Type": ""},
        )
        return connection.getresponse().status
    finally:
        connection.close()


def _head(event: Mapping[str, Any], physical_resource_id: str) -> dict[str, str]:
    echo = {
        name: str(event.get(name, ""))[:_LONGEST_ECHO]
        for name in ("StackId", "RequestId", "LogicalResourceId")
    }
    return {**echo, "PhysicalResourceId": physical_resource_id}


def _encode(body: Mapping[str, Any]) -> bytes:
    # Lone surrogates cannot be encoded; a malformed event may carry them.
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", errors="replace")
