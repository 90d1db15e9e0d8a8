"""The command line: options, output, exit codes and bad input."""

import json
import re
import runpy
import signal
import socket
import subprocess
import sys
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from local_aws.aws import LocalAws
from redshift_snapshot_audit import __main__, command, session
from redshift_snapshot_audit.entry import Entry
from redshift_snapshot_audit.verdict import Verdict
from tests.audit.conftest import Audit
from tests.audit.doubles import ANALYTICS, PARTNER
from tests.clusters import make_cluster, make_snapshots

FAST = session._CONFIG.merge(
    type(session._CONFIG)(connect_timeout=1, retries={"total_max_attempts": 1})
)


@pytest.fixture(scope="module", autouse=True)
def snapshots(aws: LocalAws) -> None:
    """Two snapshots in us-east-1 that are shared by hand, and one that is not; one in
    eu-west-1."""
    for region, names in (
        ("us-east-1", ("q1", "q2", "private")),
        ("eu-west-1", ("q3",)),
    ):
        redshift = aws.client("redshift", region=region)
        make_cluster(redshift)
        make_snapshots(redshift, *names)
        for name in names:
            if name != "private":
                redshift.authorize_snapshot_access(
                    SnapshotIdentifier=name, AccountWithRestoreAccess=ANALYTICS
                )


def test_the_table_has_one_line_per_entry_in_a_pipe(audit: Audit) -> None:
    assert audit() == (
        2,
        [
            "SNAPSHOT  ACCOUNT       VERDICT    WHY",
            "q1        210987654321  unclaimed  nobody declares this access",
            "q2        210987654321  unclaimed  nobody declares this access",
        ],
        "",
    )


def test_the_table_names_the_region_where_there_are_several(audit: Audit) -> None:
    code, lines, _ = audit("--region", "EU-WEST-1", "--region", "us-east-1")

    assert code == 2
    assert [line.split()[:2] for line in lines] == [
        ["REGION", "SNAPSHOT"],
        ["eu-west-1", "q3"],
        ["us-east-1", "q1"],
        ["us-east-1", "q2"],
    ]


def test_all_regions_are_those_that_ec2_lists(audit: Audit) -> None:
    code, lines, errors = audit("--all-regions", "--only", "unclaimed")

    assert (code, errors) == (2, "")
    assert [line.split()[0] for line in lines[1:]] == ["eu-west-1"] + ["us-east-1"] * 2


def test_an_account_with_more_than_a_page_is_audited_to_the_end(
    aws: LocalAws, audit: Audit
) -> None:
    redshift = aws.client("redshift", region="ap-south-1")
    names = [f"many-{number}" for number in range(120)]
    make_cluster(redshift)
    make_snapshots(redshift, *names)
    for name in names:
        redshift.authorize_snapshot_access(
            SnapshotIdentifier=name, AccountWithRestoreAccess=ANALYTICS
        )

    code, lines, _ = audit("--region", "ap-south-1")

    assert code == 2
    assert sorted(line.split()[0] for line in lines[1:]) == sorted(names)


def test_json_is_one_object_per_line(audit: Audit) -> None:
    code, lines, _ = audit("--json", "--snapshot", "Q1")

    assert code == 2
    assert [json.loads(line) for line in lines] == [
        {
            "version": 1,
            "verdict": "unclaimed",
            "finding": True,
            "owner_account": "000000000000",
            "region": "us-east-1",
            "snapshot": "q1",
            "cluster": "sales",
            "account": ANALYTICS,
            "has_access": True,
            "declared_by": [],
            "why": "nobody declares this access",
        }
    ]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--snapshot", "private"], "no account has access"),
        (["--only", "ok, missing"], "nothing with the verdict missing, ok"),
    ],
)
def test_the_command_says_that_nothing_was_found(
    audit: Audit, arguments: list[str], line: str
) -> None:
    assert audit(*arguments) == (0, [line], "")
    assert audit(*arguments, "--json") == (0, [], "")


def test_options_can_be_given_again_or_with_commas(audit: Audit) -> None:
    code, lines, _ = audit(
        "--snapshot=q1,q2", "--snapshot=q1", "--allow", f"{PARTNER},{ANALYTICS}"
    )

    assert code == 2
    assert [line.split()[0] for line in lines] == ["SNAPSHOT", "q1", "q2"]


