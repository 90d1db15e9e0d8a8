"""The rules of the local Redshift, in process."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.redshift import Redshift, RedshiftClient
from tests.clusters import make_cluster, make_snapshots
from tests.unit.wall_clock import WallClock

OWNER = "000000000000"
OTHER = "210987654321"
ARN = f"arn:aws:redshift:us-east-1:{OWNER}:snapshot:sales/monday"


@pytest.fixture
def clock() -> WallClock:
    return WallClock(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def redshift(clock: WallClock) -> Redshift:
    return Redshift(clock=clock)


@pytest.fixture
def owner(redshift: Redshift) -> RedshiftClient:
    client = RedshiftClient(redshift, OWNER)
    make_cluster(client)
    make_snapshots(client, "monday")
    return client


@pytest.fixture
def other(redshift: Redshift) -> RedshiftClient:
    return RedshiftClient(redshift, OTHER)


def error_of(call: Callable[..., Any], **parameters: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def describe(client: RedshiftClient, identifier: str = "monday") -> dict[str, Any]:
    [snapshot] = client.describe_cluster_snapshots(SnapshotIdentifier=identifier)[
        "Snapshots"
    ]
    assert isinstance(snapshot, dict)
    return snapshot


def accounts(client: RedshiftClient, identifier: str = "monday") -> list[str]:
    entries = describe(client, identifier).get("AccountsWithRestoreAccess", [])
    return [entry.get("AccountId") or entry["AccountAlias"] for entry in entries]


# AuthorizeSnapshotAccess and RevokeSnapshotAccess


@pytest.mark.parametrize(
    "name",
    [
        {"SnapshotIdentifier": "monday"},
        {"SnapshotIdentifier": "MONDAY", "SnapshotClusterIdentifier": "Sales"},
        {"SnapshotArn": ARN},
        {"SnapshotArn": ARN.replace("sales/monday", "Sales/MONDAY")},
    ],
    ids=["identifier", "case", "arn", "arn, case"],
)
def test_authorizing_grants_access_and_revoking_removes_it(
    owner: RedshiftClient, name: dict[str, str]
) -> None:
    shared = owner.authorize_snapshot_access(AccountWithRestoreAccess=OTHER, **name)

    assert shared["Snapshot"]["AccountsWithRestoreAccess"] == [{"AccountId": OTHER}]
    assert accounts(owner) == [OTHER]

    answer = owner.revoke_snapshot_access(AccountWithRestoreAccess=OTHER, **name)

    assert "AccountsWithRestoreAccess" not in answer["Snapshot"]
    assert accounts(owner) == []


def test_aws_support_shows_as_an_alias(owner: RedshiftClient) -> None:
    owner.authorize_snapshot_access(
        SnapshotIdentifier="monday", AccountWithRestoreAccess="amazon-redshift-support"
    )

    assert describe(owner)["AccountsWithRestoreAccess"] == [
        {"AccountAlias": "amazon-redshift-support"}
    ]


def test_an_account_is_authorized_once(owner: RedshiftClient) -> None:
    share = {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": OTHER}
    owner.authorize_snapshot_access(**share)

    assert error_of(owner.authorize_snapshot_access, **share) == (
        "AuthorizationAlreadyExists",
        400,
    )


def test_an_account_without_access_cannot_lose_it(owner: RedshiftClient) -> None:
    assert error_of(
        owner.revoke_snapshot_access,
        SnapshotIdentifier="monday",
        AccountWithRestoreAccess=OTHER,
    ) == ("AuthorizationNotFound", 404)


def test_twenty_accounts_are_the_quota_of_a_snapshot(owner: RedshiftClient) -> None:
    for number in range(20):
        owner.authorize_snapshot_access(
            SnapshotIdentifier="monday", AccountWithRestoreAccess=f"{number + 1:012d}"
        )

    assert error_of(
        owner.authorize_snapshot_access,
        SnapshotIdentifier="monday",
        AccountWithRestoreAccess=OTHER,
    ) == ("AuthorizationQuotaExceeded", 400)


def test_a_hundred_authorizations_are_the_quota_of_a_key(owner: RedshiftClient) -> None:
    make_cluster(owner, "secret", Encrypted=True, KmsKeyId="key-1")
    make_snapshots(owner, *[f"s{number}" for number in range(6)], cluster="secret")
    for number in range(100):
        owner.authorize_snapshot_access(
            SnapshotIdentifier=f"s{number // 20}",
            AccountWithRestoreAccess=f"{number + 1:012d}",
        )

    assert error_of(
        owner.authorize_snapshot_access,
        SnapshotIdentifier="s5",
        AccountWithRestoreAccess=OTHER,
    ) == ("AuthorizationQuotaExceeded", 400)


@pytest.mark.parametrize("operation", ["authorize", "revoke"])
@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"SnapshotIdentifier": "sunday"}, ("ClusterSnapshotNotFound", 404)),
        (
            {"SnapshotArn": ARN.replace("monday", "sunday")},
            ("ClusterSnapshotNotFound", 404),
        ),
        (
            {"SnapshotArn": ARN.replace("sales", "web")},
            ("ClusterSnapshotNotFound", 404),
        ),
        (
            {"SnapshotArn": ARN.replace("us-east-1", "us-east-2")},
            ("ClusterSnapshotNotFound", 404),
        ),
        (
            {"SnapshotIdentifier": "monday", "SnapshotClusterIdentifier": "web"},
            ("ClusterSnapshotNotFound", 404),
        ),
        ({"SnapshotArn": "arn:aws:s3:::bucket"}, ("InvalidParameterValue", 400)),
        ({}, ("InvalidParameterValue", 400)),
        (
            {"SnapshotIdentifier": "monday", "SnapshotArn": ARN},
            ("InvalidParameterValue", 400),
        ),
        (
            {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": "12"},
            ("InvalidParameterValue", 400),
        ),
        (
            {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": OWNER},
            ("InvalidParameterValue", 400),
        ),
    ],
    ids=[
        "no snapshot",
        "no snapshot, arn",
        "arn with another cluster",
        "arn with another region",
        "another cluster",
        "another arn",
        "neither",
        "both",
        "no account",
        "the owner",
    ],
)
def test_fails_when_the_request_names_the_wrong_thing(
    owner: RedshiftClient,
    operation: str,
    parameters: dict[str, str],
    error: tuple[str, int],
) -> None:
    call = getattr(owner, f"{operation}_snapshot_access")

    assert error_of(call, **{"AccountWithRestoreAccess": OTHER, **parameters}) == error


def test_only_the_owner_shares(owner: RedshiftClient, other: RedshiftClient) -> None:
    owner.authorize_snapshot_access(
        SnapshotIdentifier="monday", AccountWithRestoreAccess=OTHER
    )

    for call in (other.authorize_snapshot_access, other.revoke_snapshot_access):
        assert error_of(
            call, SnapshotArn=ARN, AccountWithRestoreAccess="111122223333"
        ) == ("AccessToSnapshotDenied", 400)


def test_an_account_cannot_revoke_its_own_access(
    owner: RedshiftClient, other: RedshiftClient
) -> None:
    """And is not told that it owns what another account owns."""
    owner.authorize_snapshot_access(
        SnapshotIdentifier="monday", AccountWithRestoreAccess=OTHER
    )

    assert error_of(
        other.revoke_snapshot_access, SnapshotArn=ARN, AccountWithRestoreAccess=OTHER
    ) == ("AccessToSnapshotDenied", 400)


def test_automated_snapshots_cannot_be_shared(owner: RedshiftClient) -> None:
    owner.backend.create_cluster_snapshot(
        "sales", "rs:sales-2026-11-23", snapshot_type="automated"
    )

    assert describe(owner, "rs:sales-2026-11-23")["SnapshotType"] == "automated"
    assert error_of(
        owner.authorize_snapshot_access,
        SnapshotIdentifier="rs:sales-2026-11-23",
        AccountWithRestoreAccess=OTHER,
    ) == ("InvalidClusterSnapshotState", 400)


# States


def test_a_snapshot_is_being_created_for_a_while(
    redshift: Redshift, clock: WallClock, owner: RedshiftClient
) -> None:
    redshift.creating_seconds = 90
    share = {"SnapshotIdentifier": "tuesday", "AccountWithRestoreAccess": OTHER}

    created = owner.create_cluster_snapshot(
        ClusterIdentifier="sales", SnapshotIdentifier="tuesday"
    )

    assert created["Snapshot"]["Status"] == "creating"
    clock.advance(89)
    assert error_of(owner.authorize_snapshot_access, **share) == (
        "InvalidClusterSnapshotState",
        400,
    )
    assert error_of(owner.delete_cluster_snapshot, SnapshotIdentifier="tuesday") == (
        "InvalidClusterSnapshotState",
        400,
    )
    clock.advance(1)
    assert describe(owner, "tuesday")["Status"] == "available"
    owner.authorize_snapshot_access(**share)


def test_tags_of_the_request_decide_how_a_snapshot_is_created(
    clock: WallClock, owner: RedshiftClient
) -> None:
    owner.create_cluster_snapshot(
        ClusterIdentifier="sales",
        SnapshotIdentifier="broken",
        Tags=[
            {"Key": "local-aws:creating-seconds", "Value": "5"},
            {"Key": "local-aws:final-status", "Value": "failed"},
            {"Key": "team", "Value": "bi"},
        ],
    )

    assert describe(owner, "broken")["Status"] == "creating"
    assert describe(owner, "broken")["Tags"] == [{"Key": "team", "Value": "bi"}]
    clock.advance(5)
    assert describe(owner, "broken")["Status"] == "failed"
    assert error_of(
        owner.authorize_snapshot_access,
        SnapshotIdentifier="broken",
        AccountWithRestoreAccess=OTHER,
    ) == ("InvalidClusterSnapshotState", 400)


def test_a_shared_snapshot_cannot_be_deleted(owner: RedshiftClient) -> None:
    share = {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": OTHER}
    owner.authorize_snapshot_access(**share)

    assert error_of(owner.delete_cluster_snapshot, SnapshotIdentifier="monday") == (
        "InvalidClusterSnapshotState",
        400,
    )

    owner.revoke_snapshot_access(**share)
    deleted = owner.delete_cluster_snapshot(SnapshotIdentifier="monday")

    assert deleted["Snapshot"]["Status"] == "deleted"
    assert error_of(owner.describe_cluster_snapshots, SnapshotIdentifier="monday") == (
        "ClusterSnapshotNotFound",
        404,
    )


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"SnapshotIdentifier": "Monday"}, "ClusterSnapshotAlreadyExists"),
        ({"SnapshotIdentifier": "a--b"}, "InvalidParameterValue"),
        ({"SnapshotIdentifier": "rs:a"}, "InvalidParameterValue"),
        ({"SnapshotIdentifier": "a" * 256}, "InvalidParameterValue"),
        ({"SnapshotIdentifier": "b", "ClusterIdentifier": "web"}, "ClusterNotFound"),
        *(
            (
                {
                    "SnapshotIdentifier": "b",
                    "Tags": [{"Key": "local-aws:creating-seconds", "Value": seconds}],
                },
                "InvalidParameterValue",
            )
            for seconds in ("abc", "-1", "nan", "")
        ),
        (
            {
                "SnapshotIdentifier": "b",
                "Tags": [{"Key": "local-aws:estimates-completion", "Value": "yes"}],
            },
            "InvalidParameterValue",
        ),
    ],
)
def test_fails_when_a_snapshot_cannot_be_taken(
    owner: RedshiftClient, parameters: dict[str, str], code: str
) -> None:
    arguments = {"ClusterIdentifier": "sales", **parameters}

    assert error_of(owner.create_cluster_snapshot, **arguments)[0] == code


def test_the_days_a_snapshot_remains_count_down(
    clock: WallClock, owner: RedshiftClient
) -> None:
    owner.create_cluster_snapshot(
        ClusterIdentifier="sales",
        SnapshotIdentifier="short",
        ManualSnapshotRetentionPeriod=7,
    )
    clock.advance(2 * 24 * 3600)

    assert describe(owner, "short")["ManualSnapshotRetentionPeriod"] == 7
    assert describe(owner, "short")["ManualSnapshotRemainingDays"] == 5
    assert describe(owner)["ManualSnapshotRetentionPeriod"] == -1


# What recordings of the real API have


def test_sizes_and_the_time_left_are_unknown_while_a_snapshot_is_created(
    redshift: Redshift, clock: WallClock, owner: RedshiftClient
) -> None:
    redshift.creating_seconds = 90
    make_snapshots(owner, "tuesday")
    clock.advance(30)

    progress = {
        name: value
        for name, value in describe(owner, "tuesday").items()
        if "MegaBytes" in name or "Seconds" in name
    }

    assert progress == {
        "TotalBackupSizeInMegaBytes": -1,
        "ActualIncrementalBackupSizeInMegaBytes": -1,
        "BackupProgressInMegaBytes": 0,
        "CurrentBackupRateInMegaBytesPerSecond": 0,
        "EstimatedSecondsToCompletion": -1,
        "ElapsedTimeInSeconds": 30,
    }
    clock.advance(60)
    assert describe(owner, "tuesday")["TotalBackupSizeInMegaBytes"] > 0
    assert describe(owner, "tuesday")["EstimatedSecondsToCompletion"] == 0


@pytest.mark.parametrize("is_asked_by_a_tag", [True, False])
def test_the_time_left_is_estimated_when_asked_for(
    redshift: Redshift,
    clock: WallClock,
    owner: RedshiftClient,
    *,
    is_asked_by_a_tag: bool,
) -> None:
    redshift.creating_seconds = 90
    redshift.estimates_completion = not is_asked_by_a_tag
    tag = {"Key": "local-aws:estimates-completion", "Value": "true"}
    owner.create_cluster_snapshot(
        ClusterIdentifier="sales",
        SnapshotIdentifier="tuesday",
        Tags=[tag] if is_asked_by_a_tag else [],
    )
    clock.advance(29.5)

    assert describe(owner, "tuesday")["EstimatedSecondsToCompletion"] == 61
    assert describe(owner, "tuesday")["Tags"] == []


def test_only_describe_tells_the_node_types_and_every_response_the_tags(
    owner: RedshiftClient,
) -> None:
    share = {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": OTHER}

    responses = [
        owner.create_cluster_snapshot(
            ClusterIdentifier="sales", SnapshotIdentifier="tuesday"
        ),
        owner.authorize_snapshot_access(**share),
        owner.revoke_snapshot_access(**share),
        owner.delete_cluster_snapshot(SnapshotIdentifier="tuesday"),
    ]

    assert describe(owner)["RestorableNodeTypes"]
    assert describe(owner)["Tags"] == []
    for response in responses:
        assert "RestorableNodeTypes" not in response["Snapshot"]
        assert response["Snapshot"]["Tags"] == []


def test_responses_can_leave_the_arn_out(
    redshift: Redshift, owner: RedshiftClient
) -> None:
    """As they did until June 2023; requests can still name it."""
    redshift.has_snapshot_arns = False

    shared = owner.authorize_snapshot_access(
        SnapshotArn=ARN, AccountWithRestoreAccess=OTHER
    )

    assert "SnapshotArn" not in shared["Snapshot"]
    assert "SnapshotArn" not in describe(owner)
    redshift.has_snapshot_arns = True
    assert describe(owner)["SnapshotArn"] == ARN


# DescribeClusterSnapshots


def test_an_encrypted_snapshot_names_its_key(owner: RedshiftClient) -> None:
    make_cluster(owner, "secret", Encrypted=True, KmsKeyId="1234")
    make_snapshots(owner, "s", cluster="secret")

    assert describe(owner, "s")["Encrypted"] is True
    assert describe(owner, "s")["KmsKeyId"] == (
        f"arn:aws:kms:us-east-1:{OWNER}:key/1234"
    )
    assert "KmsKeyId" not in describe(owner)


def test_responses_are_copies(owner: RedshiftClient) -> None:
    describe(owner)["Tags"].append({"Key": "stray", "Value": ""})
    describe(owner)["RestorableNodeTypes"].clear()

    assert describe(owner)["Tags"] == []
    assert describe(owner)["RestorableNodeTypes"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"ClusterIdentifier": "Sales", "SnapshotType": "manual"}, ["monday"]),
        ({"ClusterIdentifier": "web", "SnapshotType": "manual"}, ["tuesday"]),
        ({"ClusterIdentifier": "nowhere"}, []),
        ({"TagKeys": ["team"]}, ["tuesday"]),
        ({"TagValues": ["bi"]}, ["tuesday"]),
        ({"OwnerAccount": OWNER, "SnapshotType": "manual"}, ["monday", "tuesday"]),
        ({"OwnerAccount": OTHER}, []),
        ({"SnapshotArn": ARN.replace("sales/monday", "Sales/MONDAY")}, ["monday"]),
        ({"StartTime": datetime(2026, 11, 23, 13, tzinfo=UTC)}, ["tuesday"]),
        (
            {
                "EndTime": datetime(2026, 11, 23, 13, tzinfo=UTC),
                "SnapshotType": "manual",
            },
            ["monday"],
        ),
    ],
)
def test_filters_narrow_what_is_described(
    clock: WallClock, owner: RedshiftClient, filters: dict[str, Any], found: list[str]
) -> None:
    make_cluster(owner, "web")
    clock.advance(2 * 3600)
    owner.create_cluster_snapshot(
        ClusterIdentifier="web",
        SnapshotIdentifier="tuesday",
        Tags=[{"Key": "team", "Value": "bi"}],
    )

    snapshots = owner.describe_cluster_snapshots(**filters)["Snapshots"]

    assert [snapshot["SnapshotIdentifier"] for snapshot in snapshots] == found


# What DescribeClusterSnapshots shows late


def test_tags_are_shown_after_their_own_lag(
    redshift: Redshift, clock: WallClock, owner: RedshiftClient
) -> None:
    redshift.tag_lag_seconds = 4
    owner.create_tags(ResourceName=ARN, Tags=[{"Key": "team", "Value": "bi"}])
    clock.advance(1)
    owner.create_tags(ResourceName=ARN, Tags=[{"Key": "team", "Value": "ml"}])
    owner.authorize_snapshot_access(
        SnapshotIdentifier="monday", AccountWithRestoreAccess=OTHER
    )
    shown = [describe(owner)["Tags"]]
    for seconds in (2.5, 0.5, 0.5, 0.5):
        clock.advance(seconds)
        shown.append(describe(owner)["Tags"])
    owner.delete_tags(ResourceName=ARN, TagKeys=["team"])
    clock.advance(3)
    shown.append(describe(owner)["Tags"])
    clock.advance(1)
    shown.append(describe(owner)["Tags"])

    assert [[tag["Value"] for tag in tags] for tags in shown] == [
        [],
        [],
        ["bi"],
        ["bi"],
        ["ml"],
        ["ml"],
        [],
    ]
    assert accounts(owner) == [OTHER]


def test_accounts_are_shown_after_their_own_lag(
    redshift: Redshift, clock: WallClock, owner: RedshiftClient, other: RedshiftClient
) -> None:
    redshift.account_lag_seconds = 3
    share = {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": OTHER}
    owner.authorize_snapshot_access(**share)
    owner.create_tags(ResourceName=ARN, Tags=[{"Key": "team", "Value": "bi"}])
    clock.advance(2)

    assert accounts(owner) == []
    assert describe(owner)["Tags"] == [{"Key": "team", "Value": "bi"}]
    assert error_of(other.describe_cluster_snapshots, SnapshotArn=ARN) == (
        "ClusterSnapshotNotFound",
        404,
    )

    clock.advance(1)

    assert accounts(owner) == [OTHER]
    assert other.describe_cluster_snapshots(SnapshotArn=ARN)["Snapshots"]

    owner.revoke_snapshot_access(**share)
    clock.advance(2)

    assert accounts(owner) == [OTHER]
    clock.advance(1)
    assert accounts(owner) == []


def test_only_describe_is_late(redshift: Redshift, owner: RedshiftClient) -> None:
    """Writes, their responses and their errors are about the true state."""
    redshift.tag_lag_seconds = redshift.account_lag_seconds = 4
    share = {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": OTHER}
    tags = [{"Key": f"key-{number}", "Value": ""} for number in range(50)]

    shared = owner.authorize_snapshot_access(**share)

    assert shared["Snapshot"]["AccountsWithRestoreAccess"] == [{"AccountId": OTHER}]
    assert error_of(owner.authorize_snapshot_access, **share) == (
        "AuthorizationAlreadyExists",
        400,
    )
    assert error_of(owner.delete_cluster_snapshot, SnapshotIdentifier="monday") == (
        "InvalidClusterSnapshotState",
        400,
    )
    RedshiftClient(redshift, OTHER).restore_from_cluster_snapshot(
        ClusterIdentifier="theirs", SnapshotArn=ARN
    )

    owner.create_tags(ResourceName=ARN, Tags=tags)
    assert error_of(
        owner.create_tags, ResourceName=ARN, Tags=[{"Key": "more", "Value": ""}]
    ) == ("TagLimitExceededFault", 400)

    revoked = owner.revoke_snapshot_access(**share)

    assert "AccountsWithRestoreAccess" not in revoked["Snapshot"]
    assert revoked["Snapshot"]["Tags"] == tags
    assert error_of(owner.revoke_snapshot_access, **share) == (
        "AuthorizationNotFound",
        404,
    )
    assert describe(owner)["Tags"] == []


def test_filters_on_tags_find_what_is_shown(
    redshift: Redshift, clock: WallClock, owner: RedshiftClient
) -> None:
    redshift.tag_lag_seconds = 4
    owner.create_tags(ResourceName=ARN, Tags=[{"Key": "team", "Value": "bi"}])
    by_key = {"TagKeys": ["team"]}

    assert owner.describe_cluster_snapshots(**by_key)["Snapshots"] == []
    clock.advance(4)
    assert len(owner.describe_cluster_snapshots(**by_key)["Snapshots"]) == 1


def test_earlier_states_are_kept_only_while_they_are_shown(
    redshift: Redshift, clock: WallClock, owner: RedshiftClient
) -> None:
    def write(times: int) -> None:
        for _ in range(times):
            owner.create_tags(ResourceName=ARN, Tags=[{"Key": "a", "Value": "1"}])
            clock.advance(1)

    former = owner.backend.snapshots["monday"].former_tags
    write(5)
    without_lag = len(former._replaced)
    redshift.tag_lag_seconds = 4
    write(20)

    assert without_lag == 0
    assert len(former._replaced) <= 4


# Other accounts


def test_another_account_sees_a_snapshot_only_while_it_is_shared(
    owner: RedshiftClient, other: RedshiftClient
) -> None:
    share = {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": OTHER}
    by_identifier = {"SnapshotIdentifier": "monday", "OwnerAccount": OWNER}
    owner.create_tags(ResourceName=ARN, Tags=[{"Key": "team", "Value": "bi"}])

    for look in (by_identifier, {"SnapshotArn": ARN}):
        assert error_of(other.describe_cluster_snapshots, **look) == (
            "ClusterSnapshotNotFound",
            404,
        )
    assert other.describe_cluster_snapshots(OwnerAccount=OWNER)["Snapshots"] == []

    owner.authorize_snapshot_access(**share)

    for look in (by_identifier, {"SnapshotArn": ARN}, {"OwnerAccount": OWNER}):
        [seen] = other.describe_cluster_snapshots(**look)["Snapshots"]
        assert seen["OwnerAccount"] == OWNER
        assert "AccountsWithRestoreAccess" not in seen
        assert seen["Tags"] == []
    assert error_of(other.describe_cluster_snapshots, SnapshotIdentifier="monday") == (
        "ClusterSnapshotNotFound",
        404,
    )

    owner.revoke_snapshot_access(**share)

    assert error_of(other.describe_cluster_snapshots, **by_identifier) == (
        "ClusterSnapshotNotFound",
        404,
    )


def test_another_account_restores_a_snapshot_only_while_it_is_shared(
    owner: RedshiftClient, other: RedshiftClient
) -> None:
    share = {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": OTHER}
    by_identifier = {"SnapshotIdentifier": "monday", "OwnerAccount": OWNER}
    denied = ("AccessToSnapshotDenied", 400)

    assert (
        error_of(
            other.restore_from_cluster_snapshot, ClusterIdentifier="x", **by_identifier
        )
        == denied
    )

    owner.authorize_snapshot_access(**share)
    restored = other.restore_from_cluster_snapshot(
        ClusterIdentifier="Mine", **by_identifier
    )
    other.restore_from_cluster_snapshot(
        ClusterIdentifier="too", SnapshotArn=ARN, SnapshotClusterIdentifier="sales"
    )

    assert restored["Cluster"]["ClusterIdentifier"] == "mine"
    assert restored["Cluster"]["NodeType"] == "ra3.large"

    owner.revoke_snapshot_access(**share)

    assert (
        error_of(
            other.restore_from_cluster_snapshot, ClusterIdentifier="x", SnapshotArn=ARN
        )
        == denied
    )


def test_a_snapshot_is_only_in_its_region(redshift: Redshift) -> None:
    elsewhere = RedshiftClient(redshift, OWNER, "eu-west-1")

    assert error_of(
        elsewhere.describe_cluster_snapshots, SnapshotIdentifier="monday"
    ) == ("ClusterSnapshotNotFound", 404)


# Tags


def test_a_tag_key_is_unique_and_takes_the_last_value(owner: RedshiftClient) -> None:
    owner.create_tags(ResourceName=ARN, Tags=[{"Key": "a", "Value": "1"}])
    owner.create_tags(
        ResourceName=ARN, Tags=[{"Key": "a", "Value": "2"}, {"Key": "A", "Value": ""}]
    )

    assert describe(owner)["Tags"] == [
        {"Key": "a", "Value": "2"},
        {"Key": "A", "Value": ""},
    ]

    owner.delete_tags(ResourceName=ARN, TagKeys=["a", "was-never-there"])

    assert describe(owner)["Tags"] == [{"Key": "A", "Value": ""}]


def test_fifty_tags_are_the_limit_and_a_refused_request_changes_nothing(
    owner: RedshiftClient,
) -> None:
    tags = [{"Key": f"key-{number}", "Value": ""} for number in range(50)]
    owner.create_tags(ResourceName=ARN, Tags=tags)

    assert error_of(
        owner.create_tags,
        ResourceName=ARN,
        Tags=[{"Key": "key-0", "Value": "new"}, {"Key": "key-50", "Value": ""}],
    ) == ("TagLimitExceededFault", 400)
    assert describe(owner)["Tags"] == tags
    owner.create_tags(ResourceName=ARN, Tags=[{"Key": "key-0", "Value": "new"}])


@pytest.mark.parametrize(
    "tags",
    [
        [{"Key": "", "Value": ""}],
        [{"Key": "k" * 129, "Value": ""}],
        [{"Key": "a", "Value": "v" * 257}],
        [{"Key": "aws:a", "Value": ""}],
        [{"Key": "a#", "Value": ""}],
        [{"Key": "a", "Value": "[]"}],
        [{"Key": "a", "Value": ""}, {"Key": "a", "Value": ""}],
    ],
    ids=["empty", "long key", "long value", "reserved", "key", "value", "twice"],
)
def test_fails_when_a_tag_is_not_allowed(
    owner: RedshiftClient, tags: list[dict[str, str]]
) -> None:
    assert error_of(owner.create_tags, ResourceName=ARN, Tags=tags) == (
        "InvalidTagFault",
        400,
    )


def test_claims_are_allowed_as_tags(owner: RedshiftClient) -> None:
    claim = {
        "Key": f"redshift-snapshot-share:{OTHER}:0123456789ab",
        "Value": "a-stack/Share/Resource 6f1c0e9a-0000-4000-8000-000000000000 adopted",
    }

    owner.create_tags(ResourceName=ARN, Tags=[claim])

    assert describe(owner)["Tags"] == [claim]


@pytest.mark.parametrize(
    "arn",
    [ARN.replace("monday", "sunday"), ARN.replace("sales", "web"), "arn:aws:s3:::b"],
    ids=["no snapshot", "another cluster", "another service"],
)
def test_fails_when_there_is_nothing_to_tag(owner: RedshiftClient, arn: str) -> None:
    missing = ("ResourceNotFoundFault", 404)

    assert error_of(owner.create_tags, ResourceName=arn, Tags=[]) == missing
    assert error_of(owner.delete_tags, ResourceName=arn, TagKeys=["a"]) == missing


# Clusters


def test_a_cluster_has_an_automated_snapshot_as_long_as_it_lives(
    owner: RedshiftClient,
) -> None:
    automated = {"SnapshotType": "automated"}
    [snapshot] = owner.describe_cluster_snapshots(**automated)["Snapshots"]

    assert snapshot["SnapshotIdentifier"].startswith("rs:sales-")
    assert "ManualSnapshotRetentionPeriod" not in snapshot

    owner.backend.delete_cluster(
        cluster_identifier="sales",
        skip_final_snapshot=True,
        final_cluster_snapshot_identifier=None,
    )

    assert owner.describe_cluster_snapshots(**automated)["Snapshots"] == []
    assert describe(owner)["ClusterIdentifier"] == "sales"


def test_moto_does_not_keep_what_tests_make(redshift: Redshift) -> None:
    """A model-based test makes millions of worlds in one process."""
    from moto.redshift.models import Cluster, SecurityGroup  # noqa: PLC0415

    make_cluster(RedshiftClient(redshift, OWNER), "web")

    assert Cluster.instances_tracked == []
    assert SecurityGroup.instances_tracked == []
