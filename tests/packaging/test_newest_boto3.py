"""The handler's own tests pass with the newest boto3 too.

The local AWS pins an older one, so this needs the second environment of `make test`.
"""

import os
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-newest-boto3" / "bin" / "python"


def test_the_handler_passes_its_tests_with_the_newest_boto3() -> None:
    command = [
        *(PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        *("tests/unit", "tests/contract"),
        *("--ignore-glob=*test_construct*", "--ignore-glob=*test_local*"),
    ]

    result = subprocess.run(
        command,
        cwd=ROOT,
        # Not the plugins and options of this run.
        env={
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("COV_", "COVERAGE_", "PYTEST_"))
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stdout + result.stderr
    passed = re.search(r"^(\d+) passed", result.stdout, re.MULTILINE)
    assert passed
    assert int(passed[1]) > 1000
