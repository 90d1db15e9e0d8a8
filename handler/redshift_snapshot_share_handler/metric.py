"""Writes what a run did as metrics and as one line of the log.

The metrics are in CloudWatch's embedded metric format: what they need is only the log.
"""

import json
import logging
import sys
import time
from collections.abc import Sequence

from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.contract import METRIC_NAMESPACE, ClusterMetric
from redshift_snapshot_share_handler.report import Report

_MOST_NAMED = 10
_DIMENSIONS = ("StackName", "LogicalResourceId")

_LOG = logging.getLogger(__name__)


def publish(report: Report, claimant: Claimant) -> None:
    """Say what a run found and did.

    Args:
        report: What it found and did.
        claimant: Whose run it was.
    """
    _log(report)
    if report.is_declared:
        sys.stdout.write(f"{json.dumps(_embedded_metrics(report, claimant))}\n")
        sys.stdout.flush()


def _log(report: Report) -> None:
    if not report.is_declared:
        _LOG.info("nothing is done: the stack does not declare what this run is for")
        return
    level = logging.ERROR if report.failed else logging.INFO
    failed = {about: str(error) for about, error in report.failed.items()}
    _LOG.log(
        level,
        "%s",
        _summary(report),
        extra={
            "shared": report.shared,
            "authorized": [str(pair) for pair in report.authorized],
            "released": [str(pair) for pair in report.released],
            "copied": report.copied,
            "failed": failed,
        },
    )


def _summary(report: Report) -> str:
    """Say in one line what changed and why; the fields of the record have all of it."""
    parts: dict[str, Sequence[object]] = {
        "gave access to the newest": report.authorized,
        "took access to older ones back": report.released,
        "copied": report.copied,
        "failed": [f"{about}: {error}" for about, error in report.failed.items()],
    }
    texts = [f"{text}: {_shorten(ones)}" for text, ones in parts.items() if ones]
    count = "an unknown number of" if report.shared is None else len(report.shared)
    return "; ".join([*(texts or ["nothing to do"]), f"{count} snapshots are shared"])


def _shorten(ones: Sequence[object]) -> str:
    more = len(ones) - _MOST_NAMED
    names = ", ".join(map(str, ones[:_MOST_NAMED]))
    return f"{names} and {more} more" if more > 0 else names


def _embedded_metrics(report: Report, claimant: Claimant) -> dict[str, object]:
    values: dict[str, int] = {
        ClusterMetric.AUTHORIZED: len(report.authorized),
        ClusterMetric.RELEASED: len(report.released),
        ClusterMetric.COPIED: len(report.copied),
        ClusterMetric.FAILED: len(report.failed),
    }
    if report.shared is not None:
        values[ClusterMetric.SHARED_SNAPSHOTS] = len(report.shared)
    return {
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [
                {
                    "Namespace": METRIC_NAMESPACE,
                    "Dimensions": [[*_DIMENSIONS]],
                    "Metrics": [{"Name": name, "Unit": "Count"} for name in values],
                }
            ],
        },
        "StackName": claimant.stack_name,
        "LogicalResourceId": claimant.logical_resource_id,
        **values,
    }
