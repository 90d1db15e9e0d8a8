from typing import Any

import pytest

from redshift_snapshot_share_handler.declared_share import (
    DeclaredShare,
    parse_declared_pair,
    parse_declared_share,
)
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT
from tests.unit.stubs import ACCOUNT, OWNER, REGION, STACK

ARN = f"arn:aws:redshift:{REGION}:{OWNER}:snapshot:sales/sales-2026-11-23"
MINIMAL = {
    "SnapshotIdentifier": "sales-2026-11-23",
    "AccountWithRestoreAccess": ACCOUNT,
}
BY_ARN = {"SnapshotArn": ARN, "AccountWithRestoreAccess": ACCOUNT}


def parse(properties: dict[str, Any], **more: Any) -> DeclaredShare:
    return parse_declared_share({**properties, **more}, STACK)


def refused(properties: dict[str, Any], **more: Any) -> str:
    with pytest.raises(SnapshotShareError) as raised:
        parse(properties, **more)
    assert raised.value.reason is Reason.INVALID_PROPERTY
    return str(raised.value)


def test_all_but_snapshot_and_account_has_a_default() -> None:
    assert parse(MINIMAL) == DeclaredShare(
        pair=Pair("sales-2026-11-23", ACCOUNT),
        cluster_identifier="",
        adopts_existing=False,
        wait_seconds=600,
    )


def test_every_property_counts() -> None:
    share = parse(
        MINIMAL,
        SnapshotClusterIdentifier="sales",
        ExistingShare="ADOPT",
        WaitForSnapshot="720",
        RemovalPolicy="RETAIN",
    )

    assert share == DeclaredShare(
        Pair("sales-2026-11-23", ACCOUNT), "sales", True, 720, is_retained=True
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SnapshotIdentifier", "Sales-2026-11-23"),
        ("SnapshotClusterIdentifier", "saleS"),
    ],
)
def test_fails_when_a_token_has_capitals_and_says_why(name: str, value: str) -> None:
    text = refused(MINIMAL, **{name: value})

    assert f"{value!r} has capital letters and is known only at deployment" in text
    assert "write it in lower case" in text


def test_fails_when_a_token_gives_an_arn_with_capitals() -> None:
    arn = BY_ARN["SnapshotArn"].replace("sales-2026", "Sales-2026")

    assert "has capital letters" in refused(BY_ARN, SnapshotArn=arn)


def test_the_pair_is_read_whatever_the_case() -> None:
    """A Delete must find what an earlier version has shared."""
    properties = {**MINIMAL, "SnapshotIdentifier": "SALES-2026-11-23"}

    assert parse_declared_pair(properties, STACK) == parse(MINIMAL).pair


@pytest.mark.parametrize("name", ["copy:sales", "awsbackup:job-1e5a"])
def test_a_name_with_a_colon_is_left_to_redshift(name: str) -> None:
    arn = ARN.replace("/sales-2026-11-23", f"/{name}")

    assert parse(MINIMAL, SnapshotIdentifier=name).pair == Pair(name, ACCOUNT)
    assert parse(BY_ARN, SnapshotArn=arn).pair == Pair(name, ACCOUNT)


def test_an_account_may_be_written_with_capitals_and_space() -> None:
    """No policy of the function names the account."""
    account = f" {SUPPORT_ACCOUNT.upper()} "

    share = parse(MINIMAL, AccountWithRestoreAccess=account)

    assert share.pair.account == SUPPORT_ACCOUNT


def test_the_space_around_an_identifier_is_seen_in_the_message() -> None:
    assert "got ' sales'" in refused(MINIMAL, SnapshotIdentifier=" sales")


@pytest.mark.parametrize("value", ["Retain", "SNAPSHOT"])
def test_fails_when_the_removal_policy_is_none(value: str) -> None:
    text = refused(MINIMAL, RemovalPolicy=value)

    assert text.startswith(f"removal_policy must be DESTROY or RETAIN, got {value!r}; ")


def test_identifier_and_arn_of_one_snapshot_are_one_pair() -> None:
    assert parse(BY_ARN).pair == parse(MINIMAL).pair


def test_an_arn_names_the_cluster_too() -> None:
    assert parse(BY_ARN).cluster_identifier == "sales"
    assert parse(BY_ARN, SnapshotClusterIdentifier="sales") == parse(BY_ARN)


def test_aws_support_is_an_account() -> None:
    share = parse(MINIMAL, AccountWithRestoreAccess=SUPPORT_ACCOUNT)

    assert share.pair.account == SUPPORT_ACCOUNT


def test_properties_of_later_versions_are_ignored() -> None:
    later = {"ServiceToken": "arn", "ServiceTimeout": "960", "New": {"a": ["b"]}}

    assert parse(MINIMAL, **later) == parse(MINIMAL)


