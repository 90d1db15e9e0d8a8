"""Ends a process group when the other end of its standard input is closed.

This works even if the process at the other end is killed. As a program, it runs a command
with this protection: `python lifeline.py <command>`.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

_REMOVAL_SECONDS = 5.0
_PAUSE_SECONDS = 0.05


def die_with_parent(temporary: Path | None = None) -> None:
    """End this process, and its whole group, when standard input ends.

    Args:
        temporary: A folder that is deleted as well.
    """
    threading.Thread(target=_wait_for_the_end, args=(temporary,), daemon=True).start()


def _wait_for_the_end(temporary: Path | None) -> None:
    # Not sys.stdin, because the interpreter cannot end while a thread reads it.
    while os.read(0, 1):
        pass
    if temporary is not None:
        _remove(temporary)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _remove(folder: Path) -> None:
    # Other processes still write to it, and end at this moment too.
    deadline = time.monotonic() + _REMOVAL_SECONDS
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(_PAUSE_SECONDS)


def main() -> int:
    """Run the command in the arguments.

    Returns:
        The exit status of the command.
    """
    die_with_parent()
    return subprocess.call(sys.argv[1:], stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
