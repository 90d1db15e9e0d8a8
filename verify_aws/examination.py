"""Asks questions, one after the other."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.cdk_cli import CdkError
from verify_aws.failure import NotAskedError, VerificationError, code_of, message_of
from verify_aws.question import Question, Seen
from verify_aws.site import Site


class Answer(NamedTuple):
    """What became of a question.

    Args:
        question: The question.
        seen: What AWS did. None: it was not asked.
        why_not: Why it was not asked.
        has_failed: Whether that is so because something went wrong.
    """

    question: Question
    seen: Seen | None
    why_not: str = ""
    has_failed: bool = False

    @property
    def is_equal(self) -> bool | None:
        """Whether AWS did what is assumed; none if it was not asked."""
        if self.seen is None:
            return None
        return self.seen.outcome == self.question.assumed

    def __str__(self) -> str:
        identifier = self.question.identifier
        if self.seen is None:
            word = "FAILED" if self.has_failed else "not asked"
            return f"{identifier}: {word}: {self.why_not}"
        detail = f" ({self.seen.detail})" if self.seen.detail else ""
        if self.is_equal:
            return f"{identifier}: as assumed: {self.seen.outcome}{detail}"
        return (
            f"{identifier}: DIFFERENT: {self.seen.outcome} instead of "
            f"{self.question.assumed}{detail}"
        )


def examine(questions: Iterable[Question], site: Site) -> Iterator[Answer]:
    """Ask each question; one that cannot be asked does not keep the others."""
    for question in questions:
        try:
            yield Answer(question, question.ask(site))
        except NotAskedError as error:
            yield Answer(question, None, str(error))
        except (BotoCoreError, CdkError, ClientError, VerificationError) as error:
            reason = f"{code_of(error)}: {message_of(error)}"
            yield Answer(question, None, reason, has_failed=True)