def test_only_forbidden_counts_only_forbidden(audit: Audit) -> None:
    assert audit("--only", "forbidden", "--allow", ANALYTICS).code == 0
    code, lines, _ = audit("--only", "forbidden", "--allow", PARTNER)
    assert code == 2
    assert [line.split()[2] for line in lines] == ["VERDICT", "forbidden", "forbidden"]


def test_the_cluster_restricts_the_audit(audit: Audit) -> None:
    assert len(audit("--cluster", "sales").lines) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--snapshot", "q1,qq"], "us-east-1: no snapshot or cluster named qq"),
        (["--cluster", "other"], "us-east-1: no snapshot or cluster named other"),
        (
            ["--region", "eu-wset-1"],
            "'eu-wset-1' is not a Region that this boto3 knows; did you mean eu-west-1?",
        ),
        (
            ["--region", "?"],
            "'?' is not a Region that this boto3 knows; check the name",
        ),
        (["--profile", "nobody"], "the AWS configuration has no profile 'nobody'"),
    ],
)
def test_what_cannot_be_audited_is_one_line_and_1(
    audit: Audit, arguments: list[str], message: str
) -> None:
    code, _, errors = audit(*arguments)

    assert code == 1
    assert errors.startswith(f"redshift-snapshot-audit: {message}")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--region", "eu-west-1", "--all-regions"], "--region or --all-regions"),
        (["--only", "forbidden"], "--only forbidden needs --allow"),
        (["--only", "bad"], "'bad' is not a valid Verdict; the verdicts are ok, ret"),
        (["--allow", "12"], "an account must be a 12-digit AWS account id or"),
        (["--repair"], "No such option"),
        (["snapshot"], "unexpected extra argument"),
    ],
)
def test_wrong_usage_is_1_too(audit: Audit, arguments: list[str], message: str) -> None:
    """Click's own exit code for wrong usage is 2, which means findings here."""
    code, lines, errors = audit(*arguments)

    assert (code, lines) == (1, [])
    assert message in errors


