"""Runs that end before their time, and what `--clean` removes of them."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from local_aws.aws import LocalAws
from tests.aws.conftest import COPY_REGION, REGION
from tests.aws.local_connection import OTHER_ACCOUNT, OTHER_PROFILE
from tests.aws.verification import Verification
from verify_aws.lock import NAME

# Without the deployments, whose moments come below.
QUESTIONS = (
    "tag-while-creating",
    "authorize-21st",
    "authorize-copied",
    "authorize-aws-managed-key",
    "kms-decrypt-suffices",
    "region-has-snapshot-type",
)
OPTIONS = (
    *("--other-profile", OTHER_PROFILE, "--copy-region", COPY_REGION),
    *(part for name in QUESTIONS for part in ("--only", name)),
)


def places(run: Verification) -> list[bytes]:
    return [
        run.existing(REGION),
        run.existing(COPY_REGION),
        run.existing(REGION, OTHER_ACCOUNT),
    ]


def clean(run: Verification) -> subprocess.CompletedProcess[str]:
    return run.run("--clean", "--other-profile", OTHER_PROFILE)


@pytest.mark.parametrize("last_write", [1, 2, 3, 5, 9, 31, 36, 41, 46, 51])
def test_a_run_killed_after_a_write_leaves_nothing_after_clean(
    last_write: int, aws: LocalAws, tmp_path: Path
) -> None:
    run = Verification(aws, tmp_path)
    before = places(run)

    killed = run.run(*OPTIONS, last_write=last_write)
    left = places(run)
    cleaned = clean(run)

    assert killed.returncode == -signal.SIGKILL, killed.stdout
    assert left != before
    assert cleaned.returncode == 0, cleaned.stdout + cleaned.stderr
    assert places(run) == before


def test_a_run_killed_in_a_deployment_leaves_nothing_after_clean(
    aws: LocalAws, tmp_path: Path
) -> None:
    run = Verification(aws, tmp_path)
    before = places(run)
    cloudformation = aws.client("cloudformation", account=run.account)

    with run.start("--only", "deploy-create") as process:
        _wait_until(lambda: bool(cloudformation.describe_stacks()["Stacks"]), process)
        process.kill()
        process.communicate()
    left = places(run)
    cleaned = clean(run)

    assert left != before
    assert cleaned.returncode == 0, cleaned.stdout + cleaned.stderr
    assert places(run) == before


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, signal.SIGTERM, signal.SIGHUP],
    ids=lambda number: number.name,
)
def test_an_interrupted_run_cleans_up_by_itself(
    number: signal.Signals, aws: LocalAws, tmp_path: Path
) -> None:
    run = Verification(aws, tmp_path)
    before = places(run)
    redshift = aws.client("redshift", account=run.account)

    with run.start(*OPTIONS) as process:
        _wait_until(lambda: bool(redshift.describe_clusters()["Clusters"]), process)
        process.send_signal(number)
        time.sleep(0.2)
        # The second has no effect but a message.
        process.send_signal(number)
        output, errors = process.communicate(timeout=180)

    assert process.returncode == 128 + number, output + errors
    assert f"interrupted by {number.name}; the report was not written" in errors
    assert places(run) == before
    assert not (tmp_path / "verified-on-aws.json").exists()


def test_nothing_begins_and_nothing_is_removed_while_a_run_goes_on(
    aws: LocalAws, tmp_path: Path
) -> None:
    run = Verification(aws, tmp_path)
    before = places(run)
    redshift = aws.client("redshift", account=run.account)

    with run.start(*OPTIONS) as process:
        _wait_until(lambda: bool(redshift.describe_clusters()["Clusters"]), process)
        process.send_signal(signal.SIGSTOP)
        refused = clean(run)
        second = run.run(*OPTIONS)
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=180)

    assert refused.returncode == 1
    assert "a run may still be going on (run " in refused.stderr
    assert second.returncode == 1
    assert "another run holds the lock" in second.stderr
    assert places(run) == before


@pytest.mark.parametrize(
    ("record", "tags"),
    [("not a lock", {}), (None, {}), (None, {"redshift-share-verify": "0a1b2c3d"})],
    ids=["no lock", "no tag", "another run's tag"],
)
def test_a_parameter_that_is_no_lock_is_left_alone(
    record: Any, tags: dict[str, str], aws: LocalAws, tmp_path: Path
) -> None:
    run = Verification(aws, tmp_path)
    lock = {
        "run": "4e5f6a7b",
        "started": "",
        "ends": "",
        "host": "",
        "process": 1,
        "regions": [],
        "untagged": [],
    }
    aws.client("ssm", account=run.account).put_parameter(
        Name=NAME,
        Value=record or json.dumps(lock),
        Type="String",
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )
    before = places(run)

    asked, cleaned = run.run("--only", "authorize-twice"), clean(run)

    assert (asked.returncode, cleaned.returncode) == (1, 1)
    assert "left alone; remove or rename it yourself" in asked.stderr
    assert "left alone; remove or rename it yourself" in cleaned.stderr
    assert places(run) == before


def _wait_until(is_true: Any, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 180
    while not is_true():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
