"""What CloudFormation and the CDK CLI do with a share, and what they show meanwhile."""

from verify_aws.deployment.stories import EXPRESS, LIFE, NO_ROLLBACK, Story
from verify_aws.question import Question


def _question(
    story: Story, identifier: str, asks: str, assumed: str, breaks: str
) -> Question:
    return Question(identifier, asks, assumed, breaks, story.ask(identifier))


QUESTIONS = (
    _question(
        LIFE,
        "deploy-create",
        "Does a deployment with a share end green, with the access granted?",
        "green; shared: first; claims: 1",
        "The library does not do its job.",
    ),
    _question(
        LIFE,
        "deploy-rename",
        "Does a share with another construct id keep the access?",
        "green; shared: first; claims: 1",
        "Renaming a share revokes its access, or leaves a claim behind.",
    ),
    _question(
        LIFE,
        "deploy-replacement",
        "Does a share of another snapshot move the access?",
        "green; shared: second; claims: 1",
        "The access to the former snapshot stays, or the new one is missing.",
    ),
    _question(
        LIFE,
        "cleanup-properties",
        "Which properties does the Delete of a replaced id carry?",
        "the old ones",
        "Nothing. The function reads the pair from the physical id.",
    ),
    _question(
        LIFE,
        "resource-during-cleanup",
        "Which id does DescribeStackResource show while a replaced one is deleted?",
        "the new id",
        "A late duplicate of an event could remove a claim that is in use.",
    ),
    _question(
        LIFE,
        "deploy-rollback",
        "Does a rollback restore the access as it was?",
        "failed; shared: second; claims: 1",
        "A failed deployment leaves access behind, or takes some away.",
    ),
    _question(
        LIFE,
        "stack-status-first",
        "Does DescribeStacks show the rollback when its first Delete arrives?",
        "yes",
        "A rollback counts as a removal, and access that was there before is revoked.",
    ),
    _question(
        LIFE,
        "last-operations",
        "What does DescribeStacks show as LastOperations during a rollback?",
        "none are shown",
        "Nothing breaks where they are not shown; their order decides where they are.",
    ),
    _question(
        LIFE,
        "deploy-removal",
        "Does removing a share revoke the access?",
        "green; shared: none; claims: 0",
        "Access stays that nobody declares.",
    ),
    _question(
        LIFE,
        "deploy-destroy",
        "Does `cdk destroy` end green?",
        "green; shared: none; claims: 0",
        "Stacks with a share cannot be deleted.",
    ),
    _question(
        NO_ROLLBACK,
        "no-rollback-failure",
        "What is left of a failed first deployment with `--no-rollback`?",
        "failed; shared: first; claims: 1",
        "Nothing. What succeeded stays.",
    ),
    _question(
        NO_ROLLBACK,
        "rollback-stack-status",
        "Which status has a stack whose failed first deployment RollbackStack undoes?",
        "ROLLBACK_IN_PROGRESS",
        "The function takes the rollback for a removal: adopted access is revoked.",
    ),
    _question(
        NO_ROLLBACK,
        "rollback-stack",
        "Does RollbackStack revoke the access of a failed first deployment?",
        "shared: none; claims: 0",
        "Access stays that nobody declares.",
    ),
    _question(
        NO_ROLLBACK,
        "replacement-without-rollback",
        "Does CloudFormation accept a new physical id with `--no-rollback`?",
        "green; shared: second; claims: 1",
        "A changed share cannot be deployed with `--no-rollback`; what the function had "
        "granted by then is removed at its next request.",
    ),
    _question(
        EXPRESS,
        "express-create",
        "Does `cdk deploy --express` wait for a share, and end green?",
        "green; shared: first; claims: 1",
        "A green express deployment does not mean that the account can restore.",
    ),
    _question(
        EXPRESS,
        "express-replacement",
        "Does a changed share move the access with `--express`?",
        "green; shared: second; claims: 1",
        "As with `replacement-without-rollback`.",
    ),
    _question(
        EXPRESS,
        "express-failure",
        "What is left of a failed update with `--express`? (The local AWS rolls back. AWS "
        "documents that it does not.)",
        "failed; shared: second; claims: 1",
        "Nothing. What succeeded stays until the next deployment or rollback.",
    ),
    _question(
        EXPRESS,
        "express-destroy",
        "Does `cdk destroy` end green for such a stack, with nothing left?",
        "green; shared: none; claims: 0",
        "Access or claims stay behind.",
    ),
)