def test_no_credentials_is_one_line_and_1(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    for arguments in ((), ("--all-regions",)):
        code, lines, errors = audit(*arguments)

        assert (code, lines) == (1, [])
        assert errors.startswith(
            "redshift-snapshot-audit: there are no AWS credentials"
        )


def test_wrong_credentials_is_one_line_and_1(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")

    code, lines, errors = audit()

    assert (code, lines) == (1, [])
    assert "AWS does not accept the credentials: InvalidClientTokenId: " in errors
    assert errors.count("\n") == 1


def test_no_region_is_one_line_and_1(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    code, _, errors = audit()

    assert code == 1
    assert "no Region is given or configured; give --region" in errors
    assert audit("--all-regions").code == 2


def test_an_endpoint_without_a_server_is_one_line_and_1(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_CONFIG", FAST)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    code, lines, errors = audit()

    assert (code, lines) == (1, [])
    assert "Could not connect to the endpoint URL" in errors


def test_a_redshift_that_does_not_respond_is_one_line_and_1(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_CONFIG", FAST)
    monkeypatch.setenv("AWS_ENDPOINT_URL_REDSHIFT", "http://127.0.0.1:1")

    code, lines, errors = audit()

    assert (code, lines) == (1, [])
    assert errors.startswith(
        "redshift-snapshot-audit: us-east-1: the snapshots could not be read: "
        "Could not connect"
    )


def test_help_names_every_option_verdict_and_exit_code() -> None:
    result = CliRunner().invoke(command.command, ["--help"])

    assert result.exit_code == 0
    for word in (*Verdict, "--json", "--all-regions", "  2  findings"):
        assert word in result.output


def test_help_and_version_are_no_finding(audit: Audit) -> None:
    assert audit("-h").code == 0
    assert audit("--version").code == 0


def test_an_interruption_is_130(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "audit", interrupt)

    assert audit().code == 130


@pytest.mark.parametrize("colour", [True, False], ids=["colours", "NO_COLOR"])
def test_a_terminal_gets_colours_and_progress(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, *, colour: bool
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")

    _, lines, errors = audit("--snapshot", "q1")

    text = "\n".join(lines)
    assert ("\x1b[31munclaimed" in text) == colour
    assert "us-east-1: snapshot 1" in text
    assert errors == ""


def test_a_pipe_gets_no_colours_whatever_the_environment_says(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CI services set FORCE_COLOR."""
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert "\x1b" not in "".join(audit().lines)


def run_module(aws: LocalAws, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "redshift_snapshot_audit", *arguments],
        env=aws.environment_of(aws.account, aws.region),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_an_interruption_ends_it_at_once(aws: LocalAws) -> None:
    """Even while it waits for a response."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        process = subprocess.Popen(
            [sys.executable, "-m", "redshift_snapshot_audit"],
            env={
                **aws.environment_of(aws.account, aws.region),
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.getsockname()[1]}",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A shell has what it runs in the background ignore interruptions.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - sets one signal
        )
        connection, _ = server.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            written, errors = process.communicate(timeout=10)

    assert (process.returncode, written) == (130, "")
    assert "Traceback" not in errors


def test_a_call_that_redshift_throttles_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LocalAws(logs=tmp_path, calls_per_second=3) as aws:
        for name, value in aws.variables.items():
            monkeypatch.setenv(name, value)

        code = command.run(["--snapshot", ",".join(map("snapshot{}".format, range(9)))])

        outcomes = {call["outcome"] for call in aws.redshift_calls()}
    assert code == 1
    assert outcomes == {"Throttling", "ClusterSnapshotNotFound"}


def test_the_workflow_of_the_page_runs_the_command(audit: Audit) -> None:
    page = (Path(__file__).parents[2] / "docs" / "audit.md").read_text("utf-8")
    [source] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    [steps] = [job["steps"] for job in yaml.safe_load(source)["jobs"].values()]
    [line] = [
        step["run"]
        for step in steps
        if step.get("run", "").startswith("redshift-snapshot-audit ")
    ]

    code, lines, errors = audit(*line.partition(" | tee ")[0].split()[1:])

    assert (code, errors) == (2, "")
    assert [json.loads(line)["snapshot"] for line in lines] == ["q3"]


def test_the_module_and_the_command_are_the_same(aws: LocalAws, audit: Audit) -> None:
    process = run_module(aws, "--only", "unclaimed")
    written, errors = process.communicate(timeout=60)

    script = subprocess.run(
        [Path(sys.executable).with_name("redshift-snapshot-audit"), "--only=unclaimed"],
        env=aws.environment_of(aws.account, aws.region),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (process.returncode, errors) == (2, "")
    assert (script.returncode, script.stdout) == (2, written)
    assert written.splitlines() == audit("--only", "unclaimed").lines


def test_letters_that_the_output_cannot_show_are_escaped(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def entries(*_: Any) -> list[Entry]:
        return [Entry(Verdict.ORPHANED, "us-east-1", "claim of Müller/Share")]

    output = BytesIO()
    monkeypatch.setattr(command, "audit", entries)
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(output, encoding="ascii"))

    assert audit().code == 2
    sys.stdout.flush()
    assert "claim of M\\xfcller/Share" in output.getvalue().decode()


def test_a_reader_that_leaves_is_no_traceback(aws: LocalAws) -> None:
    """As in `redshift-snapshot-audit | head -1`."""
    process = run_module(aws, "--json")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()

    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) in {1, 2}


@pytest.mark.parametrize(
    "name", ["click", "rich.console", "boto3", "botocore.exceptions"]
)
def test_a_library_that_is_missing_is_one_line_and_1(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The command is also installed without the extra."""
    for module in [*sys.modules]:
        if module.startswith("redshift_snapshot_audit."):
            monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(SystemExit, match=r"pip install 'cdk-redshift-snapshot-share\["):
        __main__.main()


def test_another_module_that_is_missing_is_our_mistake(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "redshift_snapshot_audit.command", None)

    with pytest.raises(ModuleNotFoundError):
        __main__.main()


@pytest.mark.parametrize("outcome", [0, 2, KeyboardInterrupt()])
def test_the_exit_code_is_that_of_the_command(
    monkeypatch: pytest.MonkeyPatch, outcome: Any
) -> None:
    def run(_: list[str]) -> int:
        if isinstance(outcome, KeyboardInterrupt):
            raise outcome
        code: int = outcome
        return code

    monkeypatch.setattr(command, "run", run)

    # As `python -m` does.
    monkeypatch.delitem(sys.modules, __main__.__name__)
    with pytest.raises(SystemExit) as raised:
        runpy.run_module("redshift_snapshot_audit", run_name="__main__")

    assert raised.value.code == (
        130 if isinstance(outcome, KeyboardInterrupt) else outcome
    )
