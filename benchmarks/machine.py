"""Names what the measurements were made on."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from benchmarks.interpreter import describe_python
from benchmarks.peers import NODE


def describe_machine() -> dict[str, str]:
    """Name the machine, and the versions of what was measured."""
    node = subprocess.run(
        [NODE, "--version"], capture_output=True, text=True, check=True
    )
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "the handlers' Python": describe_python(),
        "Node": node.stdout.strip().removeprefix("v"),
        **{name: version(name) for name in ("aws-cdk-lib", "botocore", "boto3")},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
