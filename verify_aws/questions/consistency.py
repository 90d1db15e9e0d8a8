"""How soon DescribeClusterSnapshots shows what was written."""

import time
from collections.abc import Callable

from verify_aws.question import Question, Seen
from verify_aws.site import Site

#: What the function tolerates.
TOLERATED_SECONDS = 4.0
_IN_TIME = f"within {TOLERATED_SECONDS:g} s"
_LATE = f"later than {TOLERATED_SECONDS:g} s"
_GIVE_UP_SECONDS = 60.0
_PAUSE_SECONDS = 0.1
_ROUNDS = 3
_TAG = "verify:shown"


def _time_until(is_shown: Callable[[], bool]) -> float:
    began = time.monotonic()
    while not is_shown():
        if time.monotonic() - began > _GIVE_UP_SECONDS:
            return _GIVE_UP_SECONDS
        time.sleep(_PAUSE_SECONDS)
    return time.monotonic() - began


def _slowest(rounds: list[float]) -> Seen:
    slowest = max(rounds)
    return Seen(
        _IN_TIME if slowest <= TOLERATED_SECONDS else _LATE,
        f"the slowest of {len(rounds)} took {slowest:.1f} s",
    )


def _has_access(site: Site, snapshot: str, account: str) -> bool:
    entries = site.describe(snapshot).get("AccountsWithRestoreAccess") or ()
    return account in {entry.get("AccountId") for entry in entries}


def _has_tag(site: Site, snapshot: str) -> bool:
    return _TAG in {tag["Key"] for tag in site.describe(snapshot).get("Tags") or ()}


def ask_after_authorize(site: Site) -> Seen:
    """Give access, and look for it."""
    [account] = site.accounts()
    snapshot = site.plain_snapshot()
    rounds = []
    for _ in range(_ROUNDS):
        site.redshift.authorize_snapshot_access(
            SnapshotIdentifier=snapshot, AccountWithRestoreAccess=account
        )
        rounds.append(_time_until(lambda: _has_access(site, snapshot, account)))
        site.redshift.revoke_snapshot_access(
            SnapshotIdentifier=snapshot, AccountWithRestoreAccess=account
        )
        if rounds[-1] > TOLERATED_SECONDS:
            break
        _time_until(lambda: not _has_access(site, snapshot, account))
    return _slowest(rounds)


def ask_after_revoke(site: Site) -> Seen:
    """Take access away, and look whether it still shows."""
    [account] = site.accounts()
    snapshot = site.plain_snapshot()
    rounds = []
    for _ in range(_ROUNDS):
        site.redshift.authorize_snapshot_access(
            SnapshotIdentifier=snapshot, AccountWithRestoreAccess=account
        )
        _time_until(lambda: _has_access(site, snapshot, account))
        site.redshift.revoke_snapshot_access(
            SnapshotIdentifier=snapshot, AccountWithRestoreAccess=account
        )
        rounds.append(_time_until(lambda: not _has_access(site, snapshot, account)))
        if rounds[-1] > TOLERATED_SECONDS:
            break
    return _slowest(rounds)


def _tag(site: Site, arn: str) -> None:
    site.redshift.create_tags(
        ResourceName=arn, Tags=[{"Key": _TAG, "Value": site.label.run}]
    )


def ask_after_tag(site: Site) -> Seen:
    """Write a tag, and look for it."""
    snapshot = site.plain_snapshot()
    arn = site.arn(snapshot)
    rounds = []
    for _ in range(_ROUNDS):
        _tag(site, arn)
        rounds.append(_time_until(lambda: _has_tag(site, snapshot)))
        site.redshift.delete_tags(ResourceName=arn, TagKeys=[_TAG])
        if rounds[-1] > TOLERATED_SECONDS:
            break
        _time_until(lambda: not _has_tag(site, snapshot))
    return _slowest(rounds)


def ask_tag_filter(site: Site) -> Seen:
    """Write a tag, and look for the snapshots that have it."""
    snapshot = site.plain_snapshot()
    _tag(site, site.arn(snapshot))

    def is_found() -> bool:
        response = site.redshift.describe_cluster_snapshots(TagKeys=[_TAG])
        found = [each["SnapshotIdentifier"] for each in response["Snapshots"]]
        return snapshot in found

    return _slowest([_time_until(is_found)])


QUESTIONS = (
    Question(
        "describe-after-authorize",
        "How soon does DescribeClusterSnapshots show an account that was authorized?",
        _IN_TIME,
        "A Create fails although the access is there: its second look comes too early.",
        ask_after_authorize,
    ),
    Question(
        "describe-after-revoke",
        "How soon does DescribeClusterSnapshots no longer show an account that was "
        "revoked?",
        _IN_TIME,
        "A Delete fails, or tries again, although the access is gone.",
        ask_after_revoke,
    ),
    Question(
        "describe-after-tag",
        "How soon does DescribeClusterSnapshots show a tag that was written?",
        _IN_TIME,
        "A Create fails because its claim seems to have been removed.",
        ask_after_tag,
    ),
    Question(
        "describe-tag-filter",
        "How soon does the filter TagKeys of DescribeClusterSnapshots find a tag that was "
        "written?",
        _IN_TIME,
        "A leftover claim is not found at the next request of its resource.",
        ask_tag_filter,
    ),
)
