"""`python -m benchmarks`: measures everything, prints the table and writes the JSON."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import audit, deployment, synthesis
from benchmarks.cold_start import ColdStarts
from benchmarks.endpoints import Endpoints
from benchmarks.machine import describe_machine
from benchmarks.report import RESULTS, table
from benchmarks.snapshots import make_snapshots, snapshot_names
from local_aws.aws import LocalAws
from local_aws.interruption import exit_on_sigterm

_ROOT = Path(__file__).parent.parent
_CALLS_PER_SECOND = 10


class Benchmarks:
    """The measurements, each by its name in the JSON.

    Args:
        quick: Few repetitions and small stacks, for development.
    """

    def __init__(self, *, quick: bool) -> None:
        self._quick = quick
        self._full = 30 if quick else 450

    def run(self, only: list[str]) -> Iterator[tuple[str, Any]]:
        """Make the measurements, one after the other."""
        measurements: dict[str, Callable[[], Any]] = {
            "cold_start": self.cold_start,
            "warm": self.warm,
            "templates": self.templates,
            "synthesis": self.synthesis,
            "deployment": self.deployment,
            "throttling": self.throttling,
            "audit": self.audit,
        }
        for name, measure in measurements.items():
            if not only or name in only:
                print(f"measuring {name}", file=sys.stderr, flush=True)
                yield name, measure()

    def cold_start(self) -> dict[str, Any]:
        """Start handlers in new processes, and count their calls."""
        with _temporary() as name, LocalAws() as aws:
            folder = Path(name)
            with (
                Endpoints(folder) as endpoints,
                ColdStarts(aws, endpoints, folder) as starts,
            ):
                return {
                    "starts": starts.measure(5 if self._quick else 40),
                    "calls": starts.count_calls(),
                    "instructions": starts.count_instructions(),
                }

    def warm(self) -> dict[str, Any]:
        """Compare a warm handler with the bare calls."""
        rounds = 20 if self._quick else 200
        return self._in_process("benchmarks.warm", snapshot_names(1), str(rounds))

    def throttling(self) -> dict[str, Any]:
        """Create the shares of half a stack and of a full one, while Redshift throttles."""
        return {
            "calls_per_second": _CALLS_PER_SECOND,
            "stacks": {
                str(shares): self._in_process(
                    "benchmarks.throttling",
                    snapshot_names(shares),
                    calls_per_second=_CALLS_PER_SECOND,
                )
                for shares in (self._full // 2, self._full)
            },
        }

    def audit(self) -> dict[str, Any]:
        """Audit ever more snapshots."""
        return audit.measure_all([10, 100] if self._quick else [100, 1_000, 10_000])

    def templates(self) -> dict[str, Any]:
        """Count resources, characters and bytes."""
        return synthesis.measure_templates([1, 100, 240, 450])

    def synthesis(self) -> dict[str, Any]:
        """Time `cdk synth` without the CLI."""
        counts = [1, 100, 240, 450]
        return synthesis.measure_times(counts, 1 if self._quick else 7)

    def deployment(self) -> dict[str, Any]:
        """Deploy to the local AWS."""
        counts = [1, 5, 10] if self._quick else [1, 100, 240, 450]
        return {"this-project": deployment.measure("this-project", counts)}

    def _in_process(
        self,
        module: str,
        names: list[str],
        *arguments: str,
        calls_per_second: int | None = None,
    ) -> dict[str, Any]:
        with (
            _temporary() as folder,
            LocalAws(calls_per_second=calls_per_second) as aws,
            Endpoints(Path(folder)) as endpoints,
        ):
            make_snapshots(aws.client("redshift"), names)
            calls_before = len(aws.redshift_calls())
            what = names if len(names) == 1 else [str(len(names))]
            process = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    module,
                    *what,
                    *arguments,
                    endpoints.response_url,
                ],
                cwd=_ROOT,
                env={
                    **aws.variables,
                    "PATH": os.environ["PATH"],
                    "PYTHONPATH": f"{_ROOT / 'handler'}",
                    "AWS_ENDPOINT_URL_CLOUDFORMATION": endpoints.cloudformation_url,
                    "AWS_CA_BUNDLE": str(endpoints.authorities),
                    "SSL_CERT_FILE": str(endpoints.authorities),
                },
                stdout=subprocess.PIPE,
                check=True,
            )
            result: dict[str, Any] = json.loads(process.stdout)
            if calls_per_second:
                calls = aws.redshift_calls()[calls_before:]
                answers = [
                    endpoints.answers.get().body
                    for _ in range(endpoints.answers.qsize())
                ]
                throttled = sum(call["outcome"] == "Throttling" for call in calls)
                succeeded = sum(answer["Status"] == "SUCCESS" for answer in answers)
                result |= {
                    "succeeded": succeeded,
                    "calls": len(calls) - throttled,
                    "throttled_calls": throttled,
                }
            return result


def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="benchmarks-")


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="few repetitions, small stacks"
    )
    parser.add_argument(
        "--only", nargs="*", default=[], help="these measurements; the others stay"
    )
    parser.add_argument(
        "--json", type=Path, help=f"default: {RESULTS.name} of the docs"
    )
    arguments = parser.parse_args()
    exit_on_sigterm()
    path = arguments.json or (
        _ROOT / ".local-aws" / "performance.json" if arguments.quick else RESULTS
    )
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}
    results = {
        **(before if arguments.only else {}),
        "machine": describe_machine(),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    path.parent.mkdir(exist_ok=True)
    for name, measured in Benchmarks(quick=arguments.quick).run(arguments.only):
        results[name] = measured
        # Write each result at once, because a later measurement may fail.
        path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(table(results))
    print(f"\nwritten to {path}; `make report` updates the page from docs/")


if __name__ == "__main__":
    main()
