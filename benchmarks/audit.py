"""`python -m benchmarks.audit`: calls, seconds and memory of an audit, by number of snapshots.

Every snapshot is shared with 20 accounts by hand, and the stacks declare nothing. So each
account is an entry of the report.
"""

import argparse
import logging
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.serving import make_server

from local_aws.aws import LocalAws
from local_aws.redshift import responses, urls
from local_aws.redshift.client import RedshiftClient
from local_aws.redshift.responses import Call
from local_aws.redshift.service import SERVED

_ACCOUNTS = [f"{number:012}" for number in range(100_000_000_000, 100_000_000_020)]
_STACKS = 50
_TEMPLATE = '{"Resources": {"A": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}'
_FOUND = 2
# The command, and what it took. The kernel counts this per program, unlike ru_maxrss.
_PROGRAM = """
import sys, time
from redshift_snapshot_audit.command import run
code = run(sys.argv[1:])
print(open("/proc/self/status").read(), file=sys.stderr)
print("CPU seconds:", time.process_time(), file=sys.stderr)
sys.exit(code)
"""


class Calls:
    """Counts the calls to Redshift. Every caller may do everything."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()

    def account(self, access_key: str) -> str:
        """Name the account of a caller."""
        return access_key

    def admit(self, call: Call) -> None:
        """Let every call pass."""

    def record(self, call: Call, *_: object, **__: object) -> None:
        """Count a call, whether or not it succeeded."""
        self.made[call.operation] += 1


class Run(NamedTuple):
    """One run of the command."""

    snapshots: int
    entries: int
    redshift_calls: int
    seconds: float
    cpu_seconds: float
    peak_mib: float


def measure(aws: LocalAws, counts: list[int], form: str) -> Iterator[Run]:
    """Audit these numbers of snapshots, one after the other.

    Args:
        aws: Where the stacks are.
        counts: The numbers of snapshots, in ascending order.
        form: An option for the output, or nothing.
    """
    calls = Calls()
    redshift = RedshiftClient(SERVED, aws.account, aws.region)
    redshift.create_cluster(
        ClusterIdentifier="sales",
        NodeType="ra3.large",
        MasterUsername="admin",
        MasterUserPassword="Not-a-secret-1",
    )
    made = 0
    with _serve(calls) as url:
        for count in counts:
            while made < count:
                _share(redshift, f"sales-{made}")
                made += 1
            calls.made.clear()
            taken = _audit(aws, url, form)
            yield Run(count, taken.entries, sum(calls.made.values()), *taken[1:])


def _share(redshift: RedshiftClient, name: str) -> None:
    redshift.create_cluster_snapshot(ClusterIdentifier="sales", SnapshotIdentifier=name)
    for account in _ACCOUNTS:
        redshift.authorize_snapshot_access(
            SnapshotIdentifier=name, AccountWithRestoreAccess=account
        )


@contextmanager
def _serve(calls: Calls) -> Iterator[str]:
    """Serve the Redshift from this process, because filling it over HTTP would take too long."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    responses.RedshiftResponse.gate = calls
    urls.register()
    server = make_server("127.0.0.1", 0, create_backend_app("redshift"), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


class _Taken(NamedTuple):
    entries: int
    seconds: float
    cpu_seconds: float
    peak_mib: float


def _audit(aws: LocalAws, redshift_url: str, form: str) -> _Taken:
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, *filter(None, [form])],
        env={
            **aws.environment_of(aws.account, aws.region),
            "AWS_ENDPOINT_URL_REDSHIFT": redshift_url,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        entries = sum(1 for _ in process.stdout or ()) - (not form)
        written = process.stderr.read() if process.stderr else ""
    if process.returncode != _FOUND:
        sys.exit(f"the audit ended with {process.returncode}: {written}")
    cpu_seconds = re.findall(r"CPU seconds: ([0-9.]+)", written)[0]
    peak_kib = re.findall(r"VmHWM:\s+([0-9]+) kB", written)[0]
    return _Taken(
        entries,
        time.monotonic() - began,
        float(cpu_seconds),
        int(peak_kib) / 1024,
    )


def _runs(counts: list[int], form: str) -> Iterator[Run]:
    """Start an AWS with stacks that declare nothing, and audit it."""
    with LocalAws() as aws:
        cloudformation = aws.client("cloudformation")
        for number in range(_STACKS):
            cloudformation.create_stack(
                StackName=f"Stack{number}", TemplateBody=_TEMPLATE
            )
        yield from measure(aws, counts, form)


def measure_all(counts: list[int]) -> dict[str, Any]:
    """Audit as many snapshots, with a table as the output.

    Args:
        counts: How many snapshots, in rising order.

    Returns:
        Each run, by its number of snapshots.
    """
    return {str(run.snapshots): run._asdict() for run in _runs(counts, "")}


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.audit")
    parser.add_argument(
        "counts", nargs="*", type=int, default=[100, 1_000, 10_000], help="of snapshots"
    )
    parser.add_argument("--json", dest="form", action="store_const", const="--json")
    arguments = parser.parse_args()
    print("| snapshots | entries | calls of Redshift | seconds | peak memory, MiB |")
    print("| --- | --- | --- | --- | --- |")
    for run in _runs(sorted(arguments.counts), arguments.form or ""):
        print(
            f"| {run.snapshots:,} | {run.entries:,} | {run.redshift_calls:,} "
            f"| {run.seconds:.0f} | {run.peak_mib:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
