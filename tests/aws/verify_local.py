"""`python -m tests.aws.verify_local`: the command, connected to a local AWS.

The first argument is a folder with `variables.json`, the second the write after which this
process kills itself (0: never); all others are the command's.
"""

import itertools
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from tests.aws.local_connection import Credentials, LocalConnect, LocalConnection
from verify_aws.command import run

_READING = ("Describe", "Get", "List", "Head", "Lookup", "Filter")


class DyingConnect(LocalConnect):
    """Connects to the local AWS, and ends this process in the middle of a run."""

    #: After this many writes, when the response is there and nothing was done about it.
    last_write = 0
    _writes = itertools.count(1)

    def __call__(self, profile: str | None, region: str) -> LocalConnection:
        connection = super().__call__(profile, region)
        return _Dying(connection, self._count)

    def _count(self, model: Any, **_: Any) -> None:
        if model.name.startswith(_READING):
            return
        if next(self._writes) == self.last_write:
            os.kill(os.getpid(), signal.SIGKILL)


class _Dying(LocalConnection):
    def __init__(self, connection: LocalConnection, count: Any) -> None:
        vars(self).update(vars(connection))
        self._count = count

    def client(self, service: str, **config: Any) -> Any:
        client = super().client(service, **config)
        client.meta.events.register("after-call", self._count)
        return client

    def in_region(self, region: str) -> LocalConnection:
        return _Dying(super().in_region(region), self._count)


def main() -> int:
    """Run the command.

    Returns:
        Its exit code.
    """
    folder, last_write = Path(sys.argv[1]), int(sys.argv[2])
    given = json.loads((folder / "variables.json").read_text("utf-8"))
    connect = DyingConnect(
        given["variables"],
        folder,
        Path(given["call_log"]),
        *(Credentials(*each) if each else None for each in given["credentials"]),
    )
    connect.last_write = last_write
    return run(sys.argv[3:], connect)


if __name__ == "__main__":
    sys.exit(main())
