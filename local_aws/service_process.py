"""Runs the process of the local services, with a folder for its files."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from local_aws.environment import service_environment

_ROOT = Path(__file__).parent.parent
_START_SECONDS = 60


class ServiceProcess:
    """The process of `local_aws.services`, from `start` to `stop`.

    Args:
        log: File for its output.
        account: The account of callers that name none.
        region: The Region of callers that name none.
        options: Its options. Options that are `None` are left out.
    """

    def __init__(
        self, log: Path, account: str, region: str, options: Mapping[str, object]
    ) -> None:
        self._log = log
        self._account = account
        self._region = region
        self._options = [
            str(part)
            for name, value in {"--account": account, **options}.items()
            if value is not None
            for part in (name, value)
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._temporary: Path | None = None
        self._ports: dict[str, int] | None = None

    @property
    def temporary(self) -> Path:
        """The folder for files that must not outlive it.

        Raises:
            RuntimeError: If it is not started.
        """
        if self._temporary is None:
            raise RuntimeError("the local AWS is not started")
        return self._temporary

    def start(self) -> None:
        """Start it, without waiting until it responds."""
        temporary = Path(tempfile.mkdtemp(prefix="local-aws-"))
        self._temporary = temporary
        services = [sys.executable, "-m", "local_aws.services"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*services, "--temporary", str(temporary), *self._options],
                cwd=temporary,
                env=service_environment(self._account, self._region, temporary, _ROOT),
                # The process ends when the other end of this pipe is closed, even if this
                # process has no time to stop it.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> dict[str, int]:
        """Wait until it responds.

        Returns:
            The ports.

        Raises:
            RuntimeError: If it does not start, or `start` was not called.
        """
        if self._ports is None:
            self._ports = self._read_ports()
        return self._ports

    def stop(self) -> None:
        """Stop it, and everything that it started."""
        process, self._process, self._ports = self._process, None, None
        if process is not None:
            # Nothing has to be saved, so it is stopped without notice.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    def _read_ports(self) -> dict[str, int]:
        process = self._process
        if process is None:
            raise RuntimeError("the local AWS is not started")
        timer = threading.Timer(_START_SECONDS, process.kill)
        timer.start()
        try:
            line = process.stdout.readline() if process.stdout else b""
        except BaseException:
            self.stop()
            raise
        finally:
            timer.cancel()
        if not line:
            self.stop()
            raise RuntimeError(f"the local AWS does not start: {self._last_words()}")
        ports: dict[str, int] = json.loads(line)
        return ports

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return f"{lines[-1] if lines else 'no output'} (log: {self._log})"
