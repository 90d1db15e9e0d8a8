"""Requests to a custom resource, and the rules for their answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.lifecycle.stack import Stack

MOST_ANSWER_BYTES = 4096
MOST_PHYSICAL_RESOURCE_ID_BYTES = 1024


class InvalidAnswerError(AssertionError):
    """An answer that CloudFormation would not take, or would come to grief over."""


@dataclass(eq=False)
class Request:
    """An event and what came of it; it is over when answered, timed out or cancelled."""

    stack: Stack
    event: dict[str, Any]
    operation: int
    answer: Mapping[str, Any] | None = None
    has_expired: bool = False
    #: Whether CloudFormation did not take a SUCCESS.
    is_refused: bool = False

    def __str__(self) -> str:
        number = self.event["RequestId"][-3:]
        return f"{self.kind} {self.stack!r}.{self.logical_id} ..{number}"

    @property
    def kind(self) -> str:
        return str(self.event["RequestType"])

    @property
    def logical_id(self) -> str:
        return str(self.event["LogicalResourceId"])

    @property
    def is_over(self) -> bool:
        return self.answer is not None or self.has_expired

    @property
    def has_succeeded(self) -> bool:
        return (
            self.answer is not None
            and self.answer["Status"] == "SUCCESS"
            and not self.is_refused
        )


def checked_answer(request: Request, body: bytes) -> Mapping[str, Any]:
    """Read an answer.

    Raises:
        InvalidAnswerError: If it breaks a rule.
    """
    answer = json.loads(body)
    for problem in _problems(request, body, answer):
        raise InvalidAnswerError(problem)
    return answer  # type: ignore[no-any-return]  # json gives Any


def _problems(
    request: Request, body: bytes, answer: Mapping[str, Any]
) -> Iterator[str]:
    if len(body) > MOST_ANSWER_BYTES:
        yield f"the answer has {len(body)} bytes"
    for name in ("StackId", "RequestId", "LogicalResourceId"):
        if answer.get(name) != request.event[name]:
            yield f"{name} is not the request's"
    status = answer.get("Status")
    if status not in {"SUCCESS", "FAILED"}:
        yield f"Status is {status}"
    if status == "FAILED" and not answer.get("Reason"):
        yield "a failure has no Reason"
    for name, value in answer.get("Data", {}).items():
        if not isinstance(value, str):
            yield f"attribute {name} is not a string"
    yield from _problems_of_id(request, status, answer.get("PhysicalResourceId"))


def _problems_of_id(
    request: Request, status: object, physical_id: object
) -> Iterator[str]:
    if not isinstance(physical_id, str) or not physical_id:
        yield "there is no PhysicalResourceId"
        return
    if len(physical_id.encode()) > MOST_PHYSICAL_RESOURCE_ID_BYTES:
        yield "PhysicalResourceId is too long"
    keeps_id = request.kind == "Delete" or (
        request.kind == "Update" and status == "FAILED"
    )
    if keeps_id and physical_id != request.event["PhysicalResourceId"]:
        yield f"{status} {request.kind} answers with the id {physical_id}"
