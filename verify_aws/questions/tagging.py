"""When tags of snapshots can be written and deleted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from verify_aws.failure import NotAskedError, code_of
from verify_aws.question import ACCEPTED, Question, Seen, outcome_of
from verify_aws.site import Site

_TAG = "verify:tag"
_ABSENT = "verify:absent"
_PARALLEL_TAGS = 8
_PARALLEL_ACCOUNTS = 4


def _create_tag(site: Site, arn: str, key: str = _TAG) -> None:
    site.redshift.create_tags(
        ResourceName=arn, Tags=[{"Key": key, "Value": site.label.run}]
    )


def ask_while_creating(site: Site) -> Seen:
    """Tag a snapshot that is being created."""
    arn = site.arn(name := site.create_snapshot("tagged-while-creating"))
    if site.describe(name)["Status"] != "creating":
        raise NotAskedError("the snapshot was available at once")
    seen = outcome_of(lambda: _create_tag(site, arn))
    if site.describe(name)["Status"] != "creating":
        raise NotAskedError("the snapshot was available before the tag was written")
    return seen


def ask_while_paused(site: Site) -> Seen:
    """Tag a snapshot whose cluster is paused."""
    cluster = site.own_cluster("plain")
    arn = site.arn(site.plain_snapshot())
    site.redshift.pause_cluster(ClusterIdentifier=cluster)
    site.wait_for_cluster(cluster, "paused")
    try:
        return outcome_of(lambda: _create_tag(site, arn))
    finally:
        site.redshift.resume_cluster(ClusterIdentifier=cluster)


def ask_absent(site: Site) -> Seen:
    """Delete a tag that is not there."""
    arn = site.arn(site.plain_snapshot())
    return outcome_of(
        lambda: site.redshift.delete_tags(ResourceName=arn, TagKeys=[_ABSENT])
    )


def ask_parallel(site: Site) -> Seen:
    """Write tags and give access, all at once."""
    accounts = site.accounts(_PARALLEL_ACCOUNTS)
    snapshot = site.plain_snapshot()
    arn = site.arn(snapshot)
    # No second attempts: they would hide what is asked.
    redshift = site.connection.client("redshift", retries={"total_max_attempts": 1})

    def tag(number: int) -> Any:
        return redshift.create_tags(
            ResourceName=arn, Tags=[{"Key": f"{_TAG}-{number}", "Value": "x"}]
        )

    def authorize(account: str) -> Any:
        return redshift.authorize_snapshot_access(
            SnapshotIdentifier=snapshot, AccountWithRestoreAccess=account
        )

    calls: list[Callable[[], Any]] = [
        *(lambda number=number: tag(number) for number in range(_PARALLEL_TAGS)),
        *(lambda account=account: authorize(account) for account in accounts),
    ]
    with ThreadPoolExecutor(len(calls)) as threads:
        outcomes = list(threads.map(_outcome, calls))
    refused = sorted({each for each in outcomes if each != ACCEPTED})
    number = sum(each != ACCEPTED for each in outcomes)
    return Seen(
        ", ".join(refused) or ACCEPTED,
        f"{number} of {len(calls)} calls at once were refused",
    )


def _outcome(call: Callable[[], Any]) -> str:
    try:
        call()
    except ClientError as error:
        return code_of(error)
    return ACCEPTED


QUESTIONS = (
    Question(
        "tag-while-creating",
        "Does CreateTags accept a snapshot that is being created?",
        ACCEPTED,
        "A share of a new snapshot waits until the snapshot is available.",
        ask_while_creating,
    ),
    Question(
        "tag-while-paused",
        "Does CreateTags accept a snapshot whose cluster is paused?",
        ACCEPTED,
        "A share waits, and fails in the end, while the cluster is paused.",
        ask_while_paused,
    ),
    Question(
        "delete-absent-tag",
        "What does DeleteTags respond for a key that the snapshot does not have?",
        ACCEPTED,
        "Nothing. The function accepts an error that says that the tag is absent.",
        ask_absent,
    ),
    Question(
        "parallel-tags",
        "Does Redshift accept many calls of CreateTags and AuthorizeSnapshotAccess for "
        "one snapshot at once?",
        ACCEPTED,
        "Several shares of one snapshot in one deployment fail or wait for each other.",
        ask_parallel,
    ),
)
