import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from time import tzset
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from redshift_snapshot_share_handler.attributes import attributes_of, cut_to_fit
from redshift_snapshot_share_handler.contract import ATTRIBUTES
from tests.unit.strategies import snapshots
from tests.unit.stubs import ACCOUNT

NAMES = [*ATTRIBUTES, "Truncated"]


def size(attributes: Mapping[str, str]) -> int:
    return len(json.dumps(attributes, ensure_ascii=False).encode())


def test_every_attribute_is_there_and_empty_when_redshift_says_nothing() -> None:
    assert attributes_of({}) == dict.fromkeys(NAMES, "") | {"Tags": "[]"}


@pytest.mark.parametrize("value", [None, [], ()])
@pytest.mark.parametrize(
    ("name", "empty"),
    [("AccountsWithRestoreAccess", ""), ("RestorableNodeTypes", ""), ("Tags", "[]")],
)
def test_an_absent_list_is_an_empty_list(name: str, empty: str, value: Any) -> None:
    assert attributes_of({name: value})[name] == empty


def test_fields_that_this_version_does_not_know_are_left_out() -> None:
    assert list(attributes_of({"Later": "x"})) == NAMES


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("Status", "available", "available"),
        ("KmsKeyId", "", ""),
        ("KmsKeyId", None, ""),
        ("Port", 5439, "5439"),
        ("Port", 0, "0"),
        ("ManualSnapshotRetentionPeriod", -1, "-1"),
        ("ElapsedTimeInSeconds", 2**62, "4611686018427387904"),
        ("Encrypted", True, "true"),
        ("Encrypted", False, "false"),
        ("TotalBackupSizeInMegaBytes", 20.0, "20"),
        ("TotalBackupSizeInMegaBytes", 0.0, "0"),
        ("TotalBackupSizeInMegaBytes", 1234567.25, "1234567.25"),
        ("TotalBackupSizeInMegaBytes", 1e16, "10000000000000000"),
        ("TotalBackupSizeInMegaBytes", 1.5e22, "15000000000000000000000"),
        ("TotalBackupSizeInMegaBytes", 1e-7, "0.0000001"),
        ("TotalBackupSizeInMegaBytes", -1.0, "-1"),
        ("TotalBackupSizeInMegaBytes", 100, "100"),
    ],
)
def test_a_value_becomes_a_string(name: str, value: object, text: str) -> None:
    assert attributes_of({name: value})[name] == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_decimal_has_no_exponent_and_the_same_value(value: float) -> None:
    text = attributes_of({"TotalBackupSizeInMegaBytes": value})[
        "TotalBackupSizeInMegaBytes"
    ]

    assert "e" not in text.lower()
    assert float(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC), "2026-11-23T04:05:06Z"),
        (datetime(2026, 11, 23, 4, 5, 6, 789000, UTC), "2026-11-23T04:05:06.789000Z"),
        (
            datetime(
                2026, 11, 23, 1, 0, tzinfo=timezone(timedelta(hours=5, minutes=30))
            ),
            "2026-11-22T19:30:00Z",
        ),
        (
            datetime(2026, 11, 23, 23, 0, tzinfo=timezone(timedelta(hours=-8))),
            "2026-11-24T07:00:00Z",
        ),
    ],
)
def test_a_time_is_in_utc(value: datetime, text: str) -> None:
    attributes = attributes_of({"SnapshotCreateTime": value})

    assert attributes["SnapshotCreateTime"] == text


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    tzset()
    yield
    monkeypatch.undo()
    tzset()


@pytest.mark.usefixtures("far_east")
@pytest.mark.parametrize("zone", [None, UTC], ids=["no zone", "UTC"])
def test_a_time_does_not_depend_on_where_the_function_runs(zone: tzinfo | None) -> None:
    """botocore hands on a time without a zone as it came."""
    time = datetime(2026, 11, 23, 4, 5, 6, tzinfo=zone)

    attributes = attributes_of({"ClusterCreateTime": time})

    assert attributes["ClusterCreateTime"] == "2026-11-23T04:05:06Z"


