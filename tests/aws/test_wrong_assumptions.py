"""A local AWS whose every assumption about Redshift is wrong is found to be so."""

from datetime import timedelta
from pathlib import Path

from local_aws.aws import LocalAws
from local_aws.redshift.assumptions import ACCEPTED, Assumptions
from tests.aws.conftest import ACCOUNT, connect_to, make_site
from verify_aws.examination import examine
from verify_aws.questions import QUESTIONS

# Refused in another way, calls that come too fast would end other questions.
RIGHT = {"throttling_code"}
OTHERWISE = {ACCEPTED: "SomethingElse", "no": "yes", "tags, account": "account"}


def test_each_wrong_assumption_is_seen_to_be_wrong(tmp_path: Path) -> None:
    wrong = {
        name: OTHERWISE.get(value, "SomethingElse")
        for name, value in Assumptions()._asdict().items()
        if name not in RIGHT
    }
    questions = [
        each for each in QUESTIONS if each.identifier.replace("-", "_") in wrong
    ]
    logs, folder = tmp_path / "logs", tmp_path / "site"
    folder.mkdir()
    with LocalAws(logs=logs, creating_seconds=1, assumptions=wrong) as aws:
        site = make_site(connect_to(aws, ACCOUNT, folder), ACCOUNT, folder)
        site.lock.take(timedelta(hours=1))
        site.receiver().lock.take(timedelta(hours=1))

        answers = list(examine(questions, site))

    seen = {each.question.identifier: each.seen for each in answers}
    assert {
        identifier.replace("-", "_"): answer.outcome if answer else "not asked"
        for identifier, answer in seen.items()
    } == wrong
    assert all(answer.is_equal is False for answer in answers)
