"""The interpreter that the Python handlers run on: the function's own, if there is one.

The environment variable `HANDLER_PYTHON` names it; otherwise uv looks for it.
"""

import os
import subprocess
import sys
from pathlib import Path

import botocore

#: The function's runtime.
RUNTIME = "3.13"

SITE_PACKAGES = Path(botocore.__file__).parent.parent


_LIBRARIES = (
    "boto3",
    "botocore",
    "certifi",
    "dateutil",
    "jmespath",
    "s3transfer",
    "urllib3",
)


def _find_python() -> str:
    """Find the runtime's Python on this machine; the environment's own if there is none."""
    if named := os.environ.get("HANDLER_PYTHON"):
        return named
    try:
        found = subprocess.run(
            [
                "uv",
                "python",
                "find",
                "--no-project",
                "--system",
                "--no-python-downloads",
                RUNTIME,
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return sys.executable
    return found.stdout.strip()


PYTHON = _find_python()


def compile_libraries() -> None:
    """Leave the libraries' bytecode beside them, as the runtime's image has it."""
    folders = [str(SITE_PACKAGES / name) for name in _LIBRARIES]
    subprocess.run([PYTHON, "-m", "compileall", "-q", *folders], check=True)


def describe_python() -> str:
    """Name the version and the build."""
    script = "import platform, ssl; print(platform.python_version(), *platform.python_build(), platform.python_compiler(), ssl.OPENSSL_VERSION)"
    return subprocess.run(
        [PYTHON, "-c", script], capture_output=True, text=True, check=True
    ).stdout.strip()