def test_lists_are_joined_with_commas() -> None:
    attributes = attributes_of(
        {
            "AccountsWithRestoreAccess": [
                {"AccountId": ACCOUNT},
                {"AccountAlias": "amazon-redshift-support"},
            ],
            "RestorableNodeTypes": ["ra3.xlplus", "ra3.4xlarge"],
        }
    )

    assert (
        attributes["AccountsWithRestoreAccess"] == f"{ACCOUNT},amazon-redshift-support"
    )
    assert attributes["RestorableNodeTypes"] == "ra3.xlplus,ra3.4xlarge"


def test_tags_are_json_as_the_api_has_them() -> None:
    tags = [{"Key": "owner", "Value": 'the "data" team, ä'}, {"Key": "empty"}]

    assert json.loads(attributes_of({"Tags": tags})["Tags"]) == [
        {"Key": "owner", "Value": 'the "data" team, ä'},
        {"Key": "empty", "Value": ""},
    ]


def test_a_tag_without_a_key_has_an_empty_one() -> None:
    assert attributes_of({"Tags": [{}]})["Tags"] == '[{"Key":"","Value":""}]'


def test_tags_are_compact_and_not_escaped_since_room_is_scarce() -> None:
    text = attributes_of({"Tags": [{"Key": "ä", "Value": "1"}]})["Tags"]

    assert text == '[{"Key":"ä","Value":"1"}]'


# Longer than their list's name, which `Truncated` gains when the first element goes.
LONG_NODE_TYPE = "n" * 40
LONG_ACCOUNT = "1" * 40


def full() -> dict[str, str]:
    return attributes_of(
        {
            "Tags": [{"Key": f"key-{n}", "Value": "v" * 20} for n in range(3)],
            "RestorableNodeTypes": [LONG_NODE_TYPE, "ra3.xlplus", LONG_NODE_TYPE],
            "AccountsWithRestoreAccess": [
                {"AccountId": LONG_ACCOUNT},
                {"AccountId": ACCOUNT},
                {"AccountId": LONG_ACCOUNT},
            ],
            "KmsKeyId": "k" * 40,
            "MasterUsername": "u" * 30,
        }
    )


def steps() -> list[dict[str, str]]:
    """What is left at each limit, from all to as little as possible."""
    found: list[dict[str, str]] = []
    limit = size(full())
    while True:
        try:
            fitting = cut_to_fit(full(), size, limit)
        except ValueError:
            return found
        if fitting not in found:
            found.append(fitting)
        limit -= 1


def test_what_fits_is_not_cut() -> None:
    assert cut_to_fit(full(), size, size(full())) == full()


def test_what_is_given_is_left_alone() -> None:
    attributes = full()

    cut_to_fit(attributes, size, size(attributes) - 100)

    assert attributes == full()


def test_tags_are_cut_first_whole_ones_from_the_end() -> None:
    one_less = cut_to_fit(full(), size, size(full()) - 1)

    assert json.loads(one_less["Tags"]) == json.loads(full()["Tags"])[:2]
    assert one_less == full() | {"Tags": one_less["Tags"], "Truncated": "Tags"}


def test_then_the_other_lists_are_cut_whole_elements_from_the_end() -> None:
    lists = [
        (
            len(json.loads(step["Tags"])),
            step["RestorableNodeTypes"],
            step["AccountsWithRestoreAccess"],
        )
        for step in steps()
    ]

    nodes = f"{LONG_NODE_TYPE},ra3.xlplus"
    accounts = f"{LONG_ACCOUNT},{ACCOUNT}"
    assert list(dict.fromkeys(lists)) == [
        (3, f"{nodes},{LONG_NODE_TYPE}", f"{accounts},{LONG_ACCOUNT}"),
        (2, f"{nodes},{LONG_NODE_TYPE}", f"{accounts},{LONG_ACCOUNT}"),
        (1, f"{nodes},{LONG_NODE_TYPE}", f"{accounts},{LONG_ACCOUNT}"),
        (0, f"{nodes},{LONG_NODE_TYPE}", f"{accounts},{LONG_ACCOUNT}"),
        (0, nodes, f"{accounts},{LONG_ACCOUNT}"),
        (0, LONG_NODE_TYPE, f"{accounts},{LONG_ACCOUNT}"),
        (0, "", f"{accounts},{LONG_ACCOUNT}"),
        (0, "", accounts),
        (0, "", LONG_ACCOUNT),
        (0, "", ""),
    ]


