"""The real handler, made silent and repeatable for millions of runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from redshift_snapshot_share_handler import metric
from tests.lifecycle.handler import repeatable_handler


@contextmanager
def repeatable_cluster_handler() -> Iterator[None]:
    """Take the log, the metrics and the jitter out of the handler for a while."""
    publish = metric.publish
    setattr(metric, "publish", lambda *_: None)  # noqa: B010 - mypy's rule
    try:
        with repeatable_handler():
            yield
    finally:
        setattr(metric, "publish", publish)  # noqa: B010 - as above
