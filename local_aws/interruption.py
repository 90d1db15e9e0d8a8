"""Ends the process on SIGTERM so that context managers stop what they started."""

import signal
import sys
from types import FrameType


def exit_on_sigterm() -> None:
    """Make SIGTERM unwind the stack, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, _exit)


def _exit(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
