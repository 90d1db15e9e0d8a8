"""From a new process to CloudFormation's first answer; and how many calls that took."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from queue import Empty
from typing import Any

from benchmarks.endpoints import Endpoints
from benchmarks.events import aws_custom_resource_event, lifecycle_event
from benchmarks.peers import NODE, aws_custom_resource
from benchmarks.snapshots import make_snapshots
from benchmarks.spread import spread
from local_aws.aws import LocalAws

_ROOT = Path(__file__).parent.parent
_DRIVERS = Path(__file__).parent / "drivers"
_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Start:
    """One cold start."""

    wall_ms: float
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
        self._environment = {
            **aws.variables,
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL_CLOUDFORMATION": endpoints.cloudformation_url,
            "SSL_CERT_FILE": str(endpoints.authorities),
            "NODE_EXTRA_CA_CERTS": str(endpoints.authority),
            "NODE_NO_WARNINGS": "1",
            "NO_PROXY": "localhost,127.0.0.1",
        }
        python = [sys.executable]
        source = folder / "handler"
        shutil.copytree(
            _ROOT / "handler", source, ignore=shutil.ignore_patterns("__pycache__")
        )
        handler = {"PYTHONPATH": str(_ROOT / "handler")}
        driver = str(_DRIVERS / "this_project.py")
        self.competitors = {
            "this project": Competitor([*python, driver], handler, lifecycle_event),
            # As in Lambda, which cannot keep the bytecode of the handler's own modules.
            "this project, no bytecode": Competitor(
                [*python, driver],
                {"PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
                lifecycle_event,
            ),
            "AwsCustomResource": Competitor(
                [str(NODE), str(_DRIVERS / "aws_custom_resource.js")],
                aws_custom_resource(),
                aws_custom_resource_event,
            ),
            "plain boto3": Competitor(
                [*python, str(_DRIVERS / "plain_boto3.py")],
                {"PYTHONPATH": str(_ROOT)},
                lifecycle_event,
            ),
        }

    def measure(self, rounds: int) -> dict[str, Any]:
        """Start each of them so many times, and once more beforehand."""
        starts: dict[str, list[Start]] = {name: [] for name in self.competitors}
        for number in range(rounds + 1):
            for name in self.competitors:
                start = self._start(name, "Create", self._new_snapshot())
                if number:
                    starts[name].append(start)
        return {
            name: {
                what: spread(getattr(start, what) for start in of_one)
                for what in ("wall_ms", "cpu_ms", "peak_mib")
            }
            for name, of_one in starts.items()
        }

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
        self._start(name, request_type, snapshot, may_fail=True)
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
        self, name: str, request_type: str, snapshot: str, *, may_fail: bool = False
    ) -> Start:
        competitor = self.competitors[name]
        event = competitor.event(request_type, snapshot, self._endpoints.response_url)
        began = time.perf_counter()
        process = subprocess.Popen(
            [*competitor.command, json.dumps(event)],
            env={**self._environment, **competitor.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            answer = self._endpoints.answers.get(timeout=_TIMEOUT_SECONDS)
        except Empty:
            if may_fail:
                process.wait()
                return Start(0, 0, 0)
            process.kill()
            _, log = process.communicate()
            raise RuntimeError(f"{name} did not answer: {log.decode()}") from None
        # It waits for its PUT to be taken, or ends: nothing comes after this peak.
        peak = _peak_mib(process.pid)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        if process.stderr:
            process.stderr.close()
        if answer.body["Status"] != "SUCCESS" and not may_fail:
            raise RuntimeError(f"{name} failed: {answer.body['Reason']}")
        return Start(
            wall_ms=(answer.arrived - began) * 1000,
            cpu_ms=(usage.ru_utime + usage.ru_stime) * 1000,
            peak_mib=peak or usage.ru_maxrss / 1024,
        )


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
