from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from redshift_snapshot_share_handler.snapshot import (
    Snapshot,
    accounts_with_restore_access,
)
from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT
from tests.unit.stubs import ACCOUNT, CLAIMANT

ARN = "arn:aws:redshift:eu-west-1:111122223333:snapshot:sales/sales-2026-11-23"


def snapshot(**fields: Any) -> Snapshot:
    return Snapshot({"SnapshotIdentifier": "sales-2026-11-23", **fields}, ARN)


def test_fields_are_read() -> None:
    seen = snapshot(
        ClusterIdentifier="sales",
        SnapshotType="automated",
        Status="deleted",
    )

    assert seen.identifier == "sales-2026-11-23"
    assert seen.cluster_identifier == "sales"
    assert seen.snapshot_type == "automated"
    assert seen.status == "deleted"


def test_absent_fields_have_defaults() -> None:
    seen = snapshot()

    assert seen.cluster_identifier == ""
    assert seen.snapshot_type == "manual"
    assert seen.status == ""


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"Encrypted": True, "KmsKeyId": "key"}, "key"),
        ({"Encrypted": False, "KmsKeyId": "key"}, ""),
        ({"KmsKeyId": "key"}, ""),
        ({"Encrypted": True, "KmsKeyId": ""}, ""),
        ({"Encrypted": True, "KmsKeyId": None}, ""),
        ({"Encrypted": True}, ""),
    ],
)
def test_a_key_counts_if_the_snapshot_is_encrypted(
    fields: dict[str, Any], key: str
) -> None:
    assert snapshot(**fields).kms_key_id == key


@pytest.mark.parametrize(
    ("status", "is_being_created", "is_available"),
    [
        ("creating", True, False),
        ("final snapshot", True, False),
        ("available", False, True),
        ("failed", False, False),
        ("deleted", False, False),
        ("cancelled", False, False),
        ("", False, False),
    ],
)
def test_a_status_says_whether_waiting_helps(
    status: str, *, is_being_created: bool, is_available: bool
) -> None:
    seen = snapshot(Status=status)

    assert seen.is_being_created is is_being_created
    assert seen.is_available is is_available


def test_an_account_is_found_by_its_id_and_aws_support_by_its_alias() -> None:
    seen = snapshot(
        AccountsWithRestoreAccess=[
            {"AccountId": ACCOUNT, "AccountAlias": ""},
            {"AccountId": "999999999999", "AccountAlias": SUPPORT_ACCOUNT},
        ]
    )

    assert seen.is_shared_with(ACCOUNT)
    assert seen.is_shared_with(SUPPORT_ACCOUNT)
    assert not seen.is_shared_with("210987654322")
    assert not seen.is_shared_with(ACCOUNT[:-1])


@pytest.mark.parametrize(
    "nobody",
    [{}, {"AccountsWithRestoreAccess": []}, {"AccountsWithRestoreAccess": None}],
)
def test_nobody_has_access_when_the_list_is_absent_or_empty(
    nobody: dict[str, Any],
) -> None:
    assert not snapshot(**nobody).is_shared_with(ACCOUNT)
    assert accounts_with_restore_access(nobody) == []


def test_an_entry_without_id_and_alias_is_nobody() -> None:
    assert accounts_with_restore_access({"AccountsWithRestoreAccess": [{}]}) == [""]


@pytest.mark.parametrize(
    ("account", "ignoring_claim", "expected"),
    [
        (ACCOUNT, "", False),
        (ACCOUNT, "another key", False),
        (ACCOUNT, CLAIMANT.key(ACCOUNT), True),
        (SUPPORT_ACCOUNT, "", True),
        ("210987654322", "", False),
    ],
    ids=["claimed", "claimed by others", "but for", "unclaimed", "no access"],
)
def test_access_is_unclaimed_if_nobody_else_claims_it(
    account: str, ignoring_claim: str, *, expected: bool
) -> None:
    claim = CLAIMANT.claim(ACCOUNT, adopted=False)
    seen = snapshot(
        AccountsWithRestoreAccess=[
            {"AccountId": ACCOUNT},
            {"AccountAlias": SUPPORT_ACCOUNT},
        ],
        Tags=[{"Key": claim.key, "Value": claim.value}],
    )

    assert seen.has_unclaimed_access(account, ignoring_claim=ignoring_claim) is expected


def test_claims_for_an_account_are_read_from_the_tags() -> None:
    claim = CLAIMANT.claim(ACCOUNT, adopted=False)
    seen = snapshot(
        Tags=[{"Key": "owner", "Value": "me"}, {"Key": claim.key, "Value": claim.value}]
    )

    assert list(seen.claims(ACCOUNT)) == [claim.key]
    assert seen.claims(SUPPORT_ACCOUNT) == {}


@pytest.mark.parametrize("tags", [{}, {"Tags": []}, {"Tags": None}])
def test_a_snapshot_without_tags_has_no_claims(tags: dict[str, Any]) -> None:
    assert snapshot(**tags).claims(ACCOUNT) == {}


def test_snapshots_are_ranked_by_their_time_and_then_by_name() -> None:
    early = datetime(2026, 11, 23, 3, tzinfo=UTC)
    # The same moment, as other clients may write it.
    same = [early.astimezone(timezone(timedelta(hours=1))), early.replace(tzinfo=None)]
    fields: list[dict[str, object]] = [
        {"SnapshotIdentifier": "unknown"},
        {"SnapshotIdentifier": "a", "SnapshotCreateTime": early},
        {"SnapshotIdentifier": "b", "SnapshotCreateTime": same[0]},
        {"SnapshotIdentifier": "c", "SnapshotCreateTime": same[1]},
        {"SnapshotIdentifier": "0", "SnapshotCreateTime": early + timedelta(1)},
    ]

    ranks = [Snapshot(one, "arn").age_rank for one in fields]

    assert ranks == sorted(ranks)
    assert ranks[2] == (early, "b")
