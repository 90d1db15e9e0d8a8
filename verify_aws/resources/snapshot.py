"""Manual snapshots, which cannot be deleted while they are shared."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from verify_aws.connection import Connection
from verify_aws.failure import code_of
from verify_aws.label import PREFIX
from verify_aws.resources.kind import Found, as_dictionary
from verify_aws.waiting import wait_until

_COPY = "copy:"
_MINUTES = 30
# It is being created, or a restoration or a copy of it is under way, or it was just shared.
_BUSY = frozenset({"InvalidClusterSnapshotState", "InvalidClusterState"})


class _Snapshot:
    noun = "snapshot"

    def find(self, connection: Connection) -> Iterator[Found]:
        redshift = connection.client("redshift")
        for page in redshift.get_paginator("describe_cluster_snapshots").paginate(
            SnapshotType="manual"
        ):
            for snapshot in page["Snapshots"]:
                name = snapshot["SnapshotIdentifier"]
                if name.removeprefix(_COPY).startswith(PREFIX):
                    yield Found(name, name, as_dictionary(snapshot.get("Tags") or []))

    def remove(self, connection: Connection, identifier: str) -> None:
        redshift = connection.client("redshift")
        wait_until(
            connection,
            lambda: _try_to_remove(redshift, identifier),
            f"removing snapshot {identifier}",
            minutes=_MINUTES,
        )


def _try_to_remove(redshift: Any, identifier: str) -> bool:
    try:
        response = redshift.describe_cluster_snapshots(SnapshotIdentifier=identifier)
        for snapshot in response["Snapshots"]:
            unshare(redshift, snapshot)
        redshift.delete_cluster_snapshot(SnapshotIdentifier=identifier)
    except ClientError as error:
        if code_of(error) in _BUSY:
            return False
        if code_of(error) != "ClusterSnapshotNotFound":
            raise
    return True


def unshare(redshift: Any, snapshot: dict[str, Any]) -> None:
    """Revoke all access to a snapshot."""
    for entry in snapshot.get("AccountsWithRestoreAccess") or ():
        try:
            redshift.revoke_snapshot_access(
                SnapshotIdentifier=snapshot["SnapshotIdentifier"],
                AccountWithRestoreAccess=entry.get("AccountId")
                or entry.get("AccountAlias"),
            )
        except ClientError as error:
            if code_of(error) != "AuthorizationNotFound":
                raise


SNAPSHOT = _Snapshot()
