"""From a new process to CloudFormation's first answer; and how many calls that took."""

import json
import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields
from itertools import count
from pathlib import Path
from queue import Empty
from types import TracebackType
from typing import Any, Self

from benchmarks.cpu_share import CpuShare, can_be_limited, row_of
from benchmarks.endpoints import Endpoints
from benchmarks.events import aws_custom_resource_event, lifecycle_event
from benchmarks.instructions import can_be_counted, count_instructions
from benchmarks.interpreter import PYTHON, SITE_PACKAGES, compile_libraries
from benchmarks.peers import NODE, aws_custom_resource
from benchmarks.snapshots import make_snapshots
from benchmarks.spread import spread
from benchmarks.tls import TlsFront
from local_aws.aws import LocalAws

_ROOT = Path(__file__).parent.parent
_DRIVERS = Path(__file__).parent / "drivers"
_TIMEOUT_SECONDS = 30
_OURS = "this project"

#: The memory, in MiB, by which the CPU of each row is limited; None for no limit.
MEMORY: dict[str, tuple[int | None, ...]] = {
    "this project": (None, 128, 256, 512, 1024),
    "AwsCustomResource": (None, 512),
    "plain boto3": (None, 256),
}


@dataclass(frozen=True)
class Start:
    """One cold start."""

    wall_ms: float
    init_ms: float
    invocation_ms: float
    cpu_ms: float
    peak_mib: float


@dataclass(frozen=True)
class Competitor:
    """A handler, and how it is started."""

    command: list[str]
    environment: Mapping[str, str]
    event: Callable[[str, str, str], dict[str, Any]]


