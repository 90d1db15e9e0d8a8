"""Each question, asked on the local AWS: it does what is assumed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from local_aws.aws import LocalAws
from tests.aws.conftest import ACCOUNT, connect_to, make_site
from verify_aws.question import Question
from verify_aws.questions import QUESTIONS, deployments, quotas
from verify_aws.site import Site

# Deployments take long, and build on each other; throttling would disturb the others.
ASKED_BY_COMMAND = (*deployments.QUESTIONS, *quotas.QUESTIONS)
ASKED_ALONE = [each for each in QUESTIONS if each not in ASKED_BY_COMMAND]


@pytest.fixture(scope="module")
def site(aws: LocalAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    site = make_site(connect_to(aws, ACCOUNT, folder), ACCOUNT, folder)
    site.lock.take(timedelta(hours=1))
    receiver = site.receiver()
    receiver.lock.take(timedelta(hours=1))
    yield site
    receiver.lock.release()
    site.lock.release()


@pytest.mark.parametrize(
    "question", ASKED_ALONE, ids=lambda question: question.identifier
)
def test_the_local_aws_does_what_is_assumed(question: Question, site: Site) -> None:
    assert question.ask(site).outcome == question.assumed
