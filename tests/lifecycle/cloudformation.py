"""A CloudFormation in process that is as strict, and as unkind, as the real one.

It has stacks whose resources are all of our type, sends the events that CloudFormation
sends, in its order, and refuses any answer that breaks its rules.
"""

import itertools
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from tests.lifecycle.request import Request, checked_answer
from tests.lifecycle.resource import Known, Physical
from tests.lifecycle.stack import Stack


class CloudFormation:
    """The CloudFormation of one account in one Region.

    Args:
        send: Invokes the function.
    """

    def __init__(self, send: Callable[[Request], None]) -> None:
        self.send = send
        self.stacks: list[Stack] = []
        #: What a cleanup gave up after three tries: no longer in any stack.
        self.abandoned: list[tuple[Stack, Physical]] = []
        #: What RETAIN kept.
        self.retained: list[tuple[Stack, Physical]] = []
        self.ignored_answers = 0
        #: Whether DescribeStacks has LastOperations, as newer API models do.
        self.shows_last_operations = False
        self.on_answer: Callable[[Request], None] = lambda _: None
        self.on_status: Callable[[Stack], None] = lambda _: None
        self._requests: dict[str, Request] = {}
        self.numbers = itertools.count(1)

    def make_stack(self, name: str) -> Stack:
        """A new stack; one that was deleted under the same name had another StackId."""
        stack = Stack(self, name, next(self.numbers))
        self.stacks.append(stack)
        return stack

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - as botocore
        """Call DescribeStacks; a StackId finds deleted stacks too."""
        for stack in self.stacks:
            if stack.stack_id == StackName or (
                stack.name == StackName and stack.status != "DELETE_COMPLETE"
            ):
                described: dict[str, Any] = {
                    "StackId": stack.stack_id,
                    "StackName": stack.name,
                    "StackStatus": stack.status,
                }
                if self.shows_last_operations:
                    described["LastOperations"] = [
                        {"OperationType": kind, "OperationId": f"operation-{number}"}
                        for number, kind in reversed([*enumerate(stack.history)])
                    ]
                return {"Stacks": [described]}
        raise _validation_error(
            f"Stack with id {StackName} does not exist", "DescribeStacks"
        )

    def describe_stack_resource(
        self,
        *,
        StackName: str,  # noqa: N803 - as botocore
        LogicalResourceId: str,  # noqa: N803 - as botocore
    ) -> dict[str, Any]:
        """Call DescribeStackResource, with a StackId."""
        for stack in self.stacks:
            if stack.stack_id == StackName:
                known = stack.known_resource(LogicalResourceId)
                if known is not None:
                    return {"StackResourceDetail": _described(LogicalResourceId, known)}
        raise _validation_error(
            f"Resource {LogicalResourceId} does not exist for stack {StackName}",
            "DescribeStackResource",
        )

    def put(self, url: str, body: bytes) -> int:
        """Take an answer; one for a used or expired URL changes nothing.

        Raises:
            InvalidAnswerError: If it breaks a rule.
        """
        request = self._requests[url]
        answer = checked_answer(request, body)
        if request.is_over:
            self.ignored_answers += 1
            return 200
        request.answer = answer
        request.stack.take_answer(request)
        self.on_answer(request)
        request.stack.advance()
        return 200

    def register(self, request: Request) -> None:
        """Remember whom a ResponseURL belongs to, and send the event."""
        self._requests[request.event["ResponseURL"]] = request
        self.send(request)


def _described(logical_id: str, known: Known) -> dict[str, Any]:
    described = {"LogicalResourceId": logical_id, "ResourceStatus": known.status}
    if known.physical_id:
        described["PhysicalResourceId"] = known.physical_id
    return described


def _validation_error(message: str, operation: str) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": "ValidationError", "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": 400},
        },
        operation,
    )
