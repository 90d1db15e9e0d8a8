"""What a run is going to do, and what that costs."""

from collections.abc import Iterator, Sequence

from verify_aws.label import PREFIX, TAG_KEY
from verify_aws.lock import NAME
from verify_aws.question import Question
from verify_aws.run import Settings
from verify_aws.site import NODE_TYPE

#: Price of a node in us-east-1, on demand, in US dollars per hour. Nobody could look it up
#: in AWS's price list from where this was written, so the plan says where to check it.
PRICE_PER_HOUR = 0.543
# Each is there from its first question to the end of the run.
_HOURS = 1.5
_MINUTES = "60 to 90"
# Clusters of the run's own, by the questions that need one.
_CLUSTERS = {
    "authorize-aws-managed-key": "with a key that AWS manages",
    "authorize-copied": "whose snapshots are copied",
    "kms-decrypt-suffices": "with a key of the run's own, and one restored from it",
}
_NEEDS_OTHER = frozenset({"kms-decrypt-suffices", "receiver-sees-tags"})


def describe_plan(settings: Settings, questions: Sequence[Question]) -> str:
    """Say it."""
    clusters = list(_own_clusters(settings, questions))
    lines = [
        (
            f"{len(questions)} questions for {settings.connection.where}, account "
            f"{settings.account}, Region {settings.connection.region}."
        ),
        "",
        "What is created is removed at the end, whatever happens:",
        *(f"  - {line}" for line in _created(settings, clusters)),
        f"Every name begins with {PREFIX}, and everything has the tag {TAG_KEY}.",
        "Nothing else is changed or deleted.",
        "",
        _access(settings),
        "",
        f"Price: {_price(clusters)}",
        (
            f"Duration: {_MINUTES} minutes, most of it waiting for clusters; the run ends "
            f"itself after {settings.limit.total_seconds() / 60:g}."
        ),
    ]
    return "\n".join(lines)


def _own_clusters(settings: Settings, questions: Sequence[Question]) -> Iterator[str]:
    if settings.cluster:
        return
    yield "empty, not encrypted unless Redshift does that by itself"
    for question in questions:
        identifier = question.identifier
        if (
            identifier in _CLUSTERS
            and (identifier not in _NEEDS_OTHER or settings.other)
            and (identifier != "authorize-copied" or settings.copy_region)
        ):
            yield _CLUSTERS[identifier]
            if identifier == "kms-decrypt-suffices" and settings.other:
                yield f"restored, in account {settings.other[1]}"


def _created(settings: Settings, clusters: Sequence[str]) -> Iterator[str]:
    for cluster in clusters:
        yield f"a cluster of one {NODE_TYPE} node, {cluster}"
    source = f" of cluster {settings.cluster}" if settings.cluster else ""
    yield f"up to ten manual snapshots{source}, kept for one day at most"
    if settings.other and not settings.cluster:
        yield "a KMS key, which KMS deletes a week later"
    yield "up to four CloudFormation stacks with functions and their roles"
    yield "a bucket for the functions' code"
    yield f"the Systems Manager parameter {NAME}, which keeps other runs away"


def _access(settings: Settings) -> str:
    if settings.cluster:
        accounts = f"account {settings.other[1]}" if settings.other else "nobody"
        return f"Access to the snapshots is granted to {accounts}, for seconds."
    return (
        "Access to the snapshots is granted for seconds: to up to 21 accounts that are "
        "made up. The snapshots are of an empty cluster."
    )


def _price(clusters: Sequence[str]) -> str:
    if not clusters:
        return "a few cents: functions, snapshots and requests."
    dollars = len(clusters) * _HOURS * PRICE_PER_HOUR
    return (
        f"about {dollars:.2f} USD at most, if a node costs {PRICE_PER_HOUR} USD an hour "
        f"as in us-east-1 ({len(clusters)} x {_HOURS:g} h); other Regions cost up to twice "
        "that. Check https://aws.amazon.com/redshift/pricing/. Everything else costs cents."
    )
