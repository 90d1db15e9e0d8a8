"""The two front ends of the local Redshift, in process and over HTTP, are one."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.moto_server.werkzeug_app import create_backend_app
from moto.redshift import redshift_backends
from werkzeug.serving import make_server

from local_aws.redshift import Redshift, RedshiftClient
from local_aws.redshift.errors import http_status
from local_aws.redshift.service import SERVED
from local_aws.redshift.urls import register
from redshift_snapshot_share_handler.contract import ATTRIBUTES

OWNER = "000000000000"
OTHER = "210987654321"
REGION = "us-east-1"
ARN = f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:sales/monday"
NOW = datetime(2026, 11, 23, 12, 30, 15, 123000, tzinfo=UTC)

MONDAY = {"SnapshotIdentifier": "monday"}
SHARE = {**MONDAY, "AccountWithRestoreAccess": OTHER}
CLUSTER = {
    "NodeType": "ra3.large",
    "MasterUsername": "admin",
    "MasterUserPassword": "Secret-1",
}
MANY_TAGS = [{"Key": f"key-{number}", "Value": ""} for number in range(50)]

# One story; every line is a call, by an account.
STORY: list[tuple[str, str, dict[str, Any]]] = [
    (OWNER, "describe_cluster_snapshots", {}),
    (OWNER, "describe_cluster_snapshots", MONDAY),
    (OWNER, "create_cluster", {"ClusterIdentifier": "Sales", **CLUSTER}),
    (OWNER, "create_cluster", {"ClusterIdentifier": "sales", **CLUSTER}),
    (
        OWNER,
        "create_cluster",
        {
            "ClusterIdentifier": "secret",
            "Encrypted": True,
            "KmsKeyId": "1234",
            "NumberOfNodes": 2,
            **CLUSTER,
        },
    ),
    (
        OWNER,
        "create_cluster_snapshot",
        {"ClusterIdentifier": "sales", "SnapshotIdentifier": "Monday"},
    ),
    (
        OWNER,
        "create_cluster_snapshot",
        {
            "ClusterIdentifier": "secret",
            "SnapshotIdentifier": "encrypted",
            "ManualSnapshotRetentionPeriod": 7,
            "Tags": [{"Key": "team", "Value": "bi"}, {"Key": "empty", "Value": ""}],
        },
    ),
    (
        OWNER,
        "create_cluster_snapshot",
        {
            "ClusterIdentifier": "sales",
            "SnapshotIdentifier": "slow",
            "Tags": [{"Key": "local-aws:creating-seconds", "Value": "60"}],
        },
    ),
    (
        OWNER,
        "create_cluster_snapshot",
        {"ClusterIdentifier": "sales", "SnapshotIdentifier": "monday"},
    ),
    (
        OWNER,
        "create_cluster_snapshot",
        {"ClusterIdentifier": "nowhere", "SnapshotIdentifier": "x"},
    ),
    (OWNER, "describe_cluster_snapshots", {"SnapshotType": "manual"}),
    (OWNER, "describe_cluster_snapshots", {"TagKeys": ["team"]}),
    (
        OWNER,
        "describe_cluster_snapshots",
        {"EndTime": datetime(2026, 1, 1, tzinfo=UTC)},
    ),
    (OTHER, "describe_cluster_snapshots", {"SnapshotArn": ARN}),
    (
        OTHER,
        "restore_from_cluster_snapshot",
        {"ClusterIdentifier": "mine", "OwnerAccount": OWNER, **MONDAY},
    ),
    (OWNER, "revoke_snapshot_access", SHARE),
    (OWNER, "authorize_snapshot_access", SHARE),
    (OWNER, "authorize_snapshot_access", SHARE),
    (
        OWNER,
        "authorize_snapshot_access",
        {**MONDAY, "AccountWithRestoreAccess": "amazon-redshift-support"},
    ),
    (OWNER, "authorize_snapshot_access", {**MONDAY, "AccountWithRestoreAccess": "1"}),
    (OWNER, "authorize_snapshot_access", {"AccountWithRestoreAccess": OTHER}),
    (OWNER, "authorize_snapshot_access", {**SHARE, "SnapshotIdentifier": "slow"}),
    (OWNER, "authorize_snapshot_access", {**SHARE, "SnapshotIdentifier": "sunday"}),
    (OTHER, "describe_cluster_snapshots", {"SnapshotArn": ARN}),
    (OTHER, "describe_cluster_snapshots", {"OwnerAccount": OWNER}),
    (
        OTHER,
        "authorize_snapshot_access",
        {"SnapshotArn": ARN, "AccountWithRestoreAccess": "111122223333"},
    ),
    (
        OTHER,
        "restore_from_cluster_snapshot",
        {"ClusterIdentifier": "mine", "OwnerAccount": OWNER, **MONDAY},
    ),
    (OWNER, "delete_cluster_snapshot", MONDAY),
    (OWNER, "create_tags", {"ResourceName": ARN, "Tags": [{"Key": "a", "Value": "1"}]}),
    (OWNER, "create_tags", {"ResourceName": ARN, "Tags": MANY_TAGS}),
    (OWNER, "create_tags", {"ResourceName": ARN, "Tags": [{"Key": "#", "Value": ""}]}),
    (OWNER, "create_tags", {"ResourceName": f"{ARN}x", "Tags": MANY_TAGS}),
    (OWNER, "describe_cluster_snapshots", MONDAY),
    (OWNER, "delete_tags", {"ResourceName": ARN, "TagKeys": ["a", "b"]}),
    (OWNER, "revoke_snapshot_access", {**SHARE, "SnapshotClusterIdentifier": "Sales"}),
    (
        OWNER,
        "revoke_snapshot_access",
        {"SnapshotArn": ARN, "AccountWithRestoreAccess": "amazon-redshift-support"},
    ),
    (OWNER, "describe_cluster_snapshots", MONDAY),
    (OWNER, "delete_cluster_snapshot", MONDAY),
]


@pytest.fixture
def endpoint_url() -> Iterator[str]:
    """Moto's server, with the local Redshift, in a thread."""
    moto_backend, clock = redshift_backends.backend, SERVED.clock
    SERVED.backends.clear()
    SERVED.clock = lambda: NOW
    register()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_backend_app("redshift"), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    SERVED.backends.clear()
    SERVED.clock = clock
    redshift_backends.backend = moto_backend
    redshift_backends.clear()


