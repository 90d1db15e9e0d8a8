from datetime import UTC, datetime
from typing import Any

import pytest

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.stack import (
    CREATING,
    UPDATING,
    Stack,
    StackResource,
    StackState,
    is_going_forward,
    is_rolling_back,
)
from tests.unit.stubs import STACK, Clock, botocore_client, client_error, stubbed

STATUSES: list[str] = (
    botocore_client("cloudformation").meta.service_model.shape_for("StackStatus").enum
)
GOING_FORWARD = {
    "CREATE_IN_PROGRESS",
    "DELETE_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "REVIEW_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_IN_PROGRESS",
}


def described(status: str) -> dict[str, Any]:
    stack = {
        "StackName": STACK.name,
        "CreationTime": datetime(2026, 11, 23, tzinfo=UTC),
        "StackStatus": status,
    }
    return {"Stacks": [stack]}


def test_the_status_is_asked_for_by_the_stacks_arn() -> None:
    """A stack that is gone is found by its ARN only, not by its name."""
    with stubbed("cloudformation") as (client, stubber):
        stubber.add_response(
            "describe_stacks",
            described("UPDATE_IN_PROGRESS"),
            {"StackName": STACK.arn},
        )

        status = Stack(client, Clock().retry(), STACK.arn).status()

    assert status == "UPDATE_IN_PROGRESS"


def test_throttling_is_waited_out() -> None:
    with stubbed("cloudformation") as (client, stubber):
        stubber.add_client_error("describe_stacks", "Throttling")
        stubber.add_response("describe_stacks", described("CREATE_IN_PROGRESS"))

        status = Stack(client, Clock().retry(), STACK.arn).status()

    assert status == "CREATE_IN_PROGRESS"


@pytest.mark.parametrize("status", STATUSES)
def test_a_stack_that_is_rolling_back_is_known_by_its_status(status: str) -> None:
    assert StackState(status).takes_itself_back is ("ROLLBACK" in status)


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ([], False),
        (["DELETE_STACK", "CREATE_STACK"], False),
        (["CREATE_STACK"], True),
        (["ROLLBACK", "CREATE_STACK"], True),
    ],
)
def test_the_last_operations_distinguish_a_rollback_from_a_removal(
    operations: list[str], *, expected: bool
) -> None:
    described_stack = described("DELETE_IN_PROGRESS")
    described_stack["Stacks"][0]["LastOperations"] = [
        {"OperationType": operation, "OperationId": "1"} for operation in operations
    ]
    with stubbed("cloudformation") as (client, stubber):
        stubber.add_response("describe_stacks", described_stack)

        state = Stack(client, Clock().retry(), STACK.arn).state()

    assert state.takes_itself_back is expected


def test_a_resource_is_described_by_the_stacks_arn() -> None:
    detail = {
        "LogicalResourceId": "Share",
        "PhysicalResourceId": "sales/210987654321",
        "ResourceType": "Custom::RedshiftSnapshotShare",
        "LastUpdatedTimestamp": datetime(2026, 11, 23, tzinfo=UTC),
        "ResourceStatus": "UPDATE_COMPLETE",
    }
    with stubbed("cloudformation") as (client, stubber):
        stubber.add_response(
            "describe_stack_resource",
            {"StackResourceDetail": detail},
            {"StackName": STACK.arn, "LogicalResourceId": "Share"},
        )

        resource = Stack(client, Clock().retry(), STACK.arn).find_resource("Share")

    assert resource == StackResource("sales/210987654321", "UPDATE_COMPLETE")


def test_a_resource_that_is_gone_is_none() -> None:
    with stubbed("cloudformation") as (client, stubber):
        stubber.add_client_error("describe_stack_resource", "ValidationError")

        assert Stack(client, Clock().retry(), STACK.arn).find_resource("Share") is None


def test_fails_when_cloudformation_refuses_to_describe_a_resource() -> None:
    with stubbed("cloudformation") as (client, stubber):
        stubber.add_client_error("describe_stack_resource", "SomethingNew")

        with pytest.raises(SnapshotShareError) as raised:
            Stack(client, Clock().retry(), STACK.arn).find_resource("Share")

    assert raised.value.reason is Reason.AWS_ERROR


class Refusing:
    """A CloudFormation that always answers with one error."""

    def __init__(self, code: str) -> None:
        self._code = code

    def describe_stacks(self, **_: str) -> None:
        raise client_error(self._code, message="in AWS's words")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("AccessDenied", Reason.NOT_AUTHORIZED),
        ("ValidationError", Reason.AWS_ERROR),
    ],
)
def test_fails_with_the_reason_when_cloudformation_refuses(
    code: str, reason: Reason
) -> None:
    stack = Stack(Refusing(code), Clock().retry(), STACK.arn)

    with pytest.raises(SnapshotShareError, match="in AWS's words") as raised:
        stack.status()

    assert raised.value.reason is reason


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_forward_or_rolling_back_or_neither(status: str) -> None:
    assert is_rolling_back(status) is ("ROLLBACK" in status)
    assert is_going_forward(status) is (status in GOING_FORWARD)


def test_what_creates_and_updates_are_sent_in_are_statuses() -> None:
    assert set(STATUSES) >= {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"} == CREATING
    assert set(STATUSES) >= UPDATING
    assert {"UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"} == UPDATING
