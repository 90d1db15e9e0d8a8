"""Describing snapshots: which of them an account sees, what of them, and when."""

from typing import Any

from moto.redshift.exceptions import ClusterSnapshotNotFoundError

from local_aws.redshift.caller import Caller, not_exactly_one
from local_aws.redshift.filters import Filters
from local_aws.redshift.names import parse_snapshot_arn
from local_aws.redshift.snapshots import Snapshot

_FILTERS = {"start_time", "end_time", "tag_keys", "tag_values"}
_RESTORABLE_NODE_TYPES = ("ra3.large", "ra3.xlplus", "ra3.4xlarge", "ra3.16xlarge")


def describe_cluster_snapshots(
    caller: Caller,
    *,
    cluster_identifier: str | None = None,
    snapshot_identifier: str | None = None,
    snapshot_type: str | None = None,
    snapshot_arn: str | None = None,
    owner_account: str | None = None,
    **filters: Any,
) -> dict[str, Any]:
    """Describe snapshots of the caller, or those that another account shares with it.

    Snapshots of other accounts are only described if an ARN or `owner_account` asks for
    them.
    """
    if snapshot_identifier and snapshot_arn:
        raise not_exactly_one()
    arn = parse_snapshot_arn(snapshot_arn) if snapshot_arn else None
    identifier = arn.snapshot_identifier if arn else snapshot_identifier
    wanted = Filters(
        cluster_identifier=cluster_identifier,
        snapshot_type=snapshot_type,
        **{name: filters[name] for name in _FILTERS & filters.keys()},
    )
    found = []
    for snapshot in caller.snapshots_of(
        arn.owner_account if arn else owner_account or caller.account,
        identifier or None,
    ):
        tags, accounts = _tags_and_accounts_shown(caller, snapshot)
        if (
            (caller.account == snapshot.owner_account or caller.account in accounts)
            and (arn is None or parse_snapshot_arn(snapshot.arn) == arn)
            and wanted.match(snapshot, caller.account, tags)
        ):
            described = describe(caller, snapshot, tags=tags, accounts=accounts)
            # In the recordings of the real API, only Describe has this.
            described["RestorableNodeTypes"] = list(_RESTORABLE_NODE_TYPES)
            found.append(described)
    if identifier is not None and not found:
        raise ClusterSnapshotNotFoundError(identifier)
    return {"Snapshots": found}


def describe(
    caller: Caller,
    snapshot: Snapshot,
    *,
    tags: dict[str, str] | None = None,
    accounts: dict[str, None] | None = None,
) -> dict[str, Any]:
    """Describe one snapshot to the caller, as the response of any operation does.

    Args:
        caller: The account that asks.
        snapshot: The snapshot.
        tags: The tags to show. Default: those that it has.
        accounts: The accounts to show. Default: those that may restore it.
    """
    described = snapshot.describe(
        caller.account, caller.redshift.clock(), tags=tags, accounts=accounts
    )
    if not caller.redshift.has_snapshot_arns:
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
