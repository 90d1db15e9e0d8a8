import re
from hashlib import sha256

import pytest
from hypothesis import given, strategies as st

from redshift_snapshot_share_handler.claim import Claim, Claimant, claims_of
from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT
from tests.unit.stubs import ACCOUNT, CLAIMANT

PREFIX = f"redshift-snapshot-share:{ACCOUNT}:"
# https://docs.aws.amazon.com/redshift/latest/mgmt/amazon-redshift-tagging.html
ALLOWED = re.compile(r"[A-Za-z0-9_.:/=+@ -]*")

request_ids = st.from_regex(re.compile(r"[\w.:/=+@-]{1,128}", re.ASCII), fullmatch=True)
claimants = st.builds(
    Claimant,
    stack_id=st.text(st.characters(codec="utf-8"), min_size=1),
    stack_name=st.text(min_size=1, max_size=300),
    logical_resource_id=st.text(st.characters(codec="utf-8"), max_size=300),
    request_id=request_ids,
)


def test_a_key_names_the_account_and_twelve_digits_of_the_owner() -> None:
    # As the first version wrote it: a later one must still find these.
    assert CLAIMANT.key(ACCOUNT) == f"{PREFIX}644cb87c0621"


def test_each_declaration_of_a_cluster_has_a_key_of_its_own() -> None:
    """The audit recomputes these, and later versions must still find them."""
    owner = f"{CLAIMANT.stack_id}\n{CLAIMANT.logical_resource_id}\n0123abcd"
    declared = CLAIMANT._replace(digest="0123abcd")

    assert declared.key(ACCOUNT) == PREFIX + sha256(owner.encode()).hexdigest()[:12]
    assert declared.account_of(declared.key(ACCOUNT)) == ACCOUNT
    assert declared.account_of(CLAIMANT.key(ACCOUNT)) is None


def test_a_value_names_the_owner_and_the_request() -> None:
    claim = CLAIMANT.claim(ACCOUNT, adopted=False)

    assert claim.key == CLAIMANT.key(ACCOUNT)
    assert claim.value == "analytics/ShareWithAnalytics request-1"


def test_a_value_says_that_access_was_adopted() -> None:
    claim = CLAIMANT.claim(ACCOUNT, adopted=True)

    assert claim.value == "analytics/ShareWithAnalytics request-1 adopted"


@pytest.mark.parametrize(
    ("adopted", "retained", "words"),
    [
        (False, False, ""),
        (True, False, " adopted"),
        (False, True, " retained"),
        (True, True, " adopted retained"),
    ],
)
def test_a_value_says_whether_the_access_is_adopted_or_retained(
    *, adopted: bool, retained: bool, words: str
) -> None:
    claim = CLAIMANT.claim(ACCOUNT, adopted=adopted, retained=retained)

    assert claim.value == f"analytics/ShareWithAnalytics request-1{words}"


def test_a_claim_is_neither_adopted_nor_retained_unless_it_says_so() -> None:
    claim = Claim("key", "owner", "request")

    assert (claim.adopted, claim.retained) == (False, False)
    assert not CLAIMANT.claim(ACCOUNT, adopted=False).retained


@pytest.mark.parametrize("account", [ACCOUNT, SUPPORT_ACCOUNT])
def test_a_key_of_this_resource_tells_its_account(account: str) -> None:
    assert CLAIMANT.account_of(CLAIMANT.key(account)) == account


OWN_DIGITS = CLAIMANT.key(ACCOUNT).rpartition(":")[2]


@pytest.mark.parametrize(
    "key",
    [
        "",
        OWN_DIGITS,
        f"owner:{OWN_DIGITS}",
        f"redshift-snapshot-share:{ACCOUNT}",
        f"redshift-snapshot-share:{ACCOUNT}:0123456789ab",
        f"redshift-snapshot-share:{ACCOUNT}:{OWN_DIGITS}0",
        f"x-redshift-snapshot-share:{ACCOUNT}:{OWN_DIGITS}",
        Claimant("other", "", CLAIMANT.logical_resource_id, "").key(ACCOUNT),
    ],
)
def test_any_other_key_tells_no_account(key: str) -> None:
    assert CLAIMANT.account_of(key) is None


@given(
    claimant=claimants,
    adopted=st.booleans(),
    retained=st.booleans(),
    account=st.sampled_from([ACCOUNT, SUPPORT_ACCOUNT]),
)
def test_redshift_accepts_key_and_value(
    claimant: Claimant, *, adopted: bool, retained: bool, account: str
) -> None:
    claim = claimant.claim(account, adopted=adopted, retained=retained)

    assert len(claim.key) <= 128
    assert len(claim.value) <= 256
    assert ALLOWED.fullmatch(claim.key)
    assert ALLOWED.fullmatch(claim.value)


