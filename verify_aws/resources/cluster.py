"""Clusters, which are deleted without a final snapshot."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from verify_aws.connection import Connection
from verify_aws.failure import code_of
from verify_aws.label import PREFIX
from verify_aws.resources.kind import Found, as_dictionary
from verify_aws.waiting import wait_until

_MINUTES = 30
# It is being created, paused or deleted.
_BUSY = "InvalidClusterState"


class _Cluster:
    noun = "cluster"

    def find(self, connection: Connection) -> Iterator[Found]:
        redshift = connection.client("redshift")
        for page in redshift.get_paginator("describe_clusters").paginate():
            for cluster in page["Clusters"]:
                name = cluster["ClusterIdentifier"]
                if name.startswith(PREFIX):
                    yield Found(name, name, as_dictionary(cluster.get("Tags") or []))

    def remove(self, connection: Connection, identifier: str) -> None:
        redshift = connection.client("redshift")
        wait_until(
            connection,
            lambda: _try_to_remove(redshift, identifier),
            f"removing cluster {identifier}",
            minutes=_MINUTES,
        )


def _try_to_remove(redshift: Any, identifier: str) -> bool:
    """Ask for the deletion again and again, until there is nothing to delete."""
    try:
        redshift.delete_cluster(
            ClusterIdentifier=identifier, SkipFinalClusterSnapshot=True
        )
    except ClientError as error:
        if code_of(error) == "ClusterNotFound":
            return True
        if code_of(error) != _BUSY:
            raise
    return False


CLUSTER = _Cluster()
