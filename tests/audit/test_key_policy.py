"""The accounts that a key policy lets decrypt, as far as this is certain."""

import json
from typing import Any

import pytest

from redshift_snapshot_audit.key_policy import lets_account_decrypt

ACCOUNT = "210987654321"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OWN_ROOT = "arn:aws:iam::111122223333:root"


def allow(**fields: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", **fields}


def deny(**fields: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": "kms:*", "Resource": "*", **fields}


def decide(*statements: Any) -> bool:
    return lets_account_decrypt(json.dumps({"Statement": statements}), ACCOUNT)


@pytest.mark.parametrize(
    "statement",
    [
        allow(Principal={"AWS": ROOT}),
        allow(Principal={"AWS": ACCOUNT}),
        allow(Principal={"AWS": [OWN_ROOT, ROOT]}),
        allow(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/Restore"}),
        allow(Principal="*"),
        allow(Principal={"AWS": "*"}),
        allow(Principal={"AWS": ROOT}, Action=["kms:DescribeKey", "kms:De*"]),
        allow(Principal={"AWS": ROOT}, Action="KMS:decrypt"),
        allow(Principal={"AWS": ROOT}, Action="*"),
        {"Effect": "Allow", "Principal": "*", "NotAction": "kms:Delete*"},
        allow(Principal="*", Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}),
        allow(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
        allow(
            Principal="*", Condition={"StringEquals": {"kms:CallerAccount": [ACCOUNT]}}
        ),
        allow(
            Principal="*", Condition={"StringLike": {"aws:PrincipalAccount": "2109*"}}
        ),
        allow(
            Principal="*", Condition={"NumericEquals": {"kms:CallerAccount": ACCOUNT}}
        ),
    ],
)
def test_an_account_that_may_be_allowed_can_decrypt(statement: dict[str, Any]) -> None:
    assert decide(statement)


@pytest.mark.parametrize(
    "statement",
    [
        allow(Principal={"AWS": OWN_ROOT}, Action="kms:*"),
        allow(Principal={"Service": "redshift.amazonaws.com"}),
        allow(Principal={"AWS": ROOT}, Action="kms:DescribeKey"),
        {"Effect": "Allow", "Principal": "*", "NotAction": "kms:D*"},
        allow(
            Principal="*",
            Condition={"StringEquals": {"kms:CallerAccount": "111122223333"}},
        ),
        allow(
            Principal="*",
            Condition={"StringNotEqualsIfExists": {"aws:principalaccount": ACCOUNT}},
        ),
        allow(
            Principal="*",
            Condition={
                "StringNotLike": {"aws:PrincipalAccount": "21*"},
                "StringEquals": {"kms:ViaService": "redshift.eu-west-1.amazonaws.com"},
            },
        ),
        "not a statement",
    ],
)
def test_an_account_that_cannot_be_allowed_cannot_decrypt(statement: Any) -> None:
    assert not decide(statement)


@pytest.mark.parametrize(
    "statement",
    [
        deny(Principal="*"),
        deny(Principal={"AWS": ROOT}),
        deny(Principal={"AWS": ACCOUNT}),
        deny(NotPrincipal={"AWS": OWN_ROOT}),
        deny(
            Principal="*",
            Condition={"StringNotEquals": {"aws:PrincipalAccount": ["111122223333"]}},
        ),
    ],
)
def test_an_account_that_is_denied_cannot_decrypt(statement: dict[str, Any]) -> None:
    assert not decide(allow(Principal={"AWS": ROOT}), statement)


@pytest.mark.parametrize(
    "statement",
    [
        deny(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/Other"}),
        deny(NotPrincipal={"AWS": [OWN_ROOT, f"arn:aws:iam::{ACCOUNT}:role/Restore"]}),
        deny(Principal="*", Action="kms:Encrypt"),
        deny(Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
        deny(
            Principal="*", Condition={"StringNotEquals": {"kms:CallerAccount": ACCOUNT}}
        ),
    ],
)
def test_a_denial_that_may_not_concern_the_account_is_ignored(
    statement: dict[str, Any],
) -> None:
    assert decide(allow(Principal={"AWS": ROOT}), statement)


def test_a_policy_without_statements_lets_nobody_decrypt() -> None:
    assert not lets_account_decrypt("{}", ACCOUNT)


@pytest.mark.parametrize("policy", ["", "[]", "{"])
def test_what_is_not_a_policy_is_refused(policy: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|Expecting"):
        lets_account_decrypt(policy, ACCOUNT)
