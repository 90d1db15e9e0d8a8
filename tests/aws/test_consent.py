"""When the command does nothing."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from local_aws.aws import LocalAws
from tests.aws.conftest import REGION, connect_to
from verify_aws import command
from verify_aws.failure import VerificationError
from verify_aws.redirections import check_profile, check_variables

ROOT = Path(__file__).parents[2]
ACCOUNT = "700000000001"


class NoConnection:
    """Fails the test if anything connects."""

    def __call__(self, profile: str | None, region: str) -> Any:
        raise AssertionError((profile, region))


def arguments(account: str = ACCOUNT) -> tuple[str, ...]:
    return ("--account", account, "--region", REGION)


def test_without_yes_and_without_a_terminal_nothing_is_done(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.run(arguments(), NoConnection()) == 1
    assert "nothing was done: there is no terminal to ask at" in capsys.readouterr().err


def test_a_no_at_the_terminal_does_nothing(
    aws: LocalAws,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "n")
    calls = len(aws.redshift_calls())

    code = command.run(arguments(), connect_to(aws, ACCOUNT, tmp_path))

    output = capsys.readouterr()
    assert code == 1
    assert "nothing was done" in output.err
    assert "Price: about " in output.out
    assert "Duration: " in output.out
    assert f"account {ACCOUNT}, Region {REGION}" in output.out
    assert aws.redshift_calls()[calls:] == []


def test_credentials_of_another_account_do_nothing(
    aws: LocalAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = len(aws.redshift_calls())

    code = command.run(
        [*arguments("700000000002"), "--yes"], connect_to(aws, ACCOUNT, tmp_path)
    )

    assert code == 1
    assert f"the credentials are of account {ACCOUNT}" in capsys.readouterr().err
    assert aws.redshift_calls()[calls:] == []


def test_a_second_profile_of_the_same_account_is_refused(
    aws: LocalAws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    connect = connect_to(aws, ACCOUNT, tmp_path)

    code = command.run([*arguments(), "--yes", "--other-profile", "same"], connect)

    assert code == 1
    assert "--other-profile same is of account" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_REDSHIFT",
        "AWS_ENDPOINT_URL_STS",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_CA_BUNDLE",
        "AWS_DATA_PATH",
        "REQUESTS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "NODE_TLS_REJECT_UNAUTHORIZED",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
    ],
)
def test_a_variable_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(VerificationError, match=f"elsewhere than to AWS: {name};"):
        check_variables({name: "http://127.0.0.1:1", "AWS_REGION": REGION})


def test_other_variables_are_taken() -> None:
    check_variables(
        {
            "AWS_PROFILE": "x",
            "HTTPS_PROXY": "",
            "NO_PROXY": "*",
            "PATH": "/bin",
            "SSL_CERT_FILE": "/etc/ssl/cert.pem",
        }
    )


@pytest.mark.parametrize(
    "lines",
    ["endpoint_url = {url}", "services = local\n[services local]\nssm =\n  {setting}"],
    ids=["for all services", "for one service"],
)
def test_an_endpoint_in_the_configuration_is_refused(
    lines: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "http://127.0.0.1:1"
    path = tmp_path / "config"
    text = lines.format(url=url, setting=f"endpoint_url = {url}")
    path.write_text(f"[default]\n{text}\n")
    for variable in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))

    with pytest.raises(VerificationError, match="remove endpoint_url from the profile"):
        check_profile(boto3.session.Session(), REGION)


def test_the_real_command_refuses_a_redirection_before_any_call() -> None:
    """With the variables of a local AWS that does not even exist."""
    result = subprocess.run(
        [sys.executable, "-m", "verify_aws", *arguments(), "--yes"],
        cwd=ROOT,
        env={"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "PATH": "/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert "elsewhere than to AWS: AWS_ENDPOINT_URL; unset" in result.stderr
    assert result.stdout == ""


def test_the_time_limit_ends_a_run_and_cleans_up(
    aws: LocalAws,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("verify_aws.command.timedelta", _in_hundredths)

    code = command.run(
        [*arguments(), "--yes", "--minutes", "60", "--output", str(tmp_path)],
        connect_to(aws, ACCOUNT, tmp_path),
    )

    assert code == 1
    assert "the time limit is reached" in capsys.readouterr().err
    redshift = aws.client("redshift", account=ACCOUNT)
    assert redshift.describe_clusters()["Clusters"] == []
    assert aws.client("ssm", account=ACCOUNT).describe_parameters()["Parameters"] == []


def _in_hundredths(*, minutes: float) -> timedelta:
    return timedelta(seconds=minutes / 100)