def test_an_empty_property_counts_as_absent() -> None:
    empty = {
        "SnapshotArn": "",
        "SnapshotClusterIdentifier": "",
        "ExistingShare": "",
        "WaitForSnapshot": "",
        "RemovalPolicy": "",
    }

    assert parse(MINIMAL, **empty) == parse(MINIMAL)


@pytest.mark.parametrize("seconds", ["0", "1", "007", "720"])
def test_a_wait_is_0_to_720_seconds(seconds: str) -> None:
    assert parse(MINIMAL, WaitForSnapshot=seconds).wait_seconds == int(seconds)


@pytest.mark.parametrize(
    "value", ["721", "999", "1000", "0720", "-1", "1.5", "ten", " 5", "٣", "9" * 5000]
)
def test_fails_when_a_wait_is_none(value: str) -> None:
    text = refused(MINIMAL, WaitForSnapshot=value)

    assert text.startswith("wait_for_snapshot must be 0 to 720 seconds, got '")
    assert len(text) < 200


@pytest.mark.parametrize("value", ["adopt", "KEEP", "x" * 5000])
def test_fails_when_existing_share_is_neither(value: str) -> None:
    text = refused(MINIMAL, ExistingShare=value)

    assert text.startswith("existing_share must be FAIL or ADOPT, got '")
    assert len(text) < 200


def test_fails_when_the_account_is_missing() -> None:
    assert "12-digit AWS account id" in refused({"SnapshotIdentifier": "sales"})


def test_fails_when_the_account_owns_the_snapshot() -> None:
    text = refused(MINIMAL, AccountWithRestoreAccess=OWNER)

    assert f"{OWNER} owns the snapshot and always has access" in text


@pytest.mark.parametrize(
    "properties",
    [
        {"AccountWithRestoreAccess": ACCOUNT},
        {**MINIMAL, "SnapshotArn": ARN},
        {**MINIMAL, "SnapshotArn": "x" * 5000},
    ],
)
def test_fails_unless_the_snapshot_is_named_exactly_once(
    properties: dict[str, str],
) -> None:
    text = refused(properties)

    assert text.startswith("exactly one of snapshot_identifier and snapshot_arn must")
    assert len(text) < 400


@pytest.mark.parametrize(
    "arn",
    [
        ARN.replace("arn:aws:", "arn:aws-cn:"),
        ARN.replace(REGION, "us-east-1"),
        ARN.replace(OWNER, ACCOUNT),
    ],
    ids=["partition", "Region", "account"],
)
def test_fails_when_an_arn_is_not_of_the_stacks_environment(arn: str) -> None:
    with pytest.raises(SnapshotShareError) as raised:
        parse(BY_ARN, SnapshotArn=arn)

    assert raised.value.reason is Reason.OTHER_REGION_OR_ACCOUNT
    assert str(raised.value).startswith(
        f"snapshot_arn {arn} names a snapshot outside {REGION} of account {OWNER}, "
    )


def test_fails_when_an_arn_contradicts_the_cluster() -> None:
    text = refused(BY_ARN, SnapshotClusterIdentifier="marketing")

    assert (
        "names cluster 'sales', but snapshot_cluster_identifier names 'marketing'"
        in text
    )


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SnapshotIdentifier", "sales_1", "snapshot_identifier must be"),
        ("SnapshotIdentifier", "rs:sales", "names an automated snapshot"),
        ("SnapshotIdentifier", "RS:sales", "names an automated snapshot"),
        ("SnapshotClusterIdentifier", "*", "snapshot_cluster_identifier must be"),
        ("AccountWithRestoreAccess", "analytics", "account_with_restore_access must"),
    ],
)
def test_fails_when_a_value_has_the_wrong_syntax(
    name: str, value: str, problem: str
) -> None:
    assert problem in refused(MINIMAL, **{name: value})


def test_fails_when_the_arn_has_the_wrong_syntax() -> None:
    assert "snapshot_arn must be like" in refused(BY_ARN, SnapshotArn="sales")


@pytest.mark.parametrize(
    "name",
    [
        "SnapshotIdentifier",
        "SnapshotArn",
        "SnapshotClusterIdentifier",
        "AccountWithRestoreAccess",
        "ExistingShare",
        "WaitForSnapshot",
        "RemovalPolicy",
    ],
)
def test_fails_when_a_property_is_no_string(name: str) -> None:
    assert f"{name} must be a string, got list" in refused(MINIMAL, **{name: ["x"]})


def test_fails_with_the_way_out() -> None:
    assert refused({}).endswith("; correct the property and deploy again")
