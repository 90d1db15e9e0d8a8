"""Sends the response to CloudFormation: one PUT of at most 4,096 bytes."""

import json
import logging
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from redshift_snapshot_share_handler.attributes import attributes_of, cut_to_fit
from redshift_snapshot_share_handler.authorities import trusted_authorities
from redshift_snapshot_share_handler.outcome import Outcome

MOST_BYTES = 4096
_LONGEST_REASON = 1200
# CloudFormation's own values are shorter. Longer ones from somebody else must not prevent a
# response.
_LONGEST_ECHO = 500
_LONGEST_PHYSICAL_RESOURCE_ID = 1026  # with its quotes
_ATTEMPTS = 5
_SECONDS_PER_ATTEMPT = 5
_CLIENT_ERRORS = range(400, 500)
# S3 also responds with 400 if a request arrives too slowly.
_TRANSIENT = frozenset({400, 408, 429})

_LOG = logging.getLogger(__name__)

# Returns an HTTP status. Raises OSError or HTTPException.
Put = Callable[[str, bytes], int]

# Returns the attributes that fit. Its argument tells how long a body with some of them is.
Cut = Callable[[Callable[[Mapping[str, str]], int]], dict[str, str]]


def success(event: Mapping[str, Any], outcome: Outcome) -> bytes:
    """Write the body of a success, with the snapshot's attributes."""
    fields = outcome.fields
    if fields is None:
        return success_with(event, outcome.physical_resource_id)
    return success_with(
        event,
        outcome.physical_resource_id,
        lambda size: cut_to_fit(attributes_of(fields), size, MOST_BYTES),
    )


def success_with(
    event: Mapping[str, Any], physical_resource_id: str, cut: Cut | None = None
) -> bytes:
    """Write the body of a success.

    Args:
        event: The event to respond to.
        physical_resource_id: The id to respond with.
        cut: Shortens the attributes so that they fit. Default: there are none.
    """
    body = {**_head(event, physical_resource_id), "Status": "SUCCESS"}
    if cut is None:
        return _encode(body)
    data = cut(lambda attributes: len(_encode({**body, "Data": attributes})))
    return _encode({**body, "Data": data})


def failure(event: Mapping[str, Any], physical_resource_id: str, reason: str) -> bytes:
    """Write the body of a failure, with its reason."""
    body = {**_head(event, physical_resource_id), "Status": "FAILED"}
    return _encode({**body, "Reason": _cut(reason, _LONGEST_REASON)})


def answer(
    url: str, body: bytes, *, put: Put, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Send a body to CloudFormation. Try several times if necessary.

    Args:
        url: The event's ResponseURL. It is a secret and never logged.
        body: The body from `success` or `failure`.
        put: Makes one PUT request.
        sleep: Waits for a number of seconds.

    Raises:
        RuntimeError: If CloudFormation's storage did not accept it.
    """
    problem = ""
    for attempt in range(_ATTEMPTS):
        if attempt:
            sleep(2 ** (attempt - 1))
        try:
            status = put(url, body)
        except (OSError, HTTPException, ValueError) as error:
            # The text of these may quote the URL.
            problem = type(error).__name__
        else:
            if status < 300:  # noqa: PLR2004 - the class of HTTP's successes
                return
            problem = f"HTTP status {status}"
            if status in _CLIENT_ERRORS and status not in _TRANSIENT:
                break
        _LOG.warning(
            "the response was not taken",
            extra={"problem": problem, "attempt": attempt + 1},
        )
    raise RuntimeError(f"CloudFormation did not take the response: {problem}")


def put_over_http(
    url: str, body: bytes, *, timeout: float = _SECONDS_PER_ATTEMPT
) -> int:
    """Send a PUT with an empty content type, as the presigned URL requires."""
    parts = urlsplit(url)
    connection = (
        HTTPSConnection(parts.netloc, timeout=timeout, context=trusted_authorities())
        if parts.scheme == "https"
        else HTTPConnection(parts.netloc, timeout=timeout)
    )
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
        name: _cut(str(event.get(name, "")), _LONGEST_ECHO)
        for name in ("StackId", "RequestId", "LogicalResourceId")
    }
    return {
        **echo,
        "PhysicalResourceId": _cut(physical_resource_id, _LONGEST_PHYSICAL_RESOURCE_ID),
    }


def _cut(text: str, most_bytes: int) -> str:
    """Cut a text to so many bytes in the body."""
    if len(_encode(text)) <= most_bytes:
        return text
    text = text[:most_bytes]
    while len(_encode(f"{text}...")) > most_bytes:
        text = text[:-1]
    return f"{text}..."


def _encode(body: Any) -> bytes:
    # A malformed event may contain lone surrogates, which cannot be encoded.
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", errors="replace")