@given(claimant=claimants, adopted=st.booleans(), retained=st.booleans())
def test_what_is_written_is_read_back(
    claimant: Claimant, *, adopted: bool, retained: bool
) -> None:
    claim = claimant.claim(ACCOUNT, adopted=adopted, retained=retained)

    [read] = claims_of(ACCOUNT, [{"Key": claim.key, "Value": claim.value}]).values()

    assert (read.key, read.request_id) == (claim.key, claimant.request_id)
    assert (read.adopted, read.retained) == (adopted, retained)
    assert read.value == claim.value


def test_a_long_owner_is_cut_and_the_request_stays_whole() -> None:
    claimant = Claimant("stack", "s" * 128, "L" * 255, "r" * 36)

    value = claimant.claim(ACCOUNT, adopted=True, retained=True).value

    assert len(value) == 256
    assert value.endswith(f"L {'r' * 36} adopted retained")


def test_white_space_and_what_a_tag_cannot_hold_become_underscores() -> None:
    claimant = Claimant("stack", "späte Läufe", "a\tb*c_.:/=+@-", "r")

    assert claimant.claim(ACCOUNT, adopted=False).owner == "sp_te_L_ufe/a_b_c_.:/=+@-"


OTHERS = [
    Claimant("other", CLAIMANT.stack_name, CLAIMANT.logical_resource_id, "r"),
    Claimant(CLAIMANT.stack_id, CLAIMANT.stack_name, "Other", "r"),
]


@pytest.mark.parametrize("other", OTHERS, ids=["other stack", "other logical id"])
def test_no_other_resource_has_the_same_key(other: Claimant) -> None:
    assert other.key(ACCOUNT) != CLAIMANT.key(ACCOUNT)


def test_stack_and_logical_id_cannot_run_into_each_other() -> None:
    one = Claimant("stack", "", "aShare", "")
    other = Claimant("stacka", "", "Share", "")

    assert one.key(ACCOUNT) != other.key(ACCOUNT)


def test_another_account_has_another_key() -> None:
    assert CLAIMANT.key(ACCOUNT) != CLAIMANT.key(SUPPORT_ACCOUNT)


def test_name_and_request_do_not_change_the_key() -> None:
    other = Claimant(CLAIMANT.stack_id, "x", CLAIMANT.logical_resource_id, "y")

    assert other.key(ACCOUNT) == CLAIMANT.key(ACCOUNT)


@pytest.mark.parametrize(
    ("value", "claim"),
    [
        ("s/L r-1", Claim("", "s/L", "r-1")),
        ("s/L r-1 adopted", Claim("", "s/L", "r-1", adopted=True)),
        ("s/L r-1 retained", Claim("", "s/L", "r-1", retained=True)),
        (
            "s/L r-1 adopted retained",
            Claim("", "s/L", "r-1", adopted=True, retained=True),
        ),
        ("s/L r-1 adopted since 2031", Claim("", "s/L", "r-1", adopted=True)),
        ("s/L r-1 v2", Claim("", "s/L", "r-1")),
        ("s/L r-1 v2 adopted", Claim("", "s/L", "r-1")),
        ("s/L", Claim("", "s/L", "")),
        ("", Claim("", "", "")),
        ("s/L adopted", Claim("", "s/L", "adopted")),
    ],
)
def test_others_claims_are_read_whatever_follows(value: str, claim: Claim) -> None:
    read = claims_of(ACCOUNT, [{"Key": f"{PREFIX}0123456789ab", "Value": value}])

    assert list(read) == [f"{PREFIX}0123456789ab"]
    [found] = read.values()
    assert found[1:] == claim[1:]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "owner",
        "redshift-snapshot-share",
        "redshift-snapshot-share:210987654322:0123456789ab",
        "redshift-snapshot-share:21098765432:10123456789a",
        f"aws:{PREFIX}0123456789ab",
        f"{PREFIX}0123456789ab".upper(),
    ],
)
def test_other_tags_are_ignored(key: str) -> None:
    assert claims_of(ACCOUNT, [{"Key": key, "Value": "s/L r-1"}]) == {}


def test_a_tag_without_key_or_value_is_ignored() -> None:
    key = f"{PREFIX}0123456789ab"

    assert claims_of(ACCOUNT, [{}, {"Value": "x"}, {"Key": key}]) == {
        key: Claim(key, "", "")
    }


def test_all_claims_of_an_account_are_read() -> None:
    tags = [
        {
            "Key": claimant.key(ACCOUNT),
            "Value": claimant.claim(ACCOUNT, adopted=False).value,
        }
        for claimant in [CLAIMANT, *OTHERS]
    ]

    assert len(claims_of(ACCOUNT, tags)) == 3
