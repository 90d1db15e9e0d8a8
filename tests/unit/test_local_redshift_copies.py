"""Copies, automated snapshots, quotas and pages of the local Redshift."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.redshift import Redshift, RedshiftClient
from tests.clusters import PROPERTIES, make_cluster
from tests.unit.wall_clock import WallClock

OWNER = "000000000000"
BEGINNING = datetime(2026, 11, 23, 4, 0, 5, tzinfo=UTC)
AUTOMATED = "rs:sales-2026-11-23-04-00-05"
COPY = {
    "SourceSnapshotIdentifier": AUTOMATED,
    "TargetSnapshotIdentifier": "weekly-1",
}


@pytest.fixture
def clock() -> WallClock:
    return WallClock(BEGINNING)


@pytest.fixture
def redshift(clock: WallClock) -> Redshift:
    return Redshift(clock=clock)


@pytest.fixture
def owner(redshift: Redshift) -> RedshiftClient:
    client = RedshiftClient(redshift, OWNER)
    make_cluster(client, "Sales")
    return client


def take(client: RedshiftClient, identifier: str, **tags: str) -> dict[str, Any]:
    snapshot = client.create_cluster_snapshot(
        ClusterIdentifier="sales",
        SnapshotIdentifier=identifier,
        Tags=[
            {"Key": f"local-aws:{key.replace('_', '-')}", "Value": value}
            for key, value in tags.items()
        ],
    )["Snapshot"]
    assert isinstance(snapshot, dict)
    return snapshot


def names(response: dict[str, Any]) -> list[str]:
    return [snapshot["SnapshotIdentifier"] for snapshot in response["Snapshots"]]


def pages(client: RedshiftClient, **parameters: Any) -> Iterator[list[str]]:
    marker: dict[str, str] = {}
    while True:
        page = client.describe_cluster_snapshots(**parameters, **marker)
        yield names(page)
        if "Marker" not in page:
            return
        marker = {"Marker": page["Marker"]}


def code_of(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    code: str = caught.value.response["Error"]["Code"]
    return code


# Automated snapshots


def test_a_new_cluster_has_an_automated_snapshot_of_its_time(
    owner: RedshiftClient,
) -> None:
    [snapshot] = owner.describe_cluster_snapshots()["Snapshots"]

    assert snapshot["SnapshotIdentifier"] == AUTOMATED
    assert snapshot["SnapshotType"] == "automated"
    assert snapshot["ClusterCreateTime"] == BEGINNING


def test_automated_snapshots_are_taken_on_request(
    clock: WallClock, owner: RedshiftClient
) -> None:
    clock.advance(3600)
    by_tag = take(owner, "ignored", automated="true")
    clock.advance(3600)
    owner.backend.take_automated_snapshot("SALES")

    assert by_tag["SnapshotType"] == "automated"
    assert by_tag["Tags"] == []
    assert names(owner.describe_cluster_snapshots(SnapshotType="automated")) == [
        AUTOMATED,
        "rs:sales-2026-11-23-05-00-05",
        "rs:sales-2026-11-23-06-00-05",
    ]


def test_an_automated_snapshot_can_be_created_for_a_while(
    clock: WallClock, owner: RedshiftClient
) -> None:
    clock.advance(1)

    snapshot = take(owner, "ignored", automated="true", creating_seconds="10")

    assert snapshot["Status"] == "creating"


# CopyClusterSnapshot


def test_a_copy_is_a_manual_snapshot_of_the_same_data(
    clock: WallClock, owner: RedshiftClient
) -> None:
    clock.advance(3600)

    copy = owner.copy_cluster_snapshot(
        **COPY, ManualSnapshotRetentionPeriod=7, SourceSnapshotClusterIdentifier="Sales"
    )["Snapshot"]

    assert copy["SnapshotIdentifier"] == "weekly-1"
    assert copy["SnapshotType"] == "manual"
    assert copy["ClusterIdentifier"] == "sales"
    assert copy["SnapshotCreateTime"] == BEGINNING
    assert copy["SnapshotRetentionStartTime"] == clock.now
    assert copy["ManualSnapshotRetentionPeriod"] == 7
    assert copy["Tags"] == []
    assert copy["SnapshotArn"].endswith(":snapshot:sales/weekly-1")
    assert names(owner.describe_cluster_snapshots()) == [AUTOMATED, "weekly-1"]


def test_a_copy_is_independent_of_its_source(
    redshift: Redshift, clock: WallClock, owner: RedshiftClient
) -> None:
    redshift.creating_seconds = 60
    share = {"SnapshotIdentifier": "weekly-1", "AccountWithRestoreAccess": "2" * 12}

    owner.copy_cluster_snapshot(**COPY)

    assert code_of(owner.authorize_snapshot_access, **share) == (
        "InvalidClusterSnapshotState"
    )
    clock.advance(60)
    owner.authorize_snapshot_access(**share)
    copy = owner.backend.snapshots["weekly-1"]
    owner.create_tags(ResourceName=copy.arn, Tags=[{"Key": "a", "Value": ""}])
    source = owner.backend.snapshots[AUTOMATED]
    assert source.accounts_with_restore_access == {}
    assert source.tags_by_key == {}


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"SourceSnapshotIdentifier": "monday"}, "InvalidClusterSnapshotState"),
        ({"SourceSnapshotIdentifier": "sunday"}, "ClusterSnapshotNotFound"),
        ({"SourceSnapshotClusterIdentifier": "web"}, "ClusterSnapshotNotFound"),
        ({"TargetSnapshotIdentifier": "Monday"}, "ClusterSnapshotAlreadyExists"),
        ({"TargetSnapshotIdentifier": "rs:copy"}, "InvalidParameterValue"),
        ({"TargetSnapshotIdentifier": "a--b"}, "InvalidParameterValue"),
        ({"TargetSnapshotIdentifier": ""}, "InvalidParameterValue"),
        ({"ManualSnapshotRetentionPeriod": 0}, "InvalidRetentionPeriodFault"),
        ({"ManualSnapshotRetentionPeriod": -2}, "InvalidRetentionPeriodFault"),
        ({"ManualSnapshotRetentionPeriod": 3654}, "InvalidRetentionPeriodFault"),
    ],
)
def test_fails_when_a_snapshot_cannot_be_copied(
    owner: RedshiftClient, parameters: dict[str, Any], code: str
) -> None:
    take(owner, "monday")

    assert code_of(owner.copy_cluster_snapshot, **{**COPY, **parameters}) == code
    assert names(owner.describe_cluster_snapshots()) == [AUTOMATED, "monday"]


def test_fails_when_the_source_is_not_available(
    clock: WallClock, owner: RedshiftClient
) -> None:
    clock.advance(1)
    source = take(owner, "ignored", automated="true", creating_seconds="10")

    assert (
        code_of(
            owner.copy_cluster_snapshot,
            SourceSnapshotIdentifier=source["SnapshotIdentifier"],
            TargetSnapshotIdentifier="weekly-1",
        )
        == "InvalidClusterSnapshotState"
    )


@pytest.mark.parametrize("days", [-1, 1, 3653])
def test_retention_periods_of_the_api_are_allowed(
    owner: RedshiftClient, days: int
) -> None:
    copy = owner.copy_cluster_snapshot(**COPY, ManualSnapshotRetentionPeriod=days)

    assert copy["Snapshot"]["ManualSnapshotRetentionPeriod"] == days


@pytest.mark.parametrize("days", [0, -2, 3654])
def test_fails_when_a_retention_period_is_not_of_the_api(
    owner: RedshiftClient, days: int
) -> None:
    assert (
        code_of(
            owner.create_cluster_snapshot,
            ClusterIdentifier="sales",
            SnapshotIdentifier="monday",
            ManualSnapshotRetentionPeriod=days,
        )
        == "InvalidRetentionPeriodFault"
    )


# Quota


def test_the_quota_counts_manual_snapshots_of_a_region(
    redshift: Redshift, clock: WallClock, owner: RedshiftClient
) -> None:
    redshift.manual_snapshot_quota = 2
    take(owner, "one")
    owner.copy_cluster_snapshot(**COPY)

    assert (
        code_of(
            owner.create_cluster_snapshot,
            ClusterIdentifier="sales",
            SnapshotIdentifier="three",
        )
        == "ClusterSnapshotQuotaExceeded"
    )
    assert (
        code_of(
            owner.copy_cluster_snapshot,
            **{**COPY, "TargetSnapshotIdentifier": "three"},
        )
        == "ClusterSnapshotQuotaExceeded"
    )
    clock.advance(1)
    take(owner, "ignored", automated="true")
    owner.delete_cluster_snapshot(SnapshotIdentifier="one")
    take(owner, "three")


# Pages


def test_a_page_has_a_hundred_snapshots_unless_fewer_are_asked_for(
    owner: RedshiftClient,
) -> None:
    expected = [AUTOMATED] + [
        take(owner, f"s{n}")["SnapshotIdentifier"] for n in range(104)
    ]

    whole, rest = pages(owner)
    by_twenty = list(pages(owner, MaxRecords=20))

    assert [len(whole), len(rest)] == [100, 5]
    assert whole + rest == expected
    assert [len(page) for page in by_twenty] == [20, 20, 20, 20, 20, 5]
    assert [name for page in by_twenty for name in page] == expected


def test_the_last_page_has_no_marker_even_when_it_is_full(
    owner: RedshiftClient,
) -> None:
    for number in range(20):
        take(owner, f"s{number}")

    manual = {"SnapshotType": "manual", "MaxRecords": 20}

    assert "Marker" not in owner.describe_cluster_snapshots(**manual)


def test_no_snapshot_is_skipped_when_others_are_deleted_between_two_pages(
    redshift: Redshift, owner: RedshiftClient
) -> None:
    redshift.page_size = 2
    for number in range(5):
        take(owner, f"s{number}")
    manual = {"SnapshotType": "manual"}
    first = owner.describe_cluster_snapshots(**manual)
    for name in names(first):
        owner.delete_cluster_snapshot(SnapshotIdentifier=name)

    second = owner.describe_cluster_snapshots(**manual, Marker=first["Marker"])

    assert names(first) == ["s0", "s1"]
    assert names(second) == ["s2", "s3"]


def test_the_first_page_can_be_empty(redshift: Redshift, owner: RedshiftClient) -> None:
    redshift.begins_with_an_empty_page = True
    take(owner, "monday")

    assert list(pages(owner, SnapshotIdentifier="monday")) == [[], ["monday"]]
    assert list(pages(owner)) == [[], [AUTOMATED, "monday"]]
    assert (
        code_of(owner.describe_cluster_snapshots, SnapshotIdentifier="sunday")
        == "ClusterSnapshotNotFound"
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {"MaxRecords": 19},
        {"MaxRecords": 101},
        {"Marker": "nonsense"},
        {"Marker": ""},
        {"Marker": "b3RoZXI="},
        {"SnapshotType": "Manual"},
    ],
)
def test_fails_when_redshift_would_not_understand(
    owner: RedshiftClient, parameters: dict[str, Any]
) -> None:
    assert (
        code_of(owner.describe_cluster_snapshots, **parameters)
        == "InvalidParameterValue"
    )


@pytest.mark.parametrize("name", ["ClusterExists", "SortingEntities"])
def test_operations_that_do_not_exist_say_so(owner: RedshiftClient, name: str) -> None:
    with pytest.raises(
        ClientError, match=r"NotImplemented.*The local AWS does not have"
    ):
        owner.describe_cluster_snapshots(**{name: [{"Attribute": "CREATE_TIME"}]})


# Clusters


def test_identifiers_of_clusters_are_not_case_sensitive(owner: RedshiftClient) -> None:
    backend = owner.backend

    assert backend.describe_clusters("SALES") == [backend.clusters["sales"]]
    assert (
        code_of(owner.create_cluster, ClusterIdentifier="sAles", **PROPERTIES)
        == "ClusterAlreadyExists"
    )
    backend.modify_cluster(cluster_identifier="SALES", node_type="ra3.4xlarge")
    assert backend.clusters["sales"].node_type == "ra3.4xlarge"
    arn = f"arn:aws:redshift:us-east-1:{OWNER}:cluster:sales"
    owner.create_tags(ResourceName=arn, Tags=[{"Key": "a", "Value": "1"}])
    assert backend.clusters["Sales"].tags == [{"Key": "a", "Value": "1"}]
    backend.delete_cluster(
        cluster_identifier="SALES",
        skip_final_snapshot=False,
        final_cluster_snapshot_identifier="last",
    )
    assert names(owner.describe_cluster_snapshots()) == ["last"]
