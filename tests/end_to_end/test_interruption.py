"""A deployment that is interrupted."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# An app that is still at its synthesis, with all that jsii and Node leave on the way.
APP = """
import sys
import time
from pathlib import Path

from aws_cdk import App

App()
Path(sys.argv[1]).touch()
time.sleep(600)
"""


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, signal.SIGTERM, signal.SIGKILL],
    ids=lambda number: number.name,
)
def test_a_deployment_interrupted_at_synthesis_leaves_no_files(
    number: signal.Signals, tmp_path: Path
) -> None:
    reached = tmp_path / "reached"
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "cdk.json").write_text(
        json.dumps({"app": f"{sys.executable} app.py {reached}"})
    )

    process = subprocess.Popen(
        [sys.executable, "-m", "local_aws.deploy", tmp_path],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(temporary)},
        start_new_session=True,
        preexec_fn=_heed_interrupts,  # noqa: PLW1509 - sets one signal, nothing else
    )
    with process, ExitStack() as stack:
        stack.callback(process.kill)
        _wait_until(reached.exists, seconds=60)
        while_running = list(temporary.rglob("jsii-*"))
        process.send_signal(number)
        process.wait(timeout=10)
        _wait_until(lambda: not list(temporary.iterdir()), seconds=10)

    assert while_running


def _wait_until(is_true: Callable[[], bool], *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
