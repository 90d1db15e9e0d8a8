"""Describes snapshots: which of them an account sees, and which of their fields."""

from collections.abc import Iterable
from typing import Any

from moto.redshift.exceptions import ClusterSnapshotNotFoundError

from local_aws.redshift.caller import Caller, not_exactly_one
from local_aws.redshift.errors import not_implemented
from local_aws.redshift.filters import Filters
from local_aws.redshift.names import parse_snapshot_arn
from local_aws.redshift.pages import after_marker, check_max_records, make_marker
from local_aws.redshift.snapshots import Snapshot

_FILTERS = {
    "cluster_identifier",
    "end_time",
    "snapshot_type",
    "start_time",
    "tag_keys",
    "tag_values",
}
_NO_FILTERS = Filters()
_RESTORABLE_NODE_TYPES = ("ra3.large", "ra3.xlplus", "ra3.4xlarge", "ra3.16xlarge")


def describe_cluster_snapshots(
    caller: Caller,
    *,
    snapshot_identifier: str | None = None,
    snapshot_arn: str | None = None,
    owner_account: str | None = None,
    max_records: int | None = None,
    marker: str | None = None,
    **filters: Any,
) -> dict[str, Any]:
    """Describe snapshots of the caller, or those that another account shares with it.

    Snapshots of other accounts are described only if an ARN or `owner_account` names them.
    """
    if snapshot_identifier and snapshot_arn:
        raise not_exactly_one()
    if unknown := filters.keys() - _FILTERS:
        raise not_implemented(f"DescribeClusterSnapshots with {', '.join(unknown)}")
    arn = parse_snapshot_arn(snapshot_arn) if snapshot_arn else None
    identifier = arn.snapshot_identifier if arn else snapshot_identifier
    wanted = Filters(**filters) if filters else _NO_FILTERS
    page_size = check_max_records(max_records)
    candidates: Iterable[Snapshot] = caller.snapshots_of(
        arn.owner_account if arn else owner_account or caller.account,
        identifier or None,
    )
    if marker is not None:
        candidates = after_marker(candidates, marker)
    found = []
    for snapshot in candidates:
        tags, accounts = _tags_and_accounts_shown(caller, snapshot)
        if (
            (caller.account == snapshot.owner_account or caller.account in accounts)
            and (arn is None or parse_snapshot_arn(snapshot.arn) == arn)
            and wanted.match(snapshot, caller.account, tags)
        ):
            found.append((snapshot, tags, accounts))
    if identifier is not None and not found:
        raise ClusterSnapshotNotFoundError(identifier)
    if caller.redshift.begins_with_an_empty_page and marker is None:
        return {"Snapshots": [], "Marker": make_marker(0)}
    page = found[: min(page_size, caller.redshift.page_size or page_size)]
    snapshots = [
        describe(caller, snapshot, tags=tags, accounts=accounts)
        for snapshot, tags, accounts in page
    ]
    for described in snapshots:
        # In recordings of the real API, only Describe has this field.
        described["RestorableNodeTypes"] = list(_RESTORABLE_NODE_TYPES)
    response: dict[str, Any] = {"Snapshots": snapshots}
    if len(page) < len(found):
        response["Marker"] = make_marker(page[-1][0].number)
    return response


def describe(
    caller: Caller,
    snapshot: Snapshot,
    *,
    tags: dict[str, str] | None = None,
    accounts: dict[str, None] | None = None,
) -> dict[str, Any]:
    """Describe one snapshot to the caller, as the response of every operation does.

    Args:
        caller: The account that asks.
        snapshot: The snapshot.
        tags: The tags to show. Default: those that it has.
        accounts: The accounts to show. Default: those that may restore it.
    """
    redshift = caller.redshift
    described = snapshot.describe(
        caller.account,
        redshift.clock(),
        tags=tags,
        accounts=accounts,
        receiver_sees_tags=redshift.assumptions.receiver_sees_tags == "yes",
    )
    if not redshift.has_snapshot_arns:
        del described["SnapshotArn"]
    return described


def _tags_and_accounts_shown(
    caller: Caller, snapshot: Snapshot
) -> tuple[dict[str, str], dict[str, None]]:
    redshift = caller.redshift
    now = redshift.clock()
    return (
        snapshot.former_tags.state_at(
            snapshot.tags_by_key, now, redshift.tag_lag_seconds
        ),
        snapshot.former_accounts.state_at(
            snapshot.accounts_with_restore_access, now, redshift.account_lag_seconds
        ),
    )
