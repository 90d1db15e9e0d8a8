import pytest
from hypothesis import given, strategies as st

from redshift_snapshot_share_handler.pair import (
    Pair,
    id_of_failed_create,
    parse_pair,
    request_id_of_failed_create,
)
from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT
from tests.unit.stubs import ACCOUNT

PAIR = Pair("sales-2026-11-23", ACCOUNT)

pairs = st.builds(
    Pair,
    st.from_regex(r"[a-z](-?[a-z0-9]){0,126}", fullmatch=True),
    st.from_regex(r"[0-9]{12}", fullmatch=True) | st.just(SUPPORT_ACCOUNT),
)


def test_an_id_is_the_snapshot_and_the_account() -> None:
    assert str(PAIR) == "sales-2026-11-23/210987654321"


@given(pairs)
def test_an_id_is_read_back(pair: Pair) -> None:
    assert parse_pair(str(pair)) == pair


def test_an_id_is_read_whatever_its_case() -> None:
    assert parse_pair(str(PAIR).upper()) == PAIR


@pytest.mark.parametrize(
    "physical_resource_id",
    [
        "",
        "sales-2026-11-23",
        "analytics-ShareWithAnalytics-1A2B3C4D5E6F",
        "2026/11/23/[$LATEST]0123456789abcdef",
        "/210987654321",
        "sales-2026-11-23/",
        "sales-2026-11-23/21098765432",
        "sales-2026-11-23/210987654321/more",
        "rs:sales/210987654321",
        id_of_failed_create("request-1"),
        id_of_failed_create("sales/210987654321"),
    ],
)
def test_an_id_that_is_marked_or_made_up_names_no_pair(
    physical_resource_id: str,
) -> None:
    assert parse_pair(physical_resource_id) is None


def test_a_marked_id_gives_its_request_back() -> None:
    assert request_id_of_failed_create(id_of_failed_create("request-1")) == "request-1"


def test_a_marked_id_looks_as_the_first_version_wrote_it() -> None:
    assert id_of_failed_create("request-1") == "CREATE_FAILED:request-1"


@pytest.mark.parametrize("physical_resource_id", [str(PAIR), "", "xCREATE_FAILED:r"])
def test_no_other_id_is_marked(physical_resource_id: str) -> None:
    assert request_id_of_failed_create(physical_resource_id) is None
