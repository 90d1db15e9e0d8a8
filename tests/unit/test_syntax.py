from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from redshift_snapshot_share_handler.syntax import (
    SUPPORT_ACCOUNT,
    SnapshotArn,
    parse_account,
    parse_cluster_identifier,
    parse_snapshot_arn,
    parse_snapshot_identifier,
    parse_snapshot_identifier_prefix,
    shorten,
)

ARN = "arn:aws:redshift:eu-west-1:111122223333:snapshot:sales/sales-2026-11-23"
SERVERLESS_ARN = "arn:aws:redshift-serverless:eu-west-1:111122223333:snapshot/5f2c"

identifiers = st.from_regex(r"[A-Za-z](-?[A-Za-z0-9]){0,126}", fullmatch=True)


@pytest.mark.parametrize("account", ["210987654321", "000000000000", SUPPORT_ACCOUNT])
def test_an_account_is_twelve_digits_or_aws_support(account: str) -> None:
    assert parse_account(account) == account


def test_an_account_is_read_without_surrounding_space_and_case() -> None:
    assert parse_account(" Amazon-Redshift-Support\n") == SUPPORT_ACCOUNT


@pytest.mark.parametrize(
    "account",
    [
        "",
        "21098765432",
        "2109876543210",
        "210987654321,111122223333",
        "arn:aws:iam::210987654321:root",
        "amazon-redshift",
        "٢١٠٩٨٧٦٥٤٣٢١",
    ],
)
def test_fails_when_an_account_is_neither(account: str) -> None:
    with pytest.raises(ValueError, match="12-digit AWS account id") as raised:
        parse_account(account)

    assert "'amazon-redshift-support'" in str(raised.value)
    assert str(raised.value).endswith(f"got {account!r}")


@given(identifiers)
def test_identifiers_are_lowered_because_redshift_ignores_case(value: str) -> None:
    assert parse_snapshot_identifier(value) == value.lower()


@pytest.mark.parametrize("parse", [parse_snapshot_identifier, parse_cluster_identifier])
@pytest.mark.parametrize("value", ["-", "sales_2026"])
def test_messages_name_what_is_wrong_and_quote_what_was_given(
    parse: Callable[[str, str, str], str], value: str
) -> None:
    """Something legal may stand in the place of what only deployment knows."""
    with pytest.raises(ValueError, match="hyphen") as raised:
        parse(value, "the name", "as it was given")

    assert str(raised.value).startswith("the name must be ")
    assert str(raised.value).endswith(", got 'as it was given'")


def test_the_message_on_an_automated_snapshot_quotes_what_was_given() -> None:
    with pytest.raises(ValueError, match=r"^the name 'as it was given' names an auto"):
        parse_snapshot_identifier("rs:sales", "the name", "as it was given")


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        (ARN.replace("sales/", "_/"), "the cluster in snapshot_arn must be "),
        (
            ARN.replace("/sales-2026-11-23", "/_"),
            "the snapshot in snapshot_arn must be ",
        ),
        (ARN.replace("redshift", "rds"), "snapshot_arn must be like arn:aws:redshift"),
        (SERVERLESS_ARN, "snapshot_arn 'as it was given' is an Amazon Redshift Server"),
    ],
    ids=["cluster", "snapshot", "service", "serverless"],
)
def test_messages_on_an_arn_say_which_part_is_wrong(arn: str, message: str) -> None:
    with pytest.raises(ValueError, match="'as it was given'") as raised:
        parse_snapshot_arn(arn, "as it was given")

    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("value", ["a", "a1", "a-1", "a" * 255, "a-" * 127 + "a"])
def test_a_snapshot_identifier_has_up_to_255_characters(value: str) -> None:
    assert parse_snapshot_identifier(value) == value


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1a",
        "-a",
        "a-",
        "a--b",
        "a_b",
        "a.b",
        "a b",
        "a\n",
        "ä",
        "a" * 256,
        ARN,
        ARN.upper(),
    ],
)
def test_fails_when_a_snapshot_identifier_is_none(value: str) -> None:
    with pytest.raises(ValueError, match=r"^snapshot_identifier must be 1 to 255 "):
        parse_snapshot_identifier(value)


@pytest.mark.parametrize("value", ["rs:sales-2026-11-23-04-00-00", "RS:sales", "rs:"])
def test_fails_when_a_snapshot_is_automated_and_says_the_way_out(value: str) -> None:
    with pytest.raises(ValueError, match="automated") as raised:
        parse_snapshot_identifier(value)

    assert str(raised.value) == (
        f"snapshot_identifier {value!r} names an automated snapshot, which cannot be "
        "shared; copy it to a manual snapshot (aws redshift copy-cluster-snapshot) and "
        "share the copy"
    )


