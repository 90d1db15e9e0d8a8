import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from redshift_snapshot_share_handler.errors import (
    REASONS,
    Reason,
    SnapshotShareError,
    code_of,
    text_of,
    translate,
)
from tests.unit.stubs import ACCOUNT, OWNER, REGION, client_error

NAMES = {
    "snapshot": "sales-2026-11-23",
    "account": ACCOUNT,
    "region": REGION,
    "owner_account": OWNER,
}
LONGEST_STACK = (
    f"arn:aws-us-gov:cloudformation:us-gov-west-1:{OWNER}:stack/{'s' * 128}/{'i' * 36}"
)
# The longest of each field that a message can have.
LONGEST = {
    "account": "amazon-redshift-support",
    "cluster": "c" * 63,
    "count": "2000",
    "declared_cluster": "c" * 63,
    "failed": "2000",
    "estimate": " (Redshift estimates 86400 seconds more)",
    "key": f"arn:aws-us-gov:kms:us-gov-west-1:{OWNER}:key/{'k' * 36}",
    "own_stack": LONGEST_STACK,
    "owner_account": OWNER,
    "pair": f"{'s' * 255}/amazon-redshift-support",
    "problem": "p" * 400,
    "region": "us-gov-west-1",
    "seconds": "720",
    "snapshot": f"arn:aws-us-gov:redshift:us-gov-west-1:{OWNER}:snapshot:{'c' * 63}/{'s' * 255}",
    "snapshot_type": "automated",
    "stack": LONGEST_STACK,
    "status": "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "text": "t" * 400,
}
LONGEST_AWS = f"DescribeClusterSnapshots: DependentServiceRequestThrottlingFault, AWS request id {'r' * 36}"


def test_an_error_says_what_is_wrong_and_the_way_out() -> None:
    error = SnapshotShareError(Reason.ACCOUNT_NOT_ALLOWED, account=ACCOUNT)

    assert error.reason is Reason.ACCOUNT_NOT_ALLOWED
    assert str(error) == (
        f"account {ACCOUNT} is not among the provider's allowed_accounts; add it to "
        "allowed_accounts of the SnapshotShareProvider, or share with another account"
    )


def test_braces_in_what_was_given_are_no_fields() -> None:
    error = SnapshotShareError(Reason.INVALID_PROPERTY, problem="got '{snapshot}'")

    assert str(error).startswith("got '{snapshot}'; ")


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_a_reason_has_room_for_the_longest_values(reason: Reason) -> None:
    """`response` cuts at 1,200 bytes; AWS's request id at the end must not be lost."""
    text = str(SnapshotShareError(reason, LONGEST_AWS, **LONGEST))

    assert len(text) < 1150


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name)
def test_every_reason_is_worded_in_the_same_way(reason: Reason) -> None:
    message, remedy = reason.value

    assert not message.endswith(".")
    assert not remedy.endswith(".")
    assert remedy[0].islower()
    assert "{" not in remedy


@pytest.mark.parametrize(("code", "reason"), REASONS.items())
def test_a_code_of_aws_is_put_into_the_users_terms(code: str, reason: Reason) -> None:
    error = translate(client_error(code, operation="CreateTags"), NAMES)

    assert error.reason is reason
    assert str(error).endswith(f" (CreateTags: {code}, AWS request id aws-1)")


def test_an_unknown_code_is_reported_in_awss_words() -> None:
    error = translate(client_error("Unheard", message="of this"), NAMES)

    assert error.reason is Reason.AWS_ERROR
    assert "a call to AWS failed (of this); " in str(error)
    assert "DescribeClusterSnapshots: Unheard, AWS request id aws-1" in str(error)


def test_a_refusal_by_iam_says_which_action_even_with_a_long_role_name() -> None:
    """The text begins with the role: 64 characters of name, 64 of session."""
    denied = client_error(
        "AccessDenied",
        message=f"User: arn:aws-us-gov:sts::{OWNER}:assumed-role/{'r' * 64}/{'s' * 64} is "
        "not authorized to perform: redshift:AuthorizeSnapshotAccess on resource: arn",
    )

    assert "redshift:AuthorizeSnapshotAccess" in str(translate(denied, {}))


def test_an_error_of_botocore_is_reported_by_its_name() -> None:
    error = translate(NoCredentialsError(), NAMES)

    assert error.reason is Reason.AWS_ERROR
    assert "a call to AWS failed (NoCredentialsError); see" in str(error)


def test_a_missing_request_id_is_said_to_be_none() -> None:
    refusal = client_error("AccessDenied")
    del refusal.response["ResponseMetadata"]

    assert "AWS request id none" in str(translate(refusal, NAMES))


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("Rate exceeded", "Rate exceeded"),
        ("", "Throttling"),
        (None, "Throttling"),
        ("x" * 401, "x" * 400),
    ],
    ids=["text", "empty", "none", "long"],
)
def test_awss_text_is_short_and_never_empty(message: str | None, text: str) -> None:
    """An empty <Message/> arrives as None."""
    assert text_of(client_error("Throttling", message=message)) == text


def test_an_error_of_botocore_does_not_quote_the_endpoint() -> None:
    error = EndpointConnectionError(endpoint_url="https://redshift.example")

    assert text_of(error) == "EndpointConnectionError"


def test_the_code_of_a_response_without_one_is_empty() -> None:
    refusal = client_error("x")
    del refusal.response["Error"]

    assert code_of(refusal) == ""
    assert text_of(refusal) == ""
