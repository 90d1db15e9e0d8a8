"""Serves ministack, with a few additions that the CDK CLI needs."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app
from ministack.services import cloudformation

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# What nobody here has seen CloudFormation do, and ministack does in some way:
# assumed: deploy-create, deploy-rename, deploy-replacement, deploy-rollback
# assumed: deploy-removal, deploy-destroy, cleanup-properties, resource-during-cleanup
# assumed: stack-status-first, last-operations, no-rollback-failure
# assumed: rollback-stack-status, rollback-stack, replacement-without-rollback
# assumed: express-create, express-replacement, express-failure, express-destroy

_SETTLE_SECONDS = 60.0
_POLL_SECONDS = 0.02
_STACK_OPERATIONS = frozenset(
    {"CreateStack", "DeleteStack", "ExecuteChangeSet", "UpdateStack"}
)


async def serve_gateway(bound: socket.socket, report_ready: Callable[[], None]) -> None:
    """Serve all services except Redshift.

    Args:
        bound: Where.
        report_ready: Called when requests are served.
    """

    async def gateway(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _answer(scope, receive, send)
        elif scope["type"] == "lifespan":

            async def report(message: Message) -> None:
                await send(message)
                if message["type"] == "lifespan.startup.complete":
                    report_ready()

            await app(scope, receive, report)

    config = Config()
    config.bind = [f"fd://{bound.fileno()}"]
    config.keep_alive_timeout = 75
    await serve(gateway, config)  # type: ignore[arg-type]  # hypercorn's types are its own


async def _answer(scope: Message, receive: Receive, send: Send) -> None:
    # This header says that a proxy removed TLS. IAM is enforced here, and the policy of
    # CDK's bootstrap bucket refuses requests without TLS.
    scope["headers"] = [*scope["headers"], (b"x-forwarded-proto", b"https")]
    # Some clients add a character set.
    content_type = dict(scope["headers"]).get(b"content-type", b"")
    if not content_type.startswith(b"application/x-www-form-urlencoded"):
        await app(scope, receive, send)
        return

    body, replay = await _read(receive)

    async def settle_and_send(message: Message) -> None:
        if message["type"] == "http.response.start":
            await _settle()
        await send(message)

    operation = parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
    await app(
        scope, replay, settle_and_send if operation in _STACK_OPERATIONS else send
    )


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    unread = [{"type": "http.request", "body": body}]

    async def replay() -> Message:
        return unread.pop() if unread else await receive()

    return body, replay


async def _settle() -> None:
    """Wait until no stack is in an operation.

    The CDK CLI asks for a stack's status every five seconds. If the response waits until
    the stack is done, the CLI and the tests do not have to wait longer.
    """
    deadline = time.monotonic() + _SETTLE_SECONDS
    while True:
        # Also before the first check, because some operations begin in a task of their own.
        await asyncio.sleep(_POLL_SECONDS)
        if not _is_any_stack_in_progress() or time.monotonic() > deadline:
            return


def _is_any_stack_in_progress() -> bool:
    stacks = cloudformation._stacks.to_dict().values()  # noqa: SLF001 - no request to ask by
    statuses = {stack.get("StackStatus", "") for stack in stacks}
    return any(
        status.endswith("_IN_PROGRESS") for status in statuses - {"REVIEW_IN_PROGRESS"}
    )
