"""The CDK CLI, run against the local AWS."""

import os
import signal
import subprocess
import sys
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
        command: What was run.
        log: What it wrote.
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
        account: The account to be. Default: that of the local AWS.
        region: The Region to be in. Default: that of the local AWS.
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
        """Make what the CDK needs in the account and Region.

        Raises:
            CdkError: If it fails.
        """
        # Not where an app is: bootstrapping would synthesize it.
        environment = f"aws://{self._account}/{self._region}"
        self.run("bootstrap", environment, directory=self._aws.logs)

    def run(self, command: str, *arguments: str, directory: Path | None = None) -> str:
        """Run a command to its end.

        Args:
            command: Such as `deploy`; also names the log.
            arguments: What follows it.
            directory: Where it runs. Default: that of this CLI.

        Returns:
            What it wrote, which also is in the folder of the logs.

        Raises:
            CdkError: If it fails.
        """
        log = _new_log(self._aws.logs, command)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-IS", _LIFELINE, CDK, command, *arguments],
                cwd=directory or self._directory,
                env=self._aws.environment_of(self._account, self._region),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                # The CLI starts an app, which starts jsii's Node: one group to end.
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
