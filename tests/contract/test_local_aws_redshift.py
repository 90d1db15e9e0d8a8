"""The two front ends of the local Redshift, in process and over HTTP, are one."""

import logging
import threading
import urllib.error
import urllib.request
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
from tests.clusters import PROPERTIES, make_cluster, make_snapshots

OWNER = "000000000000"
OTHER = "210987654321"
REGION = "us-east-1"
ARN = f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:sales/monday"
NOW = datetime(2026, 11, 23, 12, 30, 15, 123000, tzinfo=UTC)

MONDAY = {"SnapshotIdentifier": "monday"}
SHARE = {**MONDAY, "AccountWithRestoreAccess": OTHER}
COPY = {
    "SourceSnapshotIdentifier": "rs:sales-2026-11-23-12-30-15",
    "TargetSnapshotIdentifier": "weekly-1",
}
MANY_TAGS = [{"Key": f"key-{number}", "Value": ""} for number in range(50)]

# One story; every line is a call, by an account.
STORY: list[tuple[str, str, dict[str, Any]]] = [
    (OWNER, "describe_cluster_snapshots", {}),
    (OWNER, "describe_cluster_snapshots", MONDAY),
    (OWNER, "create_cluster", {"ClusterIdentifier": "Sales", **PROPERTIES}),
    (OWNER, "create_cluster", {"ClusterIdentifier": "sales", **PROPERTIES}),
    (
        OWNER,
        "create_cluster",
        {
            "ClusterIdentifier": "secret",
            "Encrypted": True,
            "KmsKeyId": "1234",
            "NumberOfNodes": 2,
            **PROPERTIES,
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
    (OWNER, "copy_cluster_snapshot", {**COPY, "ManualSnapshotRetentionPeriod": 7}),
    (OWNER, "copy_cluster_snapshot", {**COPY, "SourceSnapshotIdentifier": "slow"}),
    (OWNER, "copy_cluster_snapshot", {**COPY, "ManualSnapshotRetentionPeriod": 0}),
    (OWNER, "describe_cluster_snapshots", {"MaxRecords": 20}),
    (OWNER, "describe_cluster_snapshots", {"MaxRecords": 1}),
    (OWNER, "describe_cluster_snapshots", {"Marker": "nonsense"}),
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
    """Make a call, and leave out what differs in every call."""
    try:
        response = getattr(client, operation)(**parameters)
    except ClientError as error:
        response = {**error.response, "operation": error.operation_name}
    assert response["ResponseMetadata"]["RequestId"]
    response["status"] = response.pop("ResponseMetadata")["HTTPStatusCode"]
    if "Cluster" in response:
        # moto describes more of a cluster than the tests in process need.
        response["Cluster"] = response["Cluster"]["ClusterIdentifier"]
    assert isinstance(response, dict)
    return response


def test_both_front_ends_give_the_same_responses(endpoint_url: str) -> None:
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
        "InvalidRetentionPeriodFault",
        "InvalidTagFault",
        "ResourceNotFoundFault",
        "TagLimitExceededFault",
    }
    for client in over_http.values():
        client.close()


def test_clients_follow_the_pages(
    endpoint_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SERVED, "page_size", 2)
    monkeypatch.setattr(SERVED, "begins_with_an_empty_page", True)
    client = connect(endpoint_url, OWNER)
    make_cluster(client)
    make_snapshots(client, "s0", "s1", "s2", "s3")

    pages = [
        [snapshot["SnapshotIdentifier"] for snapshot in page["Snapshots"]]
        for page in client.get_paginator("describe_cluster_snapshots").paginate()
    ]

    assert pages == [[], ["rs:sales-2026-11-23-12-30-15", "s0"], ["s1", "s2"], ["s3"]]
    client.close()


def test_operations_that_are_missing_say_so(endpoint_url: str) -> None:
    """Not with an HTML page, which SDKs report as an unknown error and retry."""
    client = connect(endpoint_url, OWNER)

    with pytest.raises(ClientError) as missing:
        client.describe_snapshot_schedules()
    with pytest.raises(ClientError) as no_cluster:
        client.enable_snapshot_copy(ClusterIdentifier="x", DestinationRegion="y")

    assert missing.value.response["Error"] == {
        "Type": "Sender",
        "Code": "NotImplemented",
        "Message": "The local AWS does not have DescribeSnapshotSchedules",
    }
    assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert missing.value.response["ResponseMetadata"]["RequestId"]
    assert no_cluster.value.response["Error"]["Code"] == "ClusterNotFound"
    client.close()


def test_fails_when_there_is_no_such_operation(endpoint_url: str) -> None:
    request = urllib.request.Request(
        endpoint_url,
        data=b"Action=ShareSnapshot<>&Version=2012-12-01",
        headers={
            "Authorization": f"AWS4-HMAC-SHA256 Credential={OWNER}/20261124/{REGION}"
            "/redshift/aws4_request, SignedHeaders=host, Signature=0"
        },
    )

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)

    body = caught.value.read().decode()
    caught.value.close()
    assert caught.value.code == 400
    assert "<Code>InvalidAction</Code>" in body
    assert "no operation 'ShareSnapshot&lt;&gt;'" in body


def test_a_failure_of_the_local_aws_is_an_error_of_the_server(
    endpoint_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(SERVED, "clock", None)
    client = connect(endpoint_url, OWNER)

    with pytest.raises(ClientError) as caught:
        make_cluster(client)

    assert caught.value.response["Error"]["Code"] == "InternalFailure"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert "Traceback" in capsys.readouterr().err
    client.close()


def test_a_snapshot_has_every_field_that_an_attribute_stands_for() -> None:
    """Only snapshots copied from another Region, and managed passwords, are missing."""
    redshift = Redshift(creating_seconds=60)
    client = RedshiftClient(redshift, OWNER)
    make_cluster(client, "c", Encrypted=True, KmsKeyId="1234")
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
