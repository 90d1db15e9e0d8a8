"""The clients read responses in the form that was recorded from Redshift.

The bodies are made up; what is there, absent or empty in them is as in recordings of
the real API: https://github.com/cloud-custodian/cloud-custodian, `tests/data/placebo`.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from redshift_snapshot_share_handler.client import Client, make_client
from redshift_snapshot_share_handler.delivery import Function, deliver
from tests.unit.events import CREATE, DELETE, IDLE_ID, MARKED_ID, PAIR_ID, UPDATE
from tests.unit.http_server import serving
from tests.unit.stubs import ACCOUNT, CLAIMANT, OWNER, REGION, STACK, Clock

CLAIM = CLAIMANT.claim(ACCOUNT, adopted=False)
ARN = f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:dwh/sales"

# The parts of a snapshot that differ. Nobody authorized: no element at all.
SHARED = f"""<AccountsWithRestoreAccess>
  <AccountWithRestoreAccess><AccountId>333333333333</AccountId></AccountWithRestoreAccess>
  <AccountWithRestoreAccess><AccountId>{ACCOUNT}</AccountId></AccountWithRestoreAccess>
</AccountsWithRestoreAccess>"""
NO_TAGS = "<Tags/>"
CLAIMED = f"<Tags><Tag><Key>{CLAIM.key}</Key><Value>{CLAIM.value}</Value></Tag></Tags>"
AVAILABLE = """<Status>available</Status>
<TotalBackupSizeInMegaBytes>20.0</TotalBackupSizeInMegaBytes>
<ActualIncrementalBackupSizeInMegaBytes>12.5</ActualIncrementalBackupSizeInMegaBytes>
<BackupProgressInMegaBytes>12.5</BackupProgressInMegaBytes>
<CurrentBackupRateInMegaBytesPerSecond>6.1838</CurrentBackupRateInMegaBytesPerSecond>
<EstimatedSecondsToCompletion>0</EstimatedSecondsToCompletion>
<ElapsedTimeInSeconds>2</ElapsedTimeInSeconds>"""
CREATING = """<Status>creating</Status>
<TotalBackupSizeInMegaBytes>-1.0</TotalBackupSizeInMegaBytes>
<ActualIncrementalBackupSizeInMegaBytes>-1.0</ActualIncrementalBackupSizeInMegaBytes>
<BackupProgressInMegaBytes>0.0</BackupProgressInMegaBytes>
<CurrentBackupRateInMegaBytesPerSecond>0.0</CurrentBackupRateInMegaBytesPerSecond>
<EstimatedSecondsToCompletion>-1</EstimatedSecondsToCompletion>
<ElapsedTimeInSeconds>0</ElapsedTimeInSeconds>"""
# Only Describe has these.
NODE_TYPES = """<RestorableNodeTypes>
  <NodeType>ra3.xlplus</NodeType><NodeType>ra3.4xlarge</NodeType>
</RestorableNodeTypes>"""


def snapshot(*parts: str) -> str:
    """A snapshot that is not encrypted: without KmsKeyId, and without SnapshotArn."""
    return f"""<Snapshot>
