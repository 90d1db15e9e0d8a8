"""The report: what was seen, question by question, as JSON."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from verify_aws.examination import Answer
from verify_aws.question import Question

#: The version of the format.
VERSION = 1
#: The file's name.
NAME = "verified-on-aws.json"

_ACCOUNT = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
# What a row says of the run that it is of.
_OF_A_RUN = ("seen", "detail", "equal", "not_asked", "date", "region", "library")


def empty_report(where: str, questions: Iterable[Question]) -> dict[str, Any]:
    """Make the report of a verification that has not begun."""
    return {
        "version": VERSION,
        "where": where,
        "questions": [_row(question) for question in questions],
        "deployments": {},
    }


def read_report(
    folder: Path, where: str, questions: Iterable[Question]
) -> dict[str, Any]:
    """Read the report of earlier runs, with today's questions.

    Args:
        folder: Where it is.
        where: A report of another place counts as none.
        questions: The questions; what is no longer asked is dropped.
    """
    report = empty_report(where, questions)
    path = folder / NAME
    if not path.exists():
        return report
    earlier = json.loads(path.read_text("utf-8"))
    if earlier["where"] != where or earlier["version"] != VERSION:
        return report
    rows = {row["id"]: row for row in earlier["questions"]}
    for row in report["questions"]:
        former = rows.get(row["id"], {})
        # What was compared with another assumption would not be comparable.
        if former.get("seen") is not None:
            row |= {name: former[name] for name in _OF_A_RUN}
            row["equal"] = row["seen"] == row["assumed"]
    report["deployments"] = earlier["deployments"]
    return report


def add_answers(
    report: dict[str, Any],
    answers: Iterable[Answer],
    run: Mapping[str, str],
    deployments: Mapping[str, Any],
) -> None:
    """Add what a run has seen; what it has not asked stays as it was.

    Args:
        report: The report.
        answers: The answers.
        run: Its `date`, `region` and `library`.
        deployments: Events and calls of deployments.
    """
    rows = {row["id"]: row for row in report["questions"]}
    for answer in answers:
        row = rows[answer.question.identifier]
        if answer.seen is not None:
            row |= {
                "seen": answer.seen.outcome,
                "detail": answer.seen.detail,
                "equal": answer.is_equal,
                "not_asked": None,
                **run,
            }
        elif row["seen"] is None:
            row["not_asked"] = answer.why_not
    report["deployments"] |= deployments


def write_report(folder: Path, report: Mapping[str, Any]) -> Path:
    """Write the report, without any account's id."""
    path = folder / NAME
    text = json.dumps(report, indent=2, ensure_ascii=False, default=str)
    path.write_text(f"{_without_accounts(text)}\n", "utf-8")
    return path


def _without_accounts(text: str) -> str:
    return _ACCOUNT.sub("<account>", text)


def _row(question: Question) -> dict[str, Any]:
    return {
        "id": question.identifier,
        "question": question.asks,
        "assumed": question.assumed,
        "breaks": question.breaks,
        **dict.fromkeys(_OF_A_RUN),
    }
