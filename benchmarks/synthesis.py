"""Measures a stack full of shares: its size, its policies and the time of its synthesis."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.spread import spread

#: The kinds of `benchmarks.apps`.
KINDS = ("this-project", "aws-custom-resource", "provider")

_ROOT = Path(__file__).parent.parent
# About the longest values that these may have. All other values have one length.
_LONG_REFERENCES = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::AccountId": "0" * 12,
    "AWS::StackId": "arn:aws:cloudformation:us-east-1:" + "0" * 90,
}
_LONG_ATTRIBUTE = "arn:aws:" + "0" * 92


def measure_templates(counts: list[int]) -> dict[str, Any]:
    """Synthesize once per kind and number of shares."""
    return {
        kind: {str(shares): _measure_template(kind, shares) for shares in counts}
        for kind in KINDS
    }


def measure_times(counts: list[int], rounds: int) -> dict[str, Any]:
    """Synthesize each kind in turn, each time in a new process."""
    taken: dict[str, dict[str, list[tuple[float, float]]]] = {
        kind: {str(shares): [] for shares in counts} for kind in KINDS
    }
    for _ in range(rounds):
        for shares in counts:
            for kind in KINDS:
                began = time.perf_counter(), _cpu_seconds_of_children()
                if _synthesize(kind, shares) is not None:
                    ended = time.perf_counter(), _cpu_seconds_of_children()
                    taken[kind][str(shares)].append(
                        (ended[0] - began[0], ended[1] - began[1])
                    )
    return {
        kind: {
            shares: {
                "seconds": spread(wall for wall, _ in times),
                "cpu_seconds": spread(cpu for _, cpu in times),
            }
            if times
            else None
            for shares, times in of.items()
        }
        for kind, of in taken.items()
    }


def _cpu_seconds_of_children() -> float:
    """CPU time of all processes that have ended, jsii's Node included."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _measure_template(kind: str, shares: int) -> dict[str, Any] | None:
    template = _synthesize(kind, shares)
    if template is None:
        return None
    resources = template["Resources"]
    policies = [each for each in resources.values() if "Policy" in each["Type"]]
    sizes: dict[str, list[int]] = {
        "AWS::IAM::Policy": [],
        "AWS::IAM::ManagedPolicy": [],
    }
    for policy in policies:
        if policy["Type"] in sizes:
            document = policy["Properties"]["PolicyDocument"]
            sizes[policy["Type"]].append(_characters(_resolve(document)))
    for each in resources.values():
        for inline in each.get("Properties", {}).get("Policies", ()):
            if each["Type"] == "AWS::IAM::Role":
                document = _resolve(inline["PolicyDocument"])
                sizes["AWS::IAM::Policy"].append(_characters(document))
    return {
        "resources": len(resources),
        "bytes": _characters(template),
        "inline_policy_characters": sum(sizes["AWS::IAM::Policy"]),
        "managed_policies": len(sizes["AWS::IAM::ManagedPolicy"]),
        "largest_managed_policy_characters": max(
            sizes["AWS::IAM::ManagedPolicy"], default=0
        ),
    }


def _characters(part: object) -> int:
    """Count characters as IAM does, without white space."""
    return len(json.dumps(part, separators=(",", ":")))


def _resolve(part: Any) -> Any:
    """Replace references as CloudFormation would."""
    resolved = part
    match part:
        case {"Ref": str(name)} if name in _LONG_REFERENCES:
            resolved = _LONG_REFERENCES[name]
        case {"Fn::Sub": str(text)}:
            resolved = text
            for name, value in _LONG_REFERENCES.items():
                resolved = resolved.replace(f"${{{name}}}", value)
        case {"Fn::GetAtt": [_, "Arn"]}:
            resolved = _LONG_ATTRIBUTE
        case {"Fn::Join": [str(separator), list(parts)]}:
            resolved = separator.join(str(_resolve(each)) for each in parts)
        case dict():
            resolved = {name: _resolve(each) for name, each in part.items()}
        case list():
            resolved = [_resolve(each) for each in part]
    return resolved


def _synthesize(kind: str, shares: int) -> dict[str, Any] | None:
    """Run the app.

    Returns:
        The template; none if CDK refuses to synthesize it.
    """
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.run(
            [sys.executable, "-m", "benchmarks.apps", kind, str(shares)],
            cwd=_ROOT,
            env={**os.environ, "CDK_OUTDIR": folder, "PYTHONPATH": str(_ROOT)},
            capture_output=True,
            check=False,
            text=True,
        )
        if process.returncode == 0:
            template: dict[str, Any] = json.loads(
                (Path(folder) / "Bench.template.json").read_text("utf-8")
            )
            return template
        if "greater than allowed maximum" in process.stderr:
            return None
        raise RuntimeError(process.stderr)
