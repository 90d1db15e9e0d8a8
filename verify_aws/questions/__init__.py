"""All questions, in the order in which they are asked."""

from verify_aws.question import Question
from verify_aws.questions import (
    access,
    consistency,
    deployments,
    keys,
    quotas,
    receiver,
    refusals,
    stacks,
    tagging,
)

QUESTIONS: tuple[Question, ...] = (
    *consistency.QUESTIONS,
    *tagging.QUESTIONS,
    *access.QUESTIONS,
    *refusals.QUESTIONS,
    *keys.QUESTIONS,
    *receiver.QUESTIONS,
    *stacks.QUESTIONS,
    *deployments.QUESTIONS,
    *quotas.QUESTIONS,
)
