"""Counts the instructions of a process: the same on a busy machine as on a quiet one."""

import re
import shutil
import subprocess
from collections.abc import Mapping

_VALGRIND = (
    "valgrind",
    "--tool=cachegrind",
    "--cache-sim=no",
    "--cachegrind-out-file=/dev/null",
    "--trace-children=yes",  # the interpreter may be started by a script
)


def can_be_counted() -> bool:
    """Whether this machine has valgrind."""
    return shutil.which(_VALGRIND[0]) is not None


def count_instructions(
    command: list[str], environment: Mapping[str, str], given: str = ""
) -> float:
    """Run a command to its end.

    Args:
        command: The program and its arguments.
        environment: Its variables.
        given: What it reads on standard input.

    Returns:
        Millions of instructions.

    Raises:
        RuntimeError: If it fails.
    """
    process = subprocess.run(
        [*_VALGRIND, *command],
        input=given,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    counted = re.search(r"I\s+refs:\s+([\d,]+)", process.stderr)
    if process.returncode or counted is None:
        raise RuntimeError(f"{command[0]} failed: {process.stderr}")
    return int(counted[1].replace(",", "")) / 1e6
