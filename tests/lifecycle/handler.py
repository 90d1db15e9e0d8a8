"""The real handler, made silent and repeatable for millions of runs."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partialmethod

from redshift_snapshot_share_handler import retry


@contextmanager
def repeatable_handler() -> Iterator[None]:
    """Take the log and the jitter out of the handler for a while."""
    begin = retry.Retry.__init__
    without_jitter = partialmethod(begin, jitter=lambda: 0.5)
    logger = logging.getLogger("redshift_snapshot_share_handler")
    was_disabled, logger.disabled = logger.disabled, True
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    setattr(retry.Retry, "__init__", without_jitter)  # noqa: B010 - mypy's rule
    try:
        yield
    finally:
        logger.disabled = was_disabled
        logger.setLevel(level)
        setattr(retry.Retry, "__init__", begin)  # noqa: B010 - as above
