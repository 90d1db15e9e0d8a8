"""A CloudFormation in process that is as strict, and as unkind, as the real one.

It has stacks whose resources are all of our type, sends the events that CloudFormation
sends, in its order, and refuses any answer that breaks its rules.
"""

import itertools
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from tests.lifecycle.request import Request, checked_answer
from tests.lifecycle.resource import Physical
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
                return {
                    "Stacks": [
                        {
                            "StackId": stack.stack_id,
                            "StackName": stack.name,
                            "StackStatus": stack.status,
                        }
                    ]
                }
        raise ClientError(
            {
                "Error": {
                    "Code": "ValidationError",
                    "Message": f"Stack with id {StackName} does not exist",
                },
                "ResponseMetadata": {"HTTPStatusCode": 400},
            },
            "DescribeStacks",
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
