"""Writes what a run has seen into the report and its page."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from verify_aws import page, report
from verify_aws.connection import Connection
from verify_aws.examination import Answer
from verify_aws.questions import QUESTIONS

_LIBRARY = "cdk-redshift-snapshot-share"


def publish(
    folder: Path,
    connection: Connection,
    answers: Iterable[Answer],
    deployments: Mapping[str, Any],
) -> tuple[Path, Path]:
    """Add the answers of a run to those of earlier ones.

    Args:
        folder: Where the report and the page are.
        connection: Where the questions were asked.
        answers: The answers.
        deployments: Events and calls, by stack.

    Returns:
        The report and the page.
    """
    written = report.read_report(folder, connection.where, QUESTIONS)
    run = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "region": connection.region,
        "library": version(_LIBRARY),
    }
    report.add_answers(written, answers, run, deployments)
    folder.mkdir(parents=True, exist_ok=True)
    return report.write_report(folder, written), page.write_page(folder, written)
