"""A Redshift client without HTTP, for tests that make millions of calls.

Its methods, parameters, responses and errors are those of a botocore client, but nothing is
serialized.
"""

import itertools
from http import HTTPStatus
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError
from moto.core.exceptions import ServiceException

from local_aws.redshift import clusters
from local_aws.redshift.errors import http_status
from local_aws.redshift.models import find_backend
from local_aws.redshift.service import Redshift

_REQUEST_NUMBERS = itertools.count(1)


class RedshiftClient:
    """A client with an account's credentials.

    Args:
        redshift: The Redshift to call.
        account: The account that calls.
        region: The Region of the endpoint.
    """

    def __init__(
        self, redshift: Redshift, account: str, region: str = "us-east-1"
    ) -> None:
        self.account = account
        self.region = region
        self.backend = find_backend(redshift, account, region)

    def describe_cluster_snapshots(self, **parameters: Any) -> dict[str, Any]:
        """Call DescribeClusterSnapshots."""
        return self._call("DescribeClusterSnapshots", parameters)

    def authorize_snapshot_access(self, **parameters: Any) -> dict[str, Any]:
        """Call AuthorizeSnapshotAccess."""
        return self._call("AuthorizeSnapshotAccess", parameters)

    def revoke_snapshot_access(self, **parameters: Any) -> dict[str, Any]:
        """Call RevokeSnapshotAccess."""
        return self._call("RevokeSnapshotAccess", parameters)

    def create_tags(self, **parameters: Any) -> dict[str, Any]:
        """Call CreateTags."""
        return self._call("CreateTags", parameters)

    def delete_tags(self, **parameters: Any) -> dict[str, Any]:
        """Call DeleteTags."""
        return self._call("DeleteTags", parameters)

    def create_cluster_snapshot(self, **parameters: Any) -> dict[str, Any]:
        """Call CreateClusterSnapshot."""
        return self._call("CreateClusterSnapshot", parameters)

    def copy_cluster_snapshot(self, **parameters: Any) -> dict[str, Any]:
        """Call CopyClusterSnapshot."""
        return self._call("CopyClusterSnapshot", parameters)

    def delete_cluster_snapshot(self, **parameters: Any) -> dict[str, Any]:
        """Call DeleteClusterSnapshot."""
        return self._call("DeleteClusterSnapshot", parameters)

    def modify_cluster_snapshot(self, **parameters: Any) -> dict[str, Any]:
        """Call ModifyClusterSnapshot."""
        return self._call("ModifyClusterSnapshot", parameters)

    def restore_from_cluster_snapshot(self, **parameters: Any) -> dict[str, Any]:
        """Call RestoreFromClusterSnapshot."""
        return self._call("RestoreFromClusterSnapshot", parameters)

    def create_cluster(self, **parameters: Any) -> dict[str, Any]:
        """Call CreateCluster."""
        return self._call("CreateCluster", parameters)

    def _call(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        arguments = {xform_name(name): value for name, value in parameters.items()}
        try:
            if operation == "CreateCluster":
                result = {"Cluster": self._create_cluster(arguments)}
            else:
                result = getattr(self.backend, xform_name(operation))(**arguments)
        except ServiceException as error:
            raise ClientError(
                {
                    "Error": {
                        "Type": "Sender",
                        "Code": error.code,
                        "Message": error.message,
                    },
                    "ResponseMetadata": _response_metadata(http_status(error.code)),
                },
                operation,
            ) from None
        if "Cluster" in result:
            result = {"Cluster": _describe_cluster(result["Cluster"])}
        return {**result, "ResponseMetadata": _response_metadata(HTTPStatus.OK)}

    def _create_cluster(self, arguments: dict[str, Any]) -> Any:
        # moto fills in defaults when it reads HTTP requests.
        return self.backend.create_cluster(
            **{**clusters.DEFAULTS, "region_name": self.region, **arguments}
        )


def _describe_cluster(cluster: Any) -> dict[str, Any]:
    return {
        "ClusterIdentifier": cluster.cluster_identifier,
        "NodeType": cluster.node_type,
        "ClusterStatus": "creating",
        "MasterUsername": cluster.master_username,
        "DBName": cluster.db_name,
        "ClusterCreateTime": cluster.create_time,
        "AvailabilityZone": cluster.availability_zone,
        "NumberOfNodes": cluster.number_of_nodes,
        "Encrypted": cluster.encrypted,
    }


def _response_metadata(status: int) -> dict[str, Any]:
    return {
        "RequestId": f"00000000-0000-4000-8000-{next(_REQUEST_NUMBERS):012x}",
        "HTTPStatusCode": int(status),
        "HTTPHeaders": {},
        "RetryAttempts": 0,
    }
