"""What the local AWS assumes, and what is asked of AWS, are the same."""

import re
from pathlib import Path

from local_aws.redshift.assumptions import Assumptions
from verify_aws.question import ACCEPTED
from verify_aws.questions import QUESTIONS

LOCAL_AWS = Path(__file__).parents[2] / "local_aws"
MARK = re.compile(r"# (?:.*\. )?assumed: ([a-z0-9-]+(?:, [a-z0-9-]+)*)$", re.MULTILINE)


def marks() -> list[str]:
    return [
        identifier
        for path in sorted(LOCAL_AWS.rglob("*.py"))
        for identifiers in MARK.findall(path.read_text("utf-8"))
        for identifier in identifiers.split(", ")
    ]


def test_each_question_is_marked_once_in_the_local_aws() -> None:
    assert sorted(marks()) == sorted(each.identifier for each in QUESTIONS)


def test_no_mark_is_overlooked() -> None:
    sources = "".join(path.read_text("utf-8") for path in LOCAL_AWS.rglob("*.py"))

    assert sources.count("assumed: ") == len(MARK.findall(sources))


def test_the_questions_expect_what_the_local_redshift_assumes() -> None:
    questions = {question.identifier: question.assumed for question in QUESTIONS}
    assumptions = {
        name.replace("_", "-"): value for name, value in Assumptions()._asdict().items()
    }

    assert assumptions.items() <= questions.items()
    assert ACCEPTED in assumptions.values()


def test_every_question_says_what_would_break() -> None:
    for question in QUESTIONS:
        assert question.asks.endswith(("?", "not.)")), question.identifier
        assert question.breaks.endswith("."), question.identifier
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", question.identifier)


def test_the_ids_are_different() -> None:
    identifiers = [question.identifier for question in QUESTIONS]

    assert len(set(identifiers)) == len(identifiers) >= 40
