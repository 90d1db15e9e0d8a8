"""The real handler, made silent and repeatable for millions of runs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partialmethod
from typing import Any

from redshift_snapshot_share_handler import delivery, log, retry


def _say_nothing(_message: str, **_fields: Any) -> None:
    pass


@contextmanager
def repeatable_handler() -> Iterator[None]:
    """Take the log and the jitter out of the handler for a while."""
    package = delivery.__name__.rpartition(".")[0]
    original = log.log
    speaking = [
        module
        for name, module in sys.modules.items()
        if name.startswith(f"{package}.") and getattr(module, "log", None) is original
    ]
    begin = retry.Retry.__init__
    without_jitter = partialmethod(begin, jitter=lambda: 0.5)
    for module in speaking:
        vars(module)["log"] = _say_nothing
    setattr(retry.Retry, "__init__", without_jitter)  # noqa: B010 - mypy's rule
    try:
        yield
    finally:
        for module in speaking:
            vars(module)["log"] = original
        setattr(retry.Retry, "__init__", begin)  # noqa: B010 - as above