class ColdStarts:
    """Starts the handlers in turn.

    Args:
        aws: Where the snapshots are.
        endpoints: The stack, and where it is answered.
        folder: For a copy of the handler.
    """

    def __init__(self, aws: LocalAws, endpoints: Endpoints, folder: Path) -> None:
        self._aws = aws
        self._endpoints = endpoints
        self._numbers: Iterator[int] = count(1)
        self._stack = ExitStack()
        port = int(aws.redshift_endpoint_url.rpartition(":")[2])
        self._redshift = TlsFront(endpoints.context, port)
        self._environment = {
            **aws.variables,
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL_REDSHIFT": self._redshift.url,
            "AWS_ENDPOINT_URL_CLOUDFORMATION": endpoints.cloudformation_url,
            "AWS_CA_BUNDLE": str(endpoints.authorities),
            "SSL_CERT_FILE": str(endpoints.authorities),
            "NODE_EXTRA_CA_CERTS": str(endpoints.authority),
            "NODE_NO_WARNINGS": "1",
            "NO_PROXY": "localhost,127.0.0.1",
        }
        # A copy: Lambda's is read-only and has no bytecode.
        source = folder / "handler"
        shutil.copytree(
            _ROOT / "handler", source, ignore=shutil.ignore_patterns("__pycache__")
        )
        self.competitors = {
            "this project": Competitor(
                [PYTHON, str(_DRIVERS / "this_project.py")],
                _python_environment(source),
                lifecycle_event,
            ),
            "AwsCustomResource": Competitor(
                [str(NODE), str(_DRIVERS / "aws_custom_resource.js")],
                aws_custom_resource(),
                aws_custom_resource_event,
            ),
            "plain boto3": Competitor(
                [PYTHON, str(_DRIVERS / "plain_boto3.py")],
                _python_environment(_ROOT),
                lifecycle_event,
            ),
        }

    def __enter__(self) -> Self:
        self._stack.enter_context(self._redshift)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def measure(self, rounds: int) -> dict[str, Any]:
        """Start each of them so many times, and once more beforehand.

        Returns:
            By the name of the competitor, with its memory if its CPU is limited by it.
        """
        compile_libraries()
        is_limited = can_be_limited()
        shares = {
            memory: self._stack.enter_context(CpuShare(memory))
            for memory in sorted({m for rows in MEMORY.values() for m in rows if m})
            if is_limited
        }
        rows = [
            (name, memory)
            for name, memories in MEMORY.items()
            for memory in memories
            if memory is None or is_limited
        ]
        starts: dict[str, list[Start]] = {row_of(*row): [] for row in rows}
        for number in range(rounds + 1):
            for name, memory in rows:
                share = shares[memory] if memory else None
                start = self._start(name, "Create", self._new_snapshot(), share=share)
                if number:
                    starts[row_of(name, memory)].append(start)
        return {
            row: {
                field.name: spread(getattr(start, field.name) for start in of_one)
                for field in fields(Start)
            }
            for row, of_one in starts.items()
        }

    def count_instructions(self) -> dict[str, float]:
        """Count the instructions of this project's cold start, in millions.

        Returns:
            Those of the init phase and of the invocation; nothing without valgrind.
        """
        if not can_be_counted():
            return {}
        competitor = self.competitors["this project"]
        environment = {**self._environment, **competitor.environment}
        load = [PYTHON, "-c", "import redshift_snapshot_share_handler.index"]
        init = count_instructions(load, environment)
        event = competitor.event(
            "Create", self._new_snapshot(), self._endpoints.response_url
        )
        all_ = count_instructions(competitor.command, environment, json.dumps(event))
        self._endpoints.answers.get(timeout=_TIMEOUT_SECONDS)
        return {"init": round(init), "invocation": round(all_ - init)}

    def count_calls(self) -> dict[str, dict[str, dict[str, int]]]:
        """Count the calls of a Create, of the same Create once more, and of a Delete."""
        counts: dict[str, dict[str, dict[str, int]]] = {}
        for name in ("this project", "AwsCustomResource", "plain boto3"):
            snapshot = self._new_snapshot()
            counts[name] = {
                step: self._calls(name, request_type, snapshot)
                for step, request_type in (
                    ("Create", "Create"),
                    ("redelivery", "Create"),
                    ("Delete", "Delete"),
                )
            }
        return counts

    def _calls(self, name: str, request_type: str, snapshot: str) -> dict[str, int]:
        calls_before = len(self._aws.redshift_calls())
        looks_before = self._endpoints.stack_looks
        # The peers fail on a redelivery.
        self._start(name, request_type, snapshot, may_fail=name != _OURS)
        calls = Counter(
            call["operation"] for call in self._aws.redshift_calls()[calls_before:]
        )
        looks = self._endpoints.stack_looks - looks_before
        return {**calls, **({"DescribeStacks": looks} if looks else {})}

    def _new_snapshot(self) -> str:
        name = f"bench-{next(self._numbers):05d}"
        make_snapshots(self._aws.client("redshift"), [name])
        return name

    def _start(
        self,
        name: str,
        request_type: str,
        snapshot: str,
        *,
        share: CpuShare | None = None,
        may_fail: bool = False,
    ) -> Start:
        competitor = self.competitors[name]
        event = competitor.event(request_type, snapshot, self._endpoints.response_url)
        began = time.perf_counter()
        with subprocess.Popen(
            competitor.command,
            env={**self._environment, **competitor.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("the process has no pipes")
            if process.stdout.readline() != "ready\n":
                raise RuntimeError(f"{name} did not start: {process.communicate()[1]}")
            ready = time.perf_counter()
            if share:
                share.hold(process.pid)
            invoked = time.perf_counter()
            process.stdin.write(f"{json.dumps(event)}\n")
            process.stdin.flush()
            try:
                answer = self._endpoints.answers.get(timeout=_TIMEOUT_SECONDS)
            except Empty:
                process.kill()
                _, log = process.communicate()
                if may_fail:
                    return Start(0, 0, 0, 0, 0)
                raise RuntimeError(f"{name} did not answer: {log}") from None
            # It waits for its PUT to be taken, or ends: nothing comes after this peak.
            peak = _peak_mib(process.pid)
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
        if answer.body["Status"] != "SUCCESS" and not may_fail:
            raise RuntimeError(f"{name} failed: {answer.body['Reason']}")
        init, invocation = ready - began, answer.arrived - invoked
        return Start(
            wall_ms=(init + invocation) * 1000,
            init_ms=init * 1000,
            invocation_ms=invocation * 1000,
            cpu_ms=(usage.ru_utime + usage.ru_stime) * 1000,
            peak_mib=peak or usage.ru_maxrss / 1024,
        )


def _python_environment(source: Path) -> dict[str, str]:
    return {
        "PYTHONPATH": os.pathsep.join([str(source), str(SITE_PACKAGES)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _peak_mib(process_id: int) -> float:
    # ru_maxrss counts the parent too, from before the new program was loaded.
    try:
        status = Path(f"/proc/{process_id}/status").read_text("utf-8")
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0
