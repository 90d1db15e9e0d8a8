"""Which snapshots and accounts AuthorizeSnapshotAccess accepts."""

from collections.abc import Callable
from typing import Any

from verify_aws.failure import NotAskedError
from verify_aws.question import ACCEPTED, Question, Seen, outcome_of
from verify_aws.resources import SNAPSHOT
from verify_aws.site import Site
from verify_aws.waiting import wait_until

_ACCOUNT_OF_NOBODY = "999999999999"
_MALFORMED = "12345"
_QUOTA = 20
_AUTOMATED_MINUTES = 15
_COPY_MINUTES = 30


def _authorize(
    site: Site, snapshot: str, account: str, **parameters: Any
) -> Callable[[], Any]:
    return lambda: site.redshift.authorize_snapshot_access(
        SnapshotIdentifier=snapshot, AccountWithRestoreAccess=account, **parameters
    )


def ask_own_account(site: Site) -> Seen:
    """Give the owner access."""
    return outcome_of(_authorize(site, site.plain_snapshot(), site.account))


def ask_malformed(site: Site) -> Seen:
    """Give access to what is no account."""
    return outcome_of(_authorize(site, site.plain_snapshot(), _MALFORMED))


def ask_nonexistent(site: Site) -> Seen:
    """Give access to an account that nobody has."""
    site.accounts(2)
    return outcome_of(_authorize(site, site.plain_snapshot(), _ACCOUNT_OF_NOBODY))


def ask_twice(site: Site) -> Seen:
    """Give access to an account that has it."""
    [account] = site.accounts()
    snapshot = site.plain_snapshot()
    _authorize(site, snapshot, account)()
    return outcome_of(_authorize(site, snapshot, account))


def ask_21st(site: Site) -> Seen:
    """Give access to one account more than the quota allows."""
    *accounts, last = site.accounts(_QUOTA + 1)
    snapshot = site.plain_snapshot()
    for account in accounts:
        _authorize(site, snapshot, account)()
    return outcome_of(_authorize(site, snapshot, last))


def ask_both_names(site: Site) -> Seen:
    """Give access with the snapshot's identifier and its ARN."""
    [account] = site.accounts()
    snapshot = site.plain_snapshot()
    arn = site.arn(snapshot)
    return outcome_of(_authorize(site, snapshot, account, SnapshotArn=arn))


def ask_while_creating(site: Site) -> Seen:
    """Give access to a snapshot that is being created."""
    [account] = site.accounts()
    name = site.create_snapshot("authorized-while-creating")
    if site.describe(name)["Status"] != "creating":
        raise NotAskedError("the snapshot was available at once")
    return outcome_of(_authorize(site, name, account))


def ask_automated(site: Site) -> Seen:
    """Give access to an automated snapshot."""
    [account] = site.accounts()
    cluster = site.cluster()
    names: list[str] = []

    def has_one() -> bool:
        response = site.redshift.describe_cluster_snapshots(
            ClusterIdentifier=cluster, SnapshotType="automated"
        )
        names.extend(
            snapshot["SnapshotIdentifier"]
            for snapshot in response["Snapshots"]
            if snapshot["Status"] == "available"
        )
        return bool(names)

    wait_until(
        site.connection,
        has_one,
        f"cluster {cluster} has no automated snapshot",
        minutes=_AUTOMATED_MINUTES,
    )
    seen = outcome_of(_authorize(site, names[0], account))
    if seen.outcome == ACCEPTED:
        site.redshift.revoke_snapshot_access(
            SnapshotIdentifier=names[0], AccountWithRestoreAccess=account
        )
    return seen


def ask_copied(site: Site) -> Seen:
    """Give access to a manual snapshot that was copied from another Region."""
    if site.copy_region is None:
        raise NotAskedError("needs another Region to copy to: give --copy-region")
    [account] = site.accounts()
    cluster = site.own_cluster("copied")
    site.redshift.enable_snapshot_copy(
        ClusterIdentifier=cluster,
        DestinationRegion=site.copy_region,
        RetentionPeriod=1,
        ManualSnapshotRetentionPeriod=1,
    )
    there = site.connection.in_region(site.copy_region)
    name = f"copy:{site.label.name('copied')}"
    site.lock.note_untagged(name)
    site.inventory.add(SNAPSHOT, there, name)
    site.create_snapshot("copied", cluster)
    redshift = there.client("redshift")

    def is_there() -> bool:
        pages = redshift.get_paginator("describe_cluster_snapshots").paginate(
            ClusterIdentifier=cluster, SnapshotType="manual"
        )
        return any(
            snapshot["SnapshotIdentifier"] == name and snapshot["Status"] == "available"
            for page in pages
            for snapshot in page["Snapshots"]
        )

    wait_until(site.connection, is_there, f"{name} is not there", minutes=_COPY_MINUTES)
    redshift.create_tags(
        ResourceName=f"arn:{redshift.meta.partition}:redshift:{site.copy_region}:"
        f"{site.account}:snapshot:{cluster}/{name}",
        Tags=site.label.tags,
    )
    return outcome_of(
        lambda: redshift.authorize_snapshot_access(
            SnapshotIdentifier=name, AccountWithRestoreAccess=account
        )
    )


QUESTIONS = (
    Question(
        "authorize-own-account",
        "What does Redshift respond if the owner of a snapshot is authorized?",
        "InvalidParameterValue",
        "The reason of the failed Create is AWS's own instead of a plain one.",
        ask_own_account,
    ),
    Question(
        "authorize-malformed",
        "What does Redshift respond if an account is authorized that is not 12 digits?",
        "InvalidParameterValue",
        "The reason of the failed Create is AWS's own instead of a plain one.",
        ask_malformed,
    ),
    Question(
        "authorize-nonexistent",
        "Does Redshift accept an account that nobody has?",
        ACCEPTED,
        "The documentation could say that a deployment finds a mistyped account.",
        ask_nonexistent,
    ),
    Question(
        "authorize-twice",
        "What does Redshift respond if an account is authorized a second time?",
        "AuthorizationAlreadyExists",
        "A Create that is sent twice fails, and adopting existing access fails.",
        ask_twice,
    ),
    Question(
        "authorize-21st",
        "What does Redshift respond for one account more than the quota of 20 allows?",
        "AuthorizationQuotaExceeded",
        "The reason of the failed Create does not say what to do.",
        ask_21st,
    ),
    Question(
        "authorize-both-names",
        "What does Redshift respond if a call has both an identifier and an ARN?",
        "InvalidParameterValue",
        "Nothing. The function sends one of them.",
        ask_both_names,
    ),
    Question(
        "authorize-while-creating",
        "What does Redshift respond for a snapshot that is being created?",
        "InvalidClusterSnapshotState",
        "A share does not wait for its snapshot, or it waits for one that cannot be "
        "shared.",
        ask_while_creating,
    ),
    Question(
        "authorize-automated",
        "What does Redshift respond for an automated snapshot?",
        "InvalidClusterSnapshotState",
        "Sharing an automated snapshot fails with AWS's own reason.",
        ask_automated,
    ),
    Question(
        "authorize-copied",
        "Can a manual snapshot be shared that was copied from another Region?",
        ACCEPTED,
        "The construct accepts names that begin with `copy:`, and would have to refuse them.",
        ask_copied,
    ),
)