<SnapshotIdentifier>sales</SnapshotIdentifier>
<ClusterIdentifier>dwh</ClusterIdentifier>
<SnapshotCreateTime>2026-11-23T04:05:06.789Z</SnapshotCreateTime>
<Port>5439</Port>
<AvailabilityZone>{REGION}a</AvailabilityZone>
<ClusterCreateTime>2026-11-20T10:00:00.120Z</ClusterCreateTime>
<MasterUsername>admin</MasterUsername>
<ClusterVersion>1.0</ClusterVersion>
<SnapshotType>manual</SnapshotType>
<NodeType>ra3.xlplus</NodeType>
<NumberOfNodes>2</NumberOfNodes>
<DBName>dev</DBName>
<VpcId>vpc-0a1b</VpcId>
<Encrypted>false</Encrypted>
<EncryptedWithHSM>false</EncryptedWithHSM>
<OwnerAccount>{OWNER}</OwnerAccount>
<EnhancedVpcRouting>false</EnhancedVpcRouting>
<MaintenanceTrackName>current</MaintenanceTrackName>
<ManualSnapshotRetentionPeriod>-1</ManualSnapshotRetentionPeriod>
{"".join(parts)}
</Snapshot>"""


def answered(operation: str, result: str = "") -> tuple[int, bytes]:
    wrapped = f"<{operation}Result>{result}</{operation}Result>" if result else ""
    return 200, (
        f'<{operation}Response xmlns="http://redshift.amazonaws.com/doc/2012-12-01/">'
        f"{wrapped}<ResponseMetadata><RequestId>aws-1</RequestId></ResponseMetadata>"
        f"</{operation}Response>"
    ).encode()


def described(*parts: str) -> tuple[int, bytes]:
    found = snapshot(*parts, NODE_TYPES)
    return answered("DescribeClusterSnapshots", f"<Snapshots>{found}</Snapshots>")


def changed(operation: str, *parts: str) -> tuple[int, bytes]:
    return answered(operation, snapshot(*parts))


def stack_in(status: str) -> tuple[int, bytes]:
    return 200, (
        '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/'
        '2010-05-15/"><DescribeStacksResult><Stacks><member>'
        f"<StackName>{STACK.name}</StackName><StackId>{STACK.arn}</StackId>"
        "<CreationTime>2026-11-23T04:00:00.000Z</CreationTime>"
        f"<StackStatus>{status}</StackStatus></member></Stacks></DescribeStacksResult>"
        "<ResponseMetadata><RequestId>aws-2</RequestId></ResponseMetadata>"
        "</DescribeStacksResponse>"
    ).encode()


EMPTY_PAGE = answered(
    "DescribeClusterSnapshots", "<Marker>page+2/=</Marker><Snapshots/>"
)
TAGGED = answered("CreateTags")
UNTAGGED = answered("DeleteTags")
DENIED = (
    403,
    (
        b'<ErrorResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><Error>'
        b"<Type>Sender</Type><Code>UnauthorizedOperation</Code><Message>Access Denied. "
        b"Please ensure that your IAM Permissions allow this operation.</Message></Error>"
        b"<RequestId>aws-3</RequestId></ErrorResponse>"
    ),
)


class Delivery(NamedTuple):
    """The response to CloudFormation, and the calls to Redshift."""

    response: dict[str, Any]
    calls: list[dict[str, str]]

    @property
    def actions(self) -> list[str]:
        return [call["Action"] for call in self.calls]


def replay(
    event: dict[str, Any],
    redshift: Sequence[tuple[int, bytes]],
    status: str = "CREATE_IN_PROGRESS",
) -> Delivery:
    """Deliver an event to clients that get responses from a script."""
    told: list[bytes] = []

    def put(url: str, body: bytes) -> int:
        assert url == event["ResponseURL"]
        told.append(body)
        return 200

    def client(service: str, url: str) -> Client:
        environment = {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "made-up",
            "AWS_SECRET_ACCESS_KEY": "made-up",
            "AWS_ENDPOINT_URL": url,
        }
        return make_client(service, environment, (5, 10))

    def no_kms() -> None:
        raise AssertionError("KMS was asked about a snapshot that is not encrypted")

    with serving(redshift) as server, serving([stack_in(status)]) as cloudformation:
        deliver(
            event,
            Function(
                client("redshift", server.url),
                client("cloudformation", cloudformation.url),
                no_kms,
                put,
            ),
            Clock().deadline(),
        )
    [body] = told
    return Delivery(
        json.loads(body),
        [dict(parse_qsl(request.body.decode())) for request in server.requests],
    )


def test_a_snapshot_that_nobody_may_restore_is_shared() -> None:
    response, calls = delivery = replay(
        CREATE,
        [
            described(AVAILABLE, NO_TAGS),
            TAGGED,
            changed("AuthorizeSnapshotAccess", AVAILABLE, NO_TAGS, SHARED),
            described(AVAILABLE, CLAIMED, SHARED),
        ],
    )

    assert delivery.actions == [
        "DescribeClusterSnapshots",
        "CreateTags",
        "AuthorizeSnapshotAccess",
        "DescribeClusterSnapshots",
    ]
    # Redshift did not return the ARN.
    assert calls[1]["ResourceName"] == ARN
    assert calls[1]["Tags.Tag.1.Key"] == CLAIM.key
    assert calls[1]["Tags.Tag.1.Value"] == CLAIM.value
    assert calls[2]["SnapshotIdentifier"] == "sales"
    assert calls[2]["SnapshotClusterIdentifier"] == "dwh"
    assert calls[2]["AccountWithRestoreAccess"] == ACCOUNT
    assert response["Status"] == "SUCCESS"
    assert response["PhysicalResourceId"] == PAIR_ID
    assert response["Data"] == {
        "SnapshotIdentifier": "sales",
        "ClusterIdentifier": "dwh",
        "SnapshotCreateTime": "2026-11-23T04:05:06.789000Z",
        "Status": "available",
        "Port": "5439",
        "AvailabilityZone": f"{REGION}a",
        "ClusterCreateTime": "2026-11-20T10:00:00.120000Z",
        "MasterUsername": "admin",
        "ClusterVersion": "1.0",
        "EngineFullVersion": "",
        "SnapshotType": "manual",
        "NodeType": "ra3.xlplus",
        "NumberOfNodes": "2",
        "DBName": "dev",
        "VpcId": "vpc-0a1b",
        "Encrypted": "false",
        "KmsKeyId": "",
        "EncryptedWithHSM": "false",
        "AccountsWithRestoreAccess": f"333333333333,{ACCOUNT}",
        "OwnerAccount": OWNER,
        "TotalBackupSizeInMegaBytes": "20",
        "ActualIncrementalBackupSizeInMegaBytes": "12.5",
        "BackupProgressInMegaBytes": "12.5",
        "CurrentBackupRateInMegaBytesPerSecond": "6.1838",
        "EstimatedSecondsToCompletion": "0",
        "ElapsedTimeInSeconds": "2",
        "SourceRegion": "",
        "Tags": json.dumps(
            [{"Key": CLAIM.key, "Value": CLAIM.value}], separators=(",", ":")
        ),
        "RestorableNodeTypes": "ra3.xlplus,ra3.4xlarge",
        "EnhancedVpcRouting": "false",
        "MaintenanceTrackName": "current",
        "ManualSnapshotRetentionPeriod": "-1",
        "ManualSnapshotRemainingDays": "",
        "SnapshotRetentionStartTime": "",
        "MasterPasswordSecretArn": "",
        "MasterPasswordSecretKmsKeyId": "",
        # Composed, because Redshift did not return it.
        "SnapshotArn": ARN,
        "Truncated": "",
    }


def test_access_that_somebody_granted_by_hand_is_seen() -> None:
    response, _ = delivery = replay(CREATE, [described(AVAILABLE, NO_TAGS, SHARED)])

    assert set(delivery.actions) == {"DescribeClusterSnapshots"}
    assert response["Status"] == "FAILED"
    assert response["PhysicalResourceId"] == IDLE_ID
    assert f"account {ACCOUNT} already has access" in response["Reason"]


def test_a_snapshot_with_sizes_of_minus_one_is_claimed_and_waited_for() -> None:
    response, _ = delivery = replay(
        CREATE,
        [
            described(CREATING, NO_TAGS),
            TAGGED,
            described(CREATING, CLAIMED),
            described(AVAILABLE, CLAIMED),
            changed("AuthorizeSnapshotAccess", AVAILABLE, CLAIMED, SHARED),
            described(AVAILABLE, CLAIMED, SHARED),
        ],
    )

    assert delivery.actions == [
        "DescribeClusterSnapshots",
        "CreateTags",
        "DescribeClusterSnapshots",
        "DescribeClusterSnapshots",
        "AuthorizeSnapshotAccess",
        "DescribeClusterSnapshots",
    ]
    assert response["Status"] == "SUCCESS"
    assert response["Data"]["TotalBackupSizeInMegaBytes"] == "20"


def test_an_estimate_of_minus_one_is_none() -> None:
    response, _ = replay(
        CREATE, [described(CREATING, NO_TAGS), TAGGED, described(CREATING, CLAIMED)]
    )

    assert response["Status"] == "FAILED"
    assert response["PhysicalResourceId"] == MARKED_ID
    assert "still creating after 600 seconds; deploy again" in response["Reason"]


def test_sizes_of_minus_one_are_attributes_as_they_are() -> None:
    """A rollback does not wait for a snapshot that was created again under the old name."""
    response, _ = replay(
        UPDATE, [described(CREATING, NO_TAGS)], "UPDATE_ROLLBACK_IN_PROGRESS"
    )

    assert response["Status"] == "SUCCESS"
    assert response["Data"]["TotalBackupSizeInMegaBytes"] == "-1"
    assert response["Data"]["EstimatedSecondsToCompletion"] == "-1"
    assert response["Data"]["AccountsWithRestoreAccess"] == ""
    assert response["Data"]["Tags"] == "[]"


def test_a_denial_is_retried_for_a_minute_and_reported_in_the_words_of_aws() -> None:
    response, _ = delivery = replay(CREATE, [DENIED])

    assert len(delivery.calls) > 2
    assert response["Status"] == "FAILED"
    assert response["PhysicalResourceId"] == IDLE_ID
    assert response["Reason"].startswith(
        "the function's role may not do this (Access Denied. Please ensure that your "
        "IAM Permissions allow this operation.); "
    )
    assert response["Reason"].endswith(
        "(DescribeClusterSnapshots: UnauthorizedOperation, AWS request id aws-3)"
    )


def test_a_denial_that_passes_is_survived() -> None:
    response, _ = replay(CREATE, [DENIED, described(AVAILABLE, CLAIMED, SHARED)])

    assert response["Status"] == "SUCCESS"


def test_a_snapshot_on_the_page_after_an_empty_one_is_found() -> None:
    response, calls = delivery = replay(
        CREATE, [EMPTY_PAGE, described(AVAILABLE, CLAIMED, SHARED)]
    )

    assert delivery.actions == ["DescribeClusterSnapshots"] * 2
    assert "Marker" not in calls[0]
    assert calls[1]["Marker"] == "page+2/="
    assert calls[1]["SnapshotIdentifier"] == "sales"
    assert response["Status"] == "SUCCESS"
    assert response["Data"]["AccountsWithRestoreAccess"] == f"333333333333,{ACCOUNT}"


def test_a_share_is_revoked_and_its_claim_removed() -> None:
    """The response to a Revoke already lacks the account."""
    response, calls = delivery = replay(
        DELETE,
        [
            described(AVAILABLE, CLAIMED, SHARED),
            changed("RevokeSnapshotAccess", AVAILABLE, CLAIMED),
            UNTAGGED,
            described(AVAILABLE, NO_TAGS),
        ],
        "DELETE_IN_PROGRESS",
    )

    assert delivery.actions == [
        "DescribeClusterSnapshots",
        "RevokeSnapshotAccess",
        "DeleteTags",
        "DescribeClusterSnapshots",
    ]
    assert calls[1]["AccountWithRestoreAccess"] == ACCOUNT
    assert calls[2]["ResourceName"] == ARN
    assert calls[2]["TagKeys.TagKey.1"] == CLAIM.key
    assert response["Status"] == "SUCCESS"
    assert "Data" not in response
