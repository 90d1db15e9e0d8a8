"""The share of a CPU that Lambda gives a function, by its memory."""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

#: Lambda gives a function of this size one CPU, and others in proportion.
MIB_PER_CPU = 1769

_PERIOD_MICROSECONDS = 20_000
_V1 = Path("/sys/fs/cgroup/cpu")
_V2 = Path("/sys/fs/cgroup")


class CpuShare:
    """A control group whose processes get a share of a CPU.

    Args:
        memory_mib: The function's memory.
    """

    def __init__(self, memory_mib: int) -> None:
        self._quota = _PERIOD_MICROSECONDS * memory_mib // MIB_PER_CPU
        parent = _V1 if _V1.is_dir() else _V2
        self._folder = parent / f"benchmarks-{os.getpid()}-{memory_mib}"

    def __enter__(self) -> Self:
        self._folder.mkdir()
        if self._folder.parent == _V1:
            self._write("cpu.cfs_period_us", str(_PERIOD_MICROSECONDS))
            self._write("cpu.cfs_quota_us", str(self._quota))
        else:
            self._write("cpu.max", f"{self._quota} {_PERIOD_MICROSECONDS}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._folder.rmdir()

    def hold(self, process_id: int) -> None:
        """Hold a process, with all its threads, to the share from now on."""
        self._write("cgroup.procs", str(process_id))

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, encoding="ascii")


def can_be_limited() -> bool:
    """Whether this machine lets us make such groups."""
    try:
        with CpuShare(MIB_PER_CPU):
            return True
    except OSError:
        return False


def row_of(name: str, memory_mib: int | None) -> str:
    """Name the results of a handler whose CPU is limited by a memory, or not at all."""
    return f"{name}, {memory_mib} MiB" if memory_mib else name
