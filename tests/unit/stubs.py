"""Stand-ins for what the handler is given: a clock, botocore clients, AWS's refusals."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.kms import KmsKeys
from redshift_snapshot_share_handler.redshift import Redshift
from redshift_snapshot_share_handler.request import StackId
from redshift_snapshot_share_handler.retry import Retry
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.stack import Stack

OWNER = "111122223333"
ACCOUNT = "210987654321"
REGION = "eu-west-1"
STACK = StackId(
    arn=f"arn:aws:cloudformation:{REGION}:{OWNER}:stack/analytics/5f2c",
    partition="aws",
    region=REGION,
    account=OWNER,
    name="analytics",
)
CLAIMANT = Claimant(STACK.arn, STACK.name, "ShareWithAnalytics", "request-1")


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.sleeps: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += seconds

    def deadline(self, seconds: float = 840) -> Deadline:
        return Deadline(seconds, now=self.now, sleep=self.sleep)

    def retry(self, seconds: float = 840, jitter: float = 1) -> Retry:
        return Retry(self.deadline(seconds), jitter=lambda: jitter)


def services(clock: Clock, seconds: float = 840, jitter: float = 1) -> Services:
    """What a run works with, for what asks only for time: no service may be called."""
    retry = Retry(clock.deadline(seconds), jitter=lambda: jitter)
    nobody = object()
    return Services(
        claimant=CLAIMANT,
        redshift=Redshift(nobody, retry, STACK),
        stack=Stack(nobody, retry, STACK.arn),
        keys=KmsKeys(object, retry),
        deadline=clock.deadline(seconds),
        retry=retry,
    )


def client_error(
    code: str,
    status: int = 400,
    message: str | None = "as AWS words it",
    operation: str = "DescribeClusterSnapshots",
) -> ClientError:
    """A refusal as botocore parses it."""
    return ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "aws-1"},
        },
        operation,
    )


@cache
def botocore_client(service: str) -> Any:
    """A real client, for its parameter validation; made once, as that is slow."""
    return botocore.session.Session().create_client(
        service,
        region_name=REGION,
        aws_access_key_id="made-up",
        aws_secret_access_key="made-up",
    )


@contextmanager
def stubbed(service: str) -> Iterator[tuple[Any, Stubber]]:
    """A real client that answers from a script, which must be used up."""
    client = botocore_client(service)
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()
