"""The tests pass with the other versions that are supported too.

Each needs an environment of its own, which `make test` sets up.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("environment", "selection", "least"),
    [
        pytest.param(
            # The local AWS pins an older one.
            ".venv-newest-boto3",
            "tests/unit tests/contract --ignore-glob=*test_construct* --ignore-glob=*test_local*",
            1000,
            id="the handler with the newest boto3",
        ),
        pytest.param(
            ".venv-oldest-cdk",
            "tests/infrastructure --ignore-glob=*test_nag* --ignore-glob=*test_rule_packs* --ignore-glob=*test_examples*",
            500,
            id="the constructs with the oldest aws-cdk-lib",
        ),
    ],
)
def test_the_tests_pass_with(environment: str, selection: str, least: int) -> None:
    python = ROOT / environment / "bin" / "python"
    options = ["-q", "-p", "no:cacheprovider", *selection.split()]

    result = subprocess.run(
        [python, "-m", "pytest", *options],
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
    assert int(passed[1]) > least
