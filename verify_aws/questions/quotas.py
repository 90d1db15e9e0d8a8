"""How Redshift throttles. Asked last, as it concerns all callers of the account."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

from verify_aws.failure import NotAskedError, code_of, message_of
from verify_aws.question import Question, Seen
from verify_aws.site import Site

_THREADS = 20
_CALLS = 400
_SECONDS = 15.0


def ask_throttling(site: Site) -> Seen:
    """Call until Redshift refuses."""
    if not site.may_throttle:
        raise NotAskedError(
            "throttles all callers of the account for some seconds: give --throttle"
        )
    redshift = site.connection.client("redshift", retries={"total_max_attempts": 1})
    numbers = itertools.count(1)
    began = time.monotonic()
    refusals: list[Seen] = []

    def call_on() -> None:
        while not refusals and (number := next(numbers)) <= _CALLS:
            seconds = time.monotonic() - began
            if seconds > _SECONDS:
                return
            try:
                redshift.describe_cluster_snapshots(
                    SnapshotType="manual", MaxRecords=20
                )
            except ClientError as error:
                detail = f"call {number} after {seconds:.1f} s: {message_of(error)}"
                refusals.append(Seen(code_of(error), detail))

    with ThreadPoolExecutor(_THREADS) as threads:
        for future in [threads.submit(call_on) for _ in range(_THREADS)]:
            future.result()
    if not refusals:
        raise NotAskedError(f"none of {_CALLS} calls was throttled")
    return refusals[0]


QUESTIONS = (
    Question(
        "throttling-code",
        "With which code does Redshift throttle, and from which rate on?",
        "Throttling",
        "A throttled call counts as a refusal, and the deployment fails at once.",
        ask_throttling,
    ),
)
