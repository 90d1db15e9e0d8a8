from typing import Any

import pytest

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.request import (
    LifecycleRequest,
    StackId,
    parse_request,
)
from tests.unit.stubs import ACCOUNT, OWNER, STACK

PAIR_ID = f"sales/{ACCOUNT}"
PROPERTIES = {"SnapshotIdentifier": "sales", "AccountWithRestoreAccess": ACCOUNT}


def event(request_type: str = "Update", **fields: Any) -> dict[str, Any]:
    return {
        "RequestType": request_type,
        "ResponseURL": "https://answers.example/?secret",
        "RequestId": "5f2c0e4a-8b1d-4c3e-9f6a-7d2b1c0e5f3a",
        "StackId": STACK.arn,
        "LogicalResourceId": "ShareWithAnalytics",
        "ResourceType": "Custom::RedshiftSnapshotShare",
        "PhysicalResourceId": PAIR_ID,
        "ResourceProperties": PROPERTIES,
        "OldResourceProperties": {"SnapshotIdentifier": "old"},
        **fields,
    }


def test_an_update_has_everything() -> None:
    assert parse_request(event()) == LifecycleRequest(
        request_type="Update",
        request_id="5f2c0e4a-8b1d-4c3e-9f6a-7d2b1c0e5f3a",
        stack=StackId(STACK.arn, "aws", "eu-west-1", OWNER, "analytics"),
        logical_resource_id="ShareWithAnalytics",
        physical_resource_id=PAIR_ID,
        resource_properties=PROPERTIES,
        old_resource_properties={"SnapshotIdentifier": "old"},
    )


def test_a_create_has_no_physical_id_and_no_old_properties() -> None:
    request = parse_request(event("Create"))

    assert request.physical_resource_id == ""
    assert request.old_resource_properties == {}


def test_a_create_needs_no_physical_id_and_no_old_properties() -> None:
    create = event("Create")
    del create["PhysicalResourceId"], create["OldResourceProperties"]

    assert parse_request(create).request_type == "Create"


def test_a_delete_has_a_physical_id_and_no_old_properties() -> None:
    request = parse_request(event("Delete"))

    assert request.physical_resource_id == PAIR_ID
    assert request.old_resource_properties == {}


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/a/b",
        "arn:aws-us-gov:cloudformation:us-gov-west-1:111122223333:stack/a-b/1-2",
    ],
)
def test_a_stack_is_of_any_partition(arn: str) -> None:
    stack = parse_request(event(StackId=arn)).stack

    assert stack.arn == arn
    assert arn.startswith(f"arn:{stack.partition}:cloudformation:{stack.region}:")


def test_the_longest_valid_values_are_accepted() -> None:
    request = parse_request(
        event(
            LogicalResourceId="L" * 255,
            RequestId="r" * 128,
            PhysicalResourceId="p" * 1024,
        )
    )

    assert len(request.physical_resource_id) == 1024


MALFORMED: list[tuple[str, Any, str]] = [
    ("RequestType", "Read", "RequestType is 'Read', not one of"),
    ("RequestType", "", "RequestType is missing or not a string"),
    ("RequestType", None, "RequestType is missing or not a string"),
    ("RequestId", "", "RequestId is missing"),
    ("RequestId", 7, "RequestId is missing or not a string"),
    ("RequestId", "a b", "RequestId is malformed: 'a b'"),
    ("RequestId", "r" * 129, "RequestId is malformed"),
    ("RequestId", "ä", "RequestId is malformed"),
    ("StackId", None, "StackId is missing"),
    ("StackId", "analytics", "StackId is not the ARN of a stack: 'analytics'"),
    ("StackId", f"{STACK.arn}/x", "StackId is not the ARN of a stack"),
    ("StackId", f"{STACK.arn}\n", "StackId is not the ARN of a stack"),
    ("StackId", STACK.arn.replace(OWNER, "1"), "StackId is not the ARN of a stack"),
    ("LogicalResourceId", "", "LogicalResourceId is missing"),
    ("LogicalResourceId", "a b", "LogicalResourceId is malformed: 'a b'"),
    ("LogicalResourceId", "L" * 256, "LogicalResourceId is malformed"),
    ("PhysicalResourceId", "", "PhysicalResourceId is missing"),
    ("PhysicalResourceId", ["x"], "PhysicalResourceId is missing or not a string"),
    (
        "PhysicalResourceId",
        "p" * 1025,
        "PhysicalResourceId has 1025 characters, more than 1024",
    ),
    ("ResourceProperties", None, "ResourceProperties is missing or not an object"),
    ("ResourceProperties", [], "ResourceProperties is missing or not an object"),
    ("OldResourceProperties", "", "OldResourceProperties is missing or not an object"),
]


@pytest.mark.parametrize(("name", "value", "problem"), MALFORMED)
def test_fails_when_a_field_is_malformed(name: str, value: Any, problem: str) -> None:
    with pytest.raises(SnapshotShareError) as raised:
        parse_request(event(**{name: value}))

    assert raised.value.reason is Reason.INVALID_REQUEST
    assert f"is not valid: {problem}" in str(raised.value)


def test_fails_when_there_is_nothing_at_all() -> None:
    with pytest.raises(SnapshotShareError, match="RequestType is missing"):
        parse_request({})


@pytest.mark.parametrize(
    ("name", "length"), [("RequestType", 40), ("RequestId", 80), ("StackId", 80)]
)
def test_what_is_malformed_is_quoted_in_short(name: str, length: int) -> None:
    with pytest.raises(SnapshotShareError) as raised:
        parse_request(event(**{name: "* " * 5000}))

    assert str(raised.value).count("*") == length / 2


def test_fails_when_a_delete_has_no_physical_id() -> None:
    delete = event("Delete")
    del delete["PhysicalResourceId"]

    with pytest.raises(SnapshotShareError, match="PhysicalResourceId is missing"):
        parse_request(delete)
