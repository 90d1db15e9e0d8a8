"""What `make deploy-local` runs."""

import json
import os
import re
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


def deploy(
    *arguments: Path, home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local_aws.deploy", *arguments],
        cwd=ROOT,
        env={**os.environ, **({"HOME": str(home)} if home else {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_deploy_local_shows_the_access_granted_and_revoked() -> None:
    result = deploy()

    assert result.returncode == 0, result.stdout + result.stderr
    sections = [section.splitlines() for section in result.stdout.split("\n\n")]
    command, _, shared = sections[1]
    assert command == "redshift-snapshot-audit --snapshot sales-2026-11-23"
    assert shared.split()[:3] == ["sales-2026-11-23", "210987654321", "ok"]
    assert sections[2][0].startswith(
        "restore the snapshot as account 210987654321 ... "
    )
    assert sections[2][1] == "restored"
    assert sections[2][2].startswith("cdk destroy ... ")
    assert sections[3] == [command, "no account has access"]
    assert sections[4][-1] == "refused: AccessToSnapshotDenied"
    assert sections[5] == [
        "OK: the share granted the access, and its removal revoked it"
    ]
    assert len(result.stdout.splitlines()) < 24
    [outputs] = re.findall(r"^  39 outputs: (.*)$", result.stdout, re.MULTILINE)
    values = json.loads(Path(outputs).read_text())["SharedSnapshot"]
    assert values["Status"] == "available"


def test_deploy_local_fails_when_the_access_is_not_granted(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "cdk.json").write_text(json.dumps({"app": f"{sys.executable} app.py"}))

    result = deploy(tmp_path)

    assert result.returncode == 1
    assert "\nno account has access\n" in result.stdout
    assert "210987654321 cannot restore the snapshot" in result.stderr
    assert "log of the function" not in result.stderr
    assert "OK" not in result.stdout


def test_deploy_local_neither_reads_nor_writes_the_home_folder(
    tmp_path: Path,
) -> None:
    """It may be read-only, and its `.cdk.json` may name a profile."""
    home, app = tmp_path / "home", tmp_path / "app"
    home.mkdir()
    app.mkdir()
    (home / ".cdk.json").write_text(json.dumps({"profile": "production"}))
    (app / "app.py").write_text(APP)
    (app / "cdk.json").write_text(json.dumps({"app": f"{sys.executable} app.py"}))

    result = deploy(app, home=home)

    assert re.search(r"^cdk deploy \.\.\. [0-9.]+ s$", result.stdout, re.MULTILINE)
    assert [path.name for path in home.rglob("*")] == [".cdk.json"]
