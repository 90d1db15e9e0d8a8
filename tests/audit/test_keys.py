"""Whether an account can use the key of a snapshot, or why this is unknown."""

import json

import pytest
from botocore.exceptions import EndpointConnectionError

from redshift_snapshot_audit import keys
from redshift_snapshot_audit.keys import Keys, Usability
from tests.audit.doubles import ANALYTICS, KEY, PARTNER, FakeKms, refusal

POLICY = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": "*",
                "Principal": {"AWS": f"arn:aws:iam::{ANALYTICS}:root"},
            }
        ]
    }
)


def test_a_key_is_read_once_for_all_accounts() -> None:
    kms = FakeKms(POLICY)
    known = Keys(kms)

    assert [known.usability(KEY, account) for account in (ANALYTICS, PARTNER)] == [
        Usability(),
        Usability(problem="the key's policy does not let the account decrypt"),
    ]
    assert kms.calls == 2


def test_not_more_keys_are_kept_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_MOST_KEPT", 1)
    kms = FakeKms(POLICY)
    known = Keys(kms)

    for key in (KEY, KEY, f"{KEY}5", KEY):
        known.usability(key, ANALYTICS)

    assert kms.calls == 2 * 3


@pytest.mark.parametrize(
    ("key", "account"),
    [("", ANALYTICS), (KEY, "amazon-redshift-support")],
    ids=["not encrypted", "AWS Support"],
)
def test_some_need_no_key(key: str, account: str) -> None:
    kms = FakeKms()

    assert Keys(kms).usability(key, account) == Usability()
    assert kms.calls == 0


@pytest.mark.parametrize(
    ("kms", "problem"),
    [
        (FakeKms(KeyManager="AWS"), "AWS manages the key"),
        (FakeKms(KeyState="Disabled"), "the key is in state Disabled"),
        (FakeKms(KeyState="PendingDeletion"), "the key is in state PendingDeletion"),
        (FakeKms(error=refusal("NotFoundException")), "KMS does not find the key"),
    ],
)
def test_a_key_that_is_of_no_use_to_anybody_else(kms: FakeKms, problem: str) -> None:
    assert Keys(kms).usability(KEY, ANALYTICS) == Usability(problem=problem)


def test_the_alias_of_an_aws_managed_key_is_enough_to_know_it() -> None:
    alias = "arn:aws:kms:eu-west-1:111122223333:alias/aws/redshift"

    assert Keys(FakeKms()).usability(alias, ANALYTICS).problem == "AWS manages the key"


@pytest.mark.parametrize(
    ("kms", "doubt"),
    [
        (
            FakeKms(error=refusal("AccessDeniedException", "not you")),
            "the key could not be read: AccessDeniedException: not you",
        ),
        (
            FakeKms(error=EndpointConnectionError(endpoint_url="x")),
            'the key could not be read: Could not connect to the endpoint URL: "x"',
        ),
        (
            FakeKms("[]"),
            "the key's policy is not understood: a key policy must be a JSON object",
        ),
    ],
    ids=["denied", "unreachable", "not a policy"],
)
def test_what_cannot_be_found_out_is_a_doubt(kms: FakeKms, doubt: str) -> None:
    assert Keys(kms).usability(KEY, ANALYTICS) == Usability(doubt=doubt)
