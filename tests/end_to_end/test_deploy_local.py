"""What `make deploy-local` runs."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Deploys well, and shares nothing.
APP = """
from aws_cdk import App, CfnWaitConditionHandle, Stack

app = App()
CfnWaitConditionHandle(Stack(app, "Nothing"), "Resource")
app.synth()
"""


def deploy(*arguments: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local_aws.deploy", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_deploy_local_shows_the_access_come_and_go() -> None:
    result = deploy()

    assert result.returncode == 0, result.stdout + result.stderr
    sections = [section.splitlines() for section in result.stdout.split("\n\n")]
    assert "  SharedSnapshot.Status = available" in sections[0]
    assert sections[1] == ["accounts with restore access: 210987654321"]
    assert sections[2][1].startswith("cdk destroy ... ")
    assert sections[3] == ["accounts with restore access: none"]


def test_deploy_local_fails_when_the_access_does_not_come(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "cdk.json").write_text(json.dumps({"app": f"{sys.executable} app.py"}))

    result = deploy(tmp_path)

    assert result.returncode == 1
    assert "accounts with restore access: none\n" in result.stdout
    assert "210987654321 cannot restore the snapshot" in result.stderr
