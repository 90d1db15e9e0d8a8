"""The commands in the documentation work."""

import itertools
import os
import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_trying_a_deployment_works_as_written(tmp_path: Path) -> None:
    """With an app outside of the checkout, in a shell that knows nothing of it."""
    page = (ROOT / "docs" / "testing.md").read_text()
    section = page.split("## Trying a deployment\n")[1].split("\n## ")[0]
    [start, *commands] = re.findall(r"^\$ (.*)$", section, re.MULTILINE)
    sources = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    trial = tmp_path / "share-trial"
    trial.mkdir()
    for name, source in zip(
        ("app.py", "make_snapshot.py", "restore.py"), sources, strict=True
    ):
        (trial / name).write_text(source)

    assert start == "make local-aws"
    process = subprocess.Popen(
        [sys.executable, "-m", "local_aws"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with process, ExitStack() as stack:
        stack.callback(process.terminate)
        assert process.stdout is not None
        pasted = list(
            itertools.takewhile(
                lambda line: line != "# Ctrl-C in terminal 1 stops the AWS.\n",
                process.stdout,
            )
        )
        script = tmp_path / "script"
        script.write_text("".join(pasted) + "\n".join(commands))
        result = subprocess.run(
            ["bash", "-e", script],
            stdin=subprocess.DEVNULL,
            cwd=tmp_path,
            env={"HOME": str(tmp_path), "PATH": os.defpath},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )

    assert result.returncode == 0, result.stdout
    assert "SalesSnapshots.SnapshotStatus = available" in result.stdout
    assert "restored\n" in result.stdout
    assert "SalesSnapshots: destroyed" in result.stdout
