import pytest
from hypothesis import given, strategies as st

from redshift_snapshot_share_handler.pair import (
    Pair,
    id_of_failed_create,
    is_id_of_idle_create,
    parse_pair,
    request_id_of_failed_create,
)
from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT
from tests.unit.stubs import ACCOUNT

PAIR = Pair("sales-2026-11-23", ACCOUNT)

pairs = st.builds(
    Pair,
    # Copies in another Region and recovery points of AWS Backup have a colon.
    st.from_regex(r"((copy|awsbackup):)?[a-z](-?[a-z0-9]){0,110}", fullmatch=True),
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
        "RS:sales/210987654321",
        id_of_failed_create("request-1"),
        id_of_failed_create("request-1", may_have_written=False),
        id_of_failed_create("sales/210987654321", may_have_written=False),
        id_of_failed_create("sales/210987654321"),
    ],
)
def test_an_id_that_is_marked_or_made_up_names_no_pair(
    physical_resource_id: str,
) -> None:
    assert parse_pair(physical_resource_id) is None


@pytest.mark.parametrize("may_have_written", [True, False])
@pytest.mark.parametrize("request_id", ["request-1", "", "a/b"])
def test_the_request_can_be_read_from_a_marked_id(
    request_id: str, *, may_have_written: bool
) -> None:
    marked = id_of_failed_create(request_id, may_have_written=may_have_written)

    assert request_id_of_failed_create(marked) == request_id
    assert is_id_of_idle_create(marked) is not may_have_written


def test_a_marked_id_looks_as_the_first_version_wrote_it() -> None:
    assert id_of_failed_create("request-1") == "CREATE_FAILED:request-1"


def test_an_id_says_if_a_failed_create_wrote_nothing() -> None:
    """An older handler reads a RequestId that wrote no claim, and releases none."""
    marked = id_of_failed_create("request-1", may_have_written=False)

    assert marked == "CREATE_FAILED:nothing-written:request-1"


@pytest.mark.parametrize(
    "name", ["copy:sales", "copy:rs:sales", "awsbackup:job-1e5a.2-b_c"]
)
def test_a_name_with_a_colon_is_read_whatever_its_case(name: str) -> None:
    assert parse_pair(f"{name.upper()}/{ACCOUNT}") == Pair(name, ACCOUNT)


@pytest.mark.parametrize("physical_resource_id", [str(PAIR), "", "xCREATE_FAILED:r"])
def test_no_other_id_is_marked(physical_resource_id: str) -> None:
    assert request_id_of_failed_create(physical_resource_id) is None
    assert not is_id_of_idle_create(physical_resource_id)
