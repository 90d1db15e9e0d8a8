import json
from collections.abc import Mapping

import pytest
from hypothesis import given, strategies as st

from redshift_snapshot_share_handler.cluster_attributes import fit_attributes

NAMES = [f"sales-{number:03d}" for number in range(100)]


def size(attributes: Mapping[str, str]) -> int:
    return len(json.dumps(attributes))


def test_the_snapshots_are_counted_and_named() -> None:
    assert fit_attributes(["b", "a"], size, 4096) == {
        "SharedSnapshotCount": "2",
        "SharedSnapshotIdentifiers": "b,a",
        "Truncated": "",
    }


def test_none_are_an_empty_text() -> None:
    assert fit_attributes([], size, 0) == {
        "SharedSnapshotCount": "0",
        "SharedSnapshotIdentifiers": "",
        "Truncated": "",
    }


@given(limit=st.integers(130, 1500))
def test_as_many_as_fit_are_named_newest_first(limit: int) -> None:
    attributes = fit_attributes(NAMES, size, limit)

    assert size(attributes) <= limit
    named = attributes["SharedSnapshotIdentifiers"]
    assert ",".join(NAMES).startswith(named)
    assert set(filter(None, named.split(","))) <= set(NAMES)
    is_cut = named != ",".join(NAMES)
    assert attributes["Truncated"] == ("SharedSnapshotIdentifiers" if is_cut else "")
    assert attributes["SharedSnapshotCount"] == "100"


@pytest.mark.parametrize("limit", [0, 50])
def test_the_count_stays_where_there_is_no_room_at_all(limit: int) -> None:
    assert fit_attributes(NAMES, size, limit)["SharedSnapshotIdentifiers"] == ""