def test_then_the_longest_of_the_rest_is_cut() -> None:
    rest = [(len(step["KmsKeyId"]), len(step["MasterUsername"])) for step in steps()]

    first_cut = next(lengths for lengths in rest if lengths != (40, 30))
    assert first_cut[1] == 30
    assert rest[-1] == (0, 0)


def test_the_longest_keeps_as_much_as_there_is_room_for() -> None:
    whole = full() | {"Tags": "[]", "RestorableNodeTypes": ""}
    whole["AccountsWithRestoreAccess"] = ""
    marked = size(whole | {"Truncated": "KmsKeyId"})

    fitting = cut_to_fit(whole, size, marked - 9)

    assert fitting == whole | {"KmsKeyId": "k" * 31, "Truncated": "KmsKeyId"}


@given(st.integers(0, 39), st.sampled_from(["k", "ä", "語", "\U0001f600"]))
def test_the_longest_loses_no_character_too_many(left: int, character: str) -> None:
    whole = attributes_of({"KmsKeyId": character * 60})
    best = whole | {"KmsKeyId": character * left, "Truncated": "KmsKeyId"}

    assert cut_to_fit(whole, size, size(best)) == best


def test_at_most_half_is_cut_at_once_so_that_two_long_ones_share_the_loss() -> None:
    whole = attributes_of({"KmsKeyId": "k" * 1000, "MasterUsername": "u" * 990})

    fitting = cut_to_fit(whole, size, size(whole) - 1500)

    lengths = sorted((len(fitting["KmsKeyId"]), len(fitting["MasterUsername"])))
    assert 0 < lengths[1] < 3 * lengths[0]


def test_what_was_cut_is_named_in_order_and_once() -> None:
    named = [step["Truncated"] for step in steps()]

    assert list(dict.fromkeys(named)) == [
        "",
        "Tags",
        "Tags,RestorableNodeTypes",
        "Tags,RestorableNodeTypes,AccountsWithRestoreAccess",
        "Tags,RestorableNodeTypes,AccountsWithRestoreAccess,KmsKeyId",
        "Tags,RestorableNodeTypes,AccountsWithRestoreAccess,KmsKeyId,MasterUsername",
    ]


def test_each_step_fits_and_has_every_name() -> None:
    for limit in range(size(steps()[-1]), size(full())):
        fitting = cut_to_fit(full(), size, limit)

        assert size(fitting) <= limit
        assert list(fitting) == NAMES


def test_fails_when_not_even_empty_attributes_fit() -> None:
    with pytest.raises(ValueError, match=r"^not even empty attributes fit the answer$"):
        cut_to_fit(full(), size, size(attributes_of({})) - 1)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(snapshots, st.integers(2500, 8000))
def test_any_snapshot_fits_with_no_more_cut_than_needed(
    fields: dict[str, Any], limit: int
) -> None:
    whole = attributes_of(fields)

    fitting = cut_to_fit(whole, size, limit)

    assert size(fitting) <= limit
    assert list(fitting) == NAMES
    changed = {name for name in ATTRIBUTES if fitting[name] != whole[name]}
    assert changed == set(filter(None, fitting["Truncated"].split(",")))
    tags, left = json.loads(whole["Tags"]), json.loads(fitting["Tags"])
    assert left == tags[: len(left)]
    if changed == {"Tags"}:
        more = json.dumps(
            tags[: len(left) + 1], ensure_ascii=False, separators=(",", ":")
        )
        assert size(fitting | {"Tags": more}) > limit
    if changed - {"Tags"}:
        assert left == []
    if changed - {"Tags", "RestorableNodeTypes", "AccountsWithRestoreAccess"}:
        assert fitting["RestorableNodeTypes"] == ""
        assert fitting["AccountsWithRestoreAccess"] == ""