def connect(endpoint_url: str, account: str) -> Any:
    return botocore.session.Session().create_client(
        "redshift",
        region_name=REGION,
        endpoint_url=endpoint_url,
        aws_access_key_id=account,
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


def answer(client: Any, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Call, and leave out what no two calls have in common."""
    try:
        response = getattr(client, operation)(**parameters)
    except ClientError as error:
        response = {**error.response, "operation": error.operation_name}
    assert response["ResponseMetadata"]["RequestId"]
    response["status"] = response.pop("ResponseMetadata")["HTTPStatusCode"]
    if "Cluster" in response:
        # moto knows more of a cluster than the tests in process need.
        response["Cluster"] = response["Cluster"]["ClusterIdentifier"]
    for snapshot in response.get("Snapshots", []):
        if snapshot["SnapshotType"] == "automated":
            # moto names it after the time it is.
            snapshot["SnapshotIdentifier"] = snapshot["SnapshotArn"] = "automated"
            del snapshot["ClusterCreateTime"]
    assert isinstance(response, dict)
    return response


def test_both_front_ends_give_the_same_answers(endpoint_url: str) -> None:
    redshift = Redshift(clock=lambda: NOW)
    over_http = {name: connect(endpoint_url, name) for name in (OWNER, OTHER)}
    in_process = {name: RedshiftClient(redshift, name) for name in (OWNER, OTHER)}
    errors = set()

    for account, operation, parameters in STORY:
        expected = answer(over_http[account], operation, parameters)
        actual = answer(in_process[account], operation, parameters)

        assert actual == expected, (account, operation, parameters)
        errors.add(actual.get("Error", {}).get("Code"))

    assert errors >= {
        "AccessToSnapshotDenied",
        "AuthorizationAlreadyExists",
        "AuthorizationNotFound",
        "ClusterSnapshotNotFound",
        "InvalidClusterSnapshotState",
        "InvalidParameterValue",
        "InvalidTagFault",
        "ResourceNotFoundFault",
        "TagLimitExceededFault",
    }
    for client in over_http.values():
        client.close()


def test_a_snapshot_has_every_field_that_an_attribute_stands_for() -> None:
    """Only snapshots copied from another Region, and managed passwords, are missing."""
    redshift = Redshift(creating_seconds=60)
    client = RedshiftClient(redshift, OWNER)
    client.create_cluster(
        ClusterIdentifier="c", Encrypted=True, KmsKeyId="1234", **CLUSTER
    )
    client.create_cluster_snapshot(
        ClusterIdentifier="c", SnapshotIdentifier="s", ManualSnapshotRetentionPeriod=7
    )
    redshift.creating_seconds = 0
    client.backend.snapshots["s"].available_at = redshift.clock()
    client.authorize_snapshot_access(
        SnapshotIdentifier="s", AccountWithRestoreAccess=OTHER
    )
    [shared] = client.describe_cluster_snapshots(SnapshotIdentifier="s")["Snapshots"]

    assert set(ATTRIBUTES) - set(shared) == {
        "SourceRegion",
        "MasterPasswordSecretArn",
        "MasterPasswordSecretKmsKeyId",
    }
    assert set(shared) <= set(ATTRIBUTES)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("AuthorizationNotFound", 404),
        ("AuthorizationAlreadyExists", 400),
        ("Throttling", 400),
        ("AccessDenied", 403),
        ("UnauthorizedOperation", 403),
    ],
)
def test_codes_have_the_status_of_the_service_model(code: str, status: int) -> None:
    assert http_status(code) == status
