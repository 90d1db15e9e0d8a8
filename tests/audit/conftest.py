"""A local AWS of the audit's own: what other tests share would be in its reports."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from local_aws.aws import LocalAws
from redshift_snapshot_audit.command import run


class Output(NamedTuple):
    """What a run of the command left."""

    code: int
    lines: list[str]
    errors: str


Audit = Callable[..., Output]


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    with LocalAws(logs=tmp_path_factory.mktemp("local-aws")) as local_aws:
        yield local_aws


@pytest.fixture
def audit(
    aws: LocalAws, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Audit:
    """Run the command in this process, with the credentials of the account's root."""
    for name, value in aws.variables.items():
        monkeypatch.setenv(name, value)

    def run_command(*arguments: str) -> Output:
        code = run(arguments)
        captured = capsys.readouterr()
        return Output(code, captured.out.splitlines(), captured.err)

    return run_command
