"""`python -m benchmarks.warm`: measures what a warm handler adds to its calls.

Runs in its own process. The work without the handler is the same boto3 calls and one PUT
over a new connection, with the certificate authorities read beforehand.
"""

import argparse
import json
import os
import ssl
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from http.client import HTTPSConnection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from benchmarks.events import ACCOUNT, OWNER, REGION, lifecycle_event
from benchmarks.snapshots import CLUSTER
from benchmarks.spread import spread

_TAG = {
    "Key": f"redshift-snapshot-share:{ACCOUNT}:0123456789ab",
    "Value": "bench/Share",
}
_WARM_UP = 5


class BareCalls:
    """Makes only the calls of a Create and of a Delete.

    Args:
        response_url: Where the response is sent.
    """

    def __init__(self, response_url: str) -> None:
        config = Config(retries={"mode": "standard", "total_max_attempts": 1})
        self._redshift = boto3.client("redshift", config=config)
        self._cloudformation = boto3.client("cloudformation", config=config)
        self._trust = ssl.create_default_context()
        self._response_url = urlsplit(response_url)

    def create(self, snapshot: str) -> None:
        """Make the five calls of a Create."""
        pair, arn = self._names(snapshot)
        self._redshift.describe_cluster_snapshots(SnapshotIdentifier=snapshot)
        self._redshift.create_tags(ResourceName=arn, Tags=[_TAG])
        self._cloudformation.describe_stacks(StackName="bench")
        self._redshift.authorize_snapshot_access(
            **pair, SnapshotClusterIdentifier=CLUSTER
        )
        self._redshift.describe_cluster_snapshots(SnapshotIdentifier=snapshot)

    def delete(self, snapshot: str) -> None:
        """Make the five calls of a Delete."""
        pair, arn = self._names(snapshot)
        self._redshift.describe_cluster_snapshots(SnapshotIdentifier=snapshot)
        self._cloudformation.describe_stacks(StackName="bench")
        self._redshift.revoke_snapshot_access(**pair, SnapshotClusterIdentifier=CLUSTER)
        self._redshift.delete_tags(ResourceName=arn, TagKeys=[_TAG["Key"]])
        self._redshift.describe_cluster_snapshots(SnapshotIdentifier=snapshot)

    def put(self) -> None:
        """Respond to CloudFormation."""
        connection = HTTPSConnection(self._response_url.netloc, context=self._trust)
        connection.request("PUT", "/answer", b'{"Status": "SUCCESS"}')
        connection.getresponse().read()
        connection.close()

    @staticmethod
    def _names(snapshot: str) -> tuple[dict[str, str], str]:
        pair = {"SnapshotIdentifier": snapshot, "AccountWithRestoreAccess": ACCOUNT}
        arn = f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:{CLUSTER}/{snapshot}"
        return pair, arn


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def measure(snapshot: str, rounds: int, response_url: str) -> dict[str, Any]:
    """Measure in turn: a round with the handler, and one without."""
    bare = BareCalls(response_url)
    times: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], None]) -> None:
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        times.setdefault(f"{name} cpu", []).append(time.process_time() - cpu)
        times.setdefault(name, []).append(time.perf_counter() - wall)

    def handle(request_type: str) -> None:
        on_event(lifecycle_event(request_type, snapshot, response_url), _Context())

    # The handler logs to what is the standard output when it is imported.
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        from redshift_snapshot_share_handler.index import on_event  # noqa: PLC0415 - reads the environment

        for number in range(rounds + _WARM_UP):
            timed("handler Create", lambda: handle("Create"))
            timed("handler Delete", lambda: handle("Delete"))
            timed("bare Create", lambda: bare.create(snapshot))
            timed("bare PUT", bare.put)
            timed("bare Delete", lambda: bare.delete(snapshot))
            if number < _WARM_UP:
                times.clear()
    milliseconds = {
        name: [second * 1000 for second in seconds] for name, seconds in times.items()
    }
    return {
        **{name: spread(values) for name, values in milliseconds.items()},
        "overhead": {
            f"{step}{kind}": _overhead(milliseconds, step, kind)
            for step in ("Create", "Delete")
            for kind in ("", " cpu")
        },
    }


def _overhead(times: dict[str, list[float]], step: str, kind: str) -> dict[str, float]:
    """Compute how much longer the handler takes per round."""
    rounds = zip(
        times[f"handler {step}{kind}"],
        times[f"bare {step}{kind}"],
        times[f"bare PUT{kind}"],
        strict=True,
    )
    beyond = median(handler - calls - put for handler, calls, put in rounds)
    calls = median(times[f"bare {step}{kind}"])
    return {"ms": round(beyond, 3), "percent": round(100 * beyond / calls, 1)}


def main() -> None:
    """Measure, and write JSON to standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("snapshot")
    parser.add_argument("rounds", type=int)
    parser.add_argument("response_url")
    arguments = parser.parse_args()
    print(json.dumps(measure(**vars(arguments))))


if __name__ == "__main__":
    main()
