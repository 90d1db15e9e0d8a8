"""A question that only AWS can answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from botocore.exceptions import ClientError

from verify_aws.failure import code_of, message_of
from verify_aws.site import Site

#: The outcome of a call that AWS does not refuse.
ACCEPTED = "accepted"


class Seen(NamedTuple):
    """What AWS did.

    Args:
        outcome: In as few words as the assumption, to compare it with.
        detail: What else is worth knowing: a message, a duration.
    """

    outcome: str
    detail: str = ""


@dataclass(frozen=True)
class Question:
    """A question, written once for AWS and for the local AWS.

    Args:
        identifier: By which `local_aws` marks the place that assumes the answer.
        asks: The question.
        assumed: The outcome that this project assumes.
        breaks: What is wrong in this project if the assumption is.
        ask: Asks it.
    """

    identifier: str
    asks: str
    assumed: str
    breaks: str
    ask: Callable[[Site], Seen]


def outcome_of(call: Callable[[], object]) -> Seen:
    """Make a call whose outcome is the answer: `accepted`, or AWS's code."""
    try:
        call()
    except ClientError as error:
        return Seen(code_of(error), message_of(error))
    return Seen(ACCEPTED)
