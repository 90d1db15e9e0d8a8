import json
from hashlib import sha256
from typing import Any

import pytest

from redshift_snapshot_share_handler.declared_cluster import (
    DeclarationId,
    digest_of,
    parse_declaration_id,
    parse_declared_cluster,
    parse_declared_id,
)
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from tests.unit.stubs import ACCOUNT, OWNER, STACK

MINIMAL = {
    "ClusterIdentifier": "sales",
    "AccountsWithRestoreAccess": ACCOUNT,
    "Newest": "7",
}
MAXIMAL = {
    **MINIMAL,
    "AccountsWithRestoreAccess": f"{ACCOUNT},333333333333",
    "SnapshotIdentifierPrefix": "weekly-",
    "ManualSnapshotRetentionPeriod": "14",
    "ExistingShare": "ADOPT",
    "RemovalPolicy": "RETAIN",
}


def test_what_is_left_out_has_its_default() -> None:
    declared = parse_declared_cluster(MINIMAL, STACK)

    assert declared.id.cluster_identifier == "sales"
    assert declared.accounts == (ACCOUNT,)
    assert declared.newest == 7
    assert declared.prefix == ""
    assert declared.retention_days == 0
    assert not declared.adopts_existing
    assert not declared.is_retained
    assert declared.wait_seconds == 600


def test_every_property_is_read() -> None:
    declared = parse_declared_cluster(MAXIMAL, STACK)

    assert declared.accounts == (ACCOUNT, "333333333333")
    assert declared.prefix == "weekly-"
    assert declared.retention_days == 14
    assert declared.adopts_existing
    assert declared.is_retained


def test_the_digest_is_of_all_that_is_declared() -> None:
    """The audit, and later versions, have to find the claims by it."""
    text = json.dumps(MAXIMAL, sort_keys=True, separators=(",", ":"))

    assert digest_of(MAXIMAL) == sha256(text.encode()).hexdigest()[:32]
    assert digest_of({**MAXIMAL, "ServiceToken": "arn"}) == digest_of(MAXIMAL)


@pytest.mark.parametrize("name", MAXIMAL)
def test_whatever_changes_is_another_declaration(name: str) -> None:
    assert digest_of({**MAXIMAL, name: "1"}) != digest_of(MAXIMAL)
    rest = {key: value for key, value in MAXIMAL.items() if key != name}
    assert digest_of(rest) != digest_of(MAXIMAL)


def test_the_order_of_properties_does_not_matter() -> None:
    assert digest_of(dict(reversed(MAXIMAL.items()))) == digest_of(MAXIMAL)


def test_an_account_counts_once() -> None:
    properties = {**MINIMAL, "AccountsWithRestoreAccess": f"{ACCOUNT}, {ACCOUNT}"}

    assert parse_declared_cluster(properties, STACK).accounts == (ACCOUNT,)


@pytest.mark.parametrize("newest", ["1", "07", "100"])
def test_a_number_of_snapshots_is_read(newest: str) -> None:
    properties = {**MINIMAL, "Newest": newest}

    assert parse_declared_cluster(properties, STACK).newest == int(newest)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("ClusterIdentifier", "", "cluster_identifier must be 1 to 63"),
        ("ClusterIdentifier", "Sales", "has capital letters"),
        ("AccountsWithRestoreAccess", "", "accounts_with_restore_access must be a 12"),
        ("AccountsWithRestoreAccess", OWNER, "which owns the snapshots"),
        (
            "AccountsWithRestoreAccess",
            ",".join(str(10**11 + number) for number in range(21)),
            "at most 20 accounts, got 21",
        ),
        ("Newest", "", "newest must be 1 to 100, got ''"),
        ("Newest", "0", "newest must be 1 to 100"),
        ("Newest", "101", "newest must be 1 to 100"),
        ("Newest", "1000", "newest must be 1 to 100"),
        ("Newest", "-1", "newest must be 1 to 100"),
        ("Newest", "²", "newest must be 1 to 100"),
        ("Newest", 7, "Newest must be a string, got int"),
        ("SnapshotIdentifierPrefix", "Weekly-", "has capital letters"),
        ("SnapshotIdentifierPrefix", "rs:", "is that of automated snapshots"),
        ("ManualSnapshotRetentionPeriod", "0", "copy_automated_for must be 1 to 3653"),
        ("ManualSnapshotRetentionPeriod", "3654", "copy_automated_for must be 1 to"),
        ("ExistingShare", "adopt", "existing_share must be FAIL or ADOPT"),
        ("RemovalPolicy", "KEEP", "removal_policy must be DESTROY or RETAIN"),
    ],
)
def test_fails_when_nothing_can_be_shared(name: str, value: Any, problem: str) -> None:
    with pytest.raises(SnapshotShareError) as raised:
        parse_declared_cluster({**MINIMAL, name: value}, STACK)

    assert raised.value.reason is Reason.INVALID_PROPERTY
    assert problem in str(raised.value)


def test_fails_when_the_names_of_copies_would_have_a_colon() -> None:
    properties = {**MAXIMAL, "SnapshotIdentifierPrefix": "copy:"}

    with pytest.raises(SnapshotShareError, match="the names of copies begin with it"):
        parse_declared_cluster(properties, STACK)

    del properties["ManualSnapshotRetentionPeriod"]
    assert parse_declared_cluster(properties, STACK).prefix == "copy:"


def test_an_id_is_read_back() -> None:
    declared = parse_declared_id(MINIMAL)

    assert str(declared) == f"sales/{digest_of(MINIMAL)}"
    assert parse_declaration_id(str(declared)) == declared
    assert parse_declared_cluster(MINIMAL, STACK).id == declared


def test_an_id_in_capitals_names_the_same_cluster() -> None:
    assert parse_declared_id({"ClusterIdentifier": "SALES"}).cluster_identifier == (
        "sales"
    )


@pytest.mark.parametrize(
    "physical_resource_id",
    [
        "",
        "sales",
        "sales/210987654321",
        f"sales/{'0' * 31}",
        f"sales/{'0' * 33}",
        f"sales/{'G' * 32}",
        f"/{'0' * 32}",
        f"CREATE_FAILED:{'0' * 32}",
        "analytics-Shares-1ABCDEFGHIJKL",
    ],
)
def test_any_other_id_names_no_declaration(physical_resource_id: str) -> None:
    assert parse_declaration_id(physical_resource_id) is None


def test_a_declaration_is_known_by_its_cluster_and_digest() -> None:
    assert DeclarationId("sales", "0f") == ("sales", "0f")
