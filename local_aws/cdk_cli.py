"""Runs the CDK CLI with the local AWS."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from local_aws.aws import LocalAws

_ROOT = Path(__file__).parent.parent
#: The command, which needs a `node` in the path.
CDK = _ROOT / "node_modules" / ".bin" / "cdk"
_LIFELINE = Path(__file__).parent / "lifeline.py"
_TAIL_LINES = 40


class CdkError(Exception):
    """A command of the CDK CLI failed.

    Args:
        command: The command.
        log: Its output.
    """

    def __init__(self, command: str, log: Path) -> None:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        super().__init__(
            "\n".join([f"{command} failed, see {log}", *lines[-_TAIL_LINES:]])
        )
        self.log = log


class CdkCli:
    """Runs the CDK CLI.

    Args:
        aws: The local AWS.
        directory: Where it runs. Default: the root of this project, with its `cdk.json`.
        account: The account to use. Default: that of the local AWS.
        region: The Region to use. Default: that of the local AWS.
    """

    def __init__(
        self,
        aws: LocalAws,
        directory: Path = _ROOT,
        *,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        self._aws = aws
        self._directory = directory
        self._account = account or aws.account
        self._region = region or aws.region

    def bootstrap(self) -> None:
        """Bootstrap the account and Region.

        Raises:
            CdkError: If it fails.
        """
        # Not in the folder of an app, because bootstrapping would synthesize the app.
        environment = f"aws://{self._account}/{self._region}"
        self.run("bootstrap", environment, directory=self._aws.logs)

    def run(self, command: str, *arguments: str, directory: Path | None = None) -> str:
        """Run a command to its end.

        Args:
            command: The command, such as `deploy`. The log has the same name.
            arguments: The arguments of the command.
            directory: Where it runs. Default: that of this CLI.

        Returns:
            Its output, which is also in the folder of the logs.

        Raises:
            CdkError: If it fails.
        """
        return run_cdk(
            command,
            *arguments,
            environment=self._aws.environment_of(self._account, self._region),
            directory=directory or self._directory,
            logs=self._aws.logs,
        )


def run_cdk(
    command: str,
    *arguments: str,
    environment: Mapping[str, str],
    directory: Path,
    logs: Path,
) -> str:
    """Run a command of the CDK CLI to its end; it ends with this process at the latest.

    Args:
        command: Such as `deploy`; also names the log.
        arguments: What follows it.
        environment: All variables that it gets.
        directory: Where it runs.
        logs: The folder for its log.

    Returns:
        What it wrote, which also is in the log.

    Raises:
        CdkError: If it fails.
    """
    log = _new_log(logs, command)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-IS", _LIFELINE, CDK, command, *arguments],
            cwd=directory,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            # The CLI starts an app, which starts jsii's Node. One process group ends all
            # of them.
            start_new_session=True,
        )
        try:
            status = process.wait()
        finally:
            _end(process)
    if status != 0:
        raise CdkError(f"cdk {command}", log)
    return log.read_text(encoding="utf-8", errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _new_log(folder: Path, command: str) -> Path:
    number = 1 + len(list(folder.glob("cdk-*.log")))
    return folder / f"cdk-{number:02d}-{command}.log"