@pytest.mark.parametrize(
    "value",
    [
        "copy:sales",
        "Copy:Sales-2026",
        "copy:rs:sales-2026-11-23-04-00-00",
        "awsbackup:job-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    ],
)
def test_a_name_with_a_colon_may_be_a_manual_snapshots(value: str) -> None:
    """Only Redshift knows the type."""
    assert parse_snapshot_identifier(value) == value.lower()


@pytest.mark.parametrize(
    "value",
    [":", ":sales", "copy:", "copy::sales", "copy:sa les", "copy:sales/1", "1copy:a"],
)
def test_fails_when_a_name_with_a_colon_is_none(value: str) -> None:
    with pytest.raises(ValueError, match=r"^snapshot_identifier must be 1 to 255 "):
        parse_snapshot_identifier(value)


def test_fails_when_a_name_with_a_colon_is_too_long() -> None:
    with pytest.raises(ValueError, match=r"^snapshot_identifier must be 1 to 255 "):
        parse_snapshot_identifier(f"copy:{'a' * 251}")


def test_a_cluster_identifier_has_up_to_63_characters() -> None:
    assert parse_cluster_identifier("A" * 63) == "a" * 63


@pytest.mark.parametrize("value", ["", "a" * 64, "1a", "a-", "a--b", "*", "a:b"])
def test_fails_when_a_cluster_identifier_is_none(value: str) -> None:
    with pytest.raises(ValueError, match=r"^snapshot_cluster_identifier must be 1 to"):
        parse_cluster_identifier(value)


def test_an_arn_is_split_into_its_parts() -> None:
    assert parse_snapshot_arn(ARN) == SnapshotArn(
        partition="aws",
        region="eu-west-1",
        owner_account="111122223333",
        cluster_identifier="sales",
        snapshot_identifier="sales-2026-11-23",
    )


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov", "aws-iso-b"])
def test_an_arn_is_of_any_partition(partition: str) -> None:
    arn = ARN.replace("arn:aws:", f"arn:{partition}:")

    assert parse_snapshot_arn(arn).partition == partition


def test_identifiers_in_an_arn_are_lowered() -> None:
    arn = parse_snapshot_arn(ARN.replace("sales/sales", "Sales/SALES"))

    assert arn.cluster_identifier == "sales"
    assert arn.snapshot_identifier == "sales-2026-11-23"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "sales-2026-11-23",
        f"{ARN}/more",
        ARN.replace(":snapshot:", ":cluster:"),
        ARN.replace("111122223333", ""),
        ARN.replace("eu-west-1", ""),
        ARN.replace(":redshift:", ":rds:"),
        ARN.replace("sales/", ""),
        f"x{ARN}",
    ],
)
def test_fails_when_an_arn_is_not_of_a_snapshot(value: str) -> None:
    with pytest.raises(
        ValueError, match=r"^snapshot_arn must be like arn:aws:redshift"
    ):
        parse_snapshot_arn(value)


def test_fails_when_an_arn_is_of_redshift_serverless_and_says_so() -> None:
    with pytest.raises(ValueError, match="Amazon Redshift Serverless") as raised:
        parse_snapshot_arn(SERVERLESS_ARN)

    assert str(raised.value) == (
        f"snapshot_arn {SERVERLESS_ARN!r} is an Amazon Redshift Serverless snapshot, "
        "which this library cannot share; give the ARN of a snapshot of a provisioned "
        "cluster"
    )


def test_fails_when_an_arn_is_of_an_automated_snapshot() -> None:
    with pytest.raises(ValueError, match="names an automated snapshot"):
        parse_snapshot_arn(ARN.replace("/sales-2026", "/rs:sales-2026"))


@pytest.mark.parametrize(
    ("length", "shortened"),
    [(79, "x" * 79), (80, "x" * 80), (81, "x" * 77 + "..."), (9999, "x" * 77 + "...")],
)
def test_a_quote_has_at_most_80_characters(length: int, shortened: str) -> None:
    assert shorten("x" * length) == shortened


@pytest.mark.parametrize(
    "parse",
    [
        parse_account,
        parse_snapshot_identifier,
        parse_cluster_identifier,
        parse_snapshot_arn,
    ],
)
@pytest.mark.parametrize("value", ["x_" * 5000, "rs:" * 5000])
def test_messages_are_short_whatever_was_given(parse: object, value: str) -> None:
    assert callable(parse)
    with pytest.raises(ValueError, match=r"snapshot|account") as raised:
        parse(value)

    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    "prefix",
    ["w", "weekly", "weekly-", "Weekly-2026-", "copy:", "copy:sales-", "p" * 255],
)
def test_a_prefix_is_the_beginning_of_an_identifier(prefix: str) -> None:
    assert parse_snapshot_identifier_prefix(prefix) == prefix.lower()


@given(identifiers, st.integers(min_value=1))
def test_every_beginning_of_an_identifier_is_a_prefix(value: str, length: int) -> None:
    prefix = value[:length]

    assert parse_snapshot_identifier_prefix(prefix) == prefix.lower()


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "*",
        "weekly-*",
        "weekly--",
        "-weekly",
        "2026",
        "weekly_",
        "sales/weekly",
        "p" * 256,
        ":copy",
        "wéekly",
        "weekly-\n",
    ],
)
def test_fails_when_no_identifier_begins_with_a_prefix(prefix: str) -> None:
    with pytest.raises(ValueError, match="must be the beginning of a snap") as raised:
        parse_snapshot_identifier_prefix(prefix, "the prefix", "as it was given")

    assert str(raised.value).startswith("the prefix must be ")
    assert "got 'as it was given'; leave it out to share all" in str(raised.value)


@pytest.mark.parametrize("prefix", ["rs:", "rs:sales-", "RS:"])
def test_fails_when_a_prefix_is_that_of_automated_snapshots(prefix: str) -> None:
    with pytest.raises(ValueError, match=f"^the prefix '{prefix}' is that of autom"):
        parse_snapshot_identifier_prefix(prefix, "the prefix")
