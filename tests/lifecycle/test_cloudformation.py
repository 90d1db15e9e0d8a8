"""The CloudFormation double is as strict as CloudFormation."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.lifecycle.cloudformation import CloudFormation
from tests.lifecycle.request import InvalidAnswerError, Request
from tests.lifecycle.scenarios import MONDAY, TUESDAY
from tests.lifecycle.stack import Stack
from tests.lifecycle.world import share


@pytest.fixture
def sent() -> list[Request]:
    """What was sent to the function."""
    return []


@pytest.fixture
def stack(sent: list[Request]) -> Stack:
    return CloudFormation(sent.append).make_stack("alpha")


@pytest.fixture
def deployed(stack: Stack, sent: list[Request]) -> Stack:
    """A stack whose share has been created."""
    stack.create({"Share": share(MONDAY)})
    _answer(sent[0])
    return stack


def _answer(request: Request, **changes: Any) -> None:
    event = request.event
    body = {
        "Status": "SUCCESS",
        "Reason": "because",
        "PhysicalResourceId": event.get("PhysicalResourceId", str(MONDAY)),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        **changes,
    }
    put = request.stack.cloudformation.put
    assert put(event["ResponseURL"], json.dumps(body).encode()) == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"StackId": "other"},
        {"RequestId": "other"},
        {"LogicalResourceId": "other"},
        {"Status": "OK"},
        {"Status": "FAILED", "Reason": ""},
        {"PhysicalResourceId": ""},
        {"PhysicalResourceId": "x" * 1025},
        {"Data": {"Encrypted": True}},
        {"Data": {"Tags": "x" * 4096}},
    ],
    ids=str,
)
def test_response_that_breaks_a_rule_is_refused(
    stack: Stack, sent: list[Request], changes: dict[str, Any]
) -> None:
    stack.create({"Share": share(MONDAY)})

    with pytest.raises(InvalidAnswerError):
        _answer(sent[0], **changes)


def test_failed_update_with_another_physical_id_is_refused(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.update({"Share": share(TUESDAY)})

    with pytest.raises(InvalidAnswerError):
        _answer(sent[1], Status="FAILED", PhysicalResourceId=str(TUESDAY))


def test_attribute_that_is_not_in_the_response_cannot_be_read(
    stack: Stack, sent: list[Request]
) -> None:
    stack.create({"Share": share(MONDAY)})
    _answer(sent[0], Data={"Status": "available"})

    assert stack.get_att("Share", "Status") == "available"
    with pytest.raises(InvalidAnswerError, match="doesn't contain NodeType"):
        stack.get_att("Share", "NodeType")


def test_second_response_is_ignored(deployed: Stack, sent: list[Request]) -> None:
    _answer(sent[0], Status="FAILED")

    assert deployed.status == "CREATE_COMPLETE"
    assert deployed.cloudformation.ignored_answers == 1


def test_response_after_the_timeout_is_ignored(
    stack: Stack, sent: list[Request]
) -> None:
    stack.create({"Share": share(MONDAY)})
    stack.time_out(sent[0])

    _answer(sent[0])

    assert stack.status == "ROLLBACK_IN_PROGRESS"


def test_sibling_that_fails_sends_a_delete_beside_the_unfinished_create(
    stack: Stack, sent: list[Request]
) -> None:
    stack.create({"Share": share(MONDAY)}, is_doomed=True)

    stack.fail_sibling()

    assert [request.kind for request in sent] == ["Create", "Delete"]
    assert sent[1].event["PhysicalResourceId"].startswith("alpha-Share-")


def test_failed_create_is_deleted_by_the_id_of_its_response(
    stack: Stack, sent: list[Request]
) -> None:
    stack.create({"Share": share(MONDAY)})

    _answer(sent[0], Status="FAILED", PhysicalResourceId="marked")

    assert sent[1].kind == "Delete"
    assert sent[1].event["PhysicalResourceId"] == "marked"


def test_replacement_deletes_the_old_id_in_the_cleanup(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.update({"Share": share(TUESDAY)})

    _answer(sent[1], PhysicalResourceId=str(TUESDAY))

    assert deployed.status == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    assert sent[2].kind == "Delete"
    assert sent[2].event["PhysicalResourceId"] == str(MONDAY)


def test_replacement_rolled_back_is_reversed_and_the_new_id_deleted(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.update({"Share": share(TUESDAY)}, is_doomed=True)
    _answer(sent[1], PhysicalResourceId=str(TUESDAY))

    deployed.fail_sibling()
    _answer(sent[2], PhysicalResourceId=str(MONDAY))

    reversed_update = sent[2].event
    assert reversed_update["PhysicalResourceId"] == str(TUESDAY)
    assert reversed_update["ResourceProperties"] == sent[0].event["ResourceProperties"]
    assert (
        reversed_update["OldResourceProperties"] == sent[1].event["ResourceProperties"]
    )
    assert deployed.status == "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
    assert sent[3].event["PhysicalResourceId"] == str(TUESDAY)


def test_rename_creates_first_and_deletes_in_the_cleanup(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.update({"Renamed": share(MONDAY)})
    assert [request.kind for request in sent] == ["Create", "Create"]
    _answer(sent[1])

    assert sent[2].kind == "Delete"
    assert sent[2].logical_id == "Share"


def test_cleanup_gives_up_after_three_tries(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.update({})

    for _ in range(3):
        _answer(sent[-1], Status="FAILED")

    assert deployed.status == "UPDATE_COMPLETE"
    assert [victim.logical_id for _, victim in deployed.cloudformation.abandoned] == [
        "Share"
    ]


def test_failed_delete_blocks_the_stack_until_it_is_deleted_again(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.delete()
    _answer(sent[1], Status="FAILED")
    assert deployed.status == "DELETE_FAILED"

    deployed.delete()
    _answer(sent[2])

    assert deployed.status == "DELETE_COMPLETE"


def test_disabled_rollback_keeps_the_failure_until_the_next_deployment(
    stack: Stack, sent: list[Request]
) -> None:
    stack.create({"Share": share(MONDAY)}, disable_rollback=True)
    _answer(sent[0], Status="FAILED", PhysicalResourceId="marked")
    assert stack.status == "CREATE_FAILED"

    stack.update({"Share": share(MONDAY)}, disable_rollback=True)
    _answer(sent[1])

    assert [request.kind for request in sent] == ["Create", "Create", "Delete"]
    assert sent[2].event["PhysicalResourceId"] == "marked"


def test_retained_resource_is_not_deleted_with_its_stack(
    stack: Stack, sent: list[Request]
) -> None:
    stack.create({"Share": share(MONDAY, is_retained=True)})
    _answer(sent[0])

    stack.delete()

    assert stack.status == "DELETE_COMPLETE"
    assert len(sent) == 1


def test_retained_resource_is_deleted_by_the_rollback_of_its_creation(
    stack: Stack, sent: list[Request]
) -> None:
    """RETAIN is written as RetainExceptOnCreate."""
    stack.create({"Share": share(MONDAY, is_retained=True)}, is_doomed=True)
    _answer(sent[0])

    stack.fail_sibling()

    assert sent[1].kind == "Delete"


def test_stack_made_again_has_another_stack_id(stack: Stack) -> None:
    again = stack.cloudformation.make_stack(stack.name)

    assert again.stack_id != stack.stack_id


def test_describe_stacks_finds_a_deleted_stack_by_its_id(stack: Stack) -> None:
    stack.create({})
    stack.delete()

    described = stack.cloudformation.describe_stacks(StackName=stack.stack_id)

    assert described["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"


def _resource(stack: Stack, logical_id: str = "Share") -> dict[str, str]:
    described = stack.cloudformation.describe_stack_resource(
        StackName=stack.stack_id, LogicalResourceId=logical_id
    )
    detail: dict[str, str] = described["StackResourceDetail"]
    return detail


def test_resource_has_no_id_while_its_create_has_no_response(stack: Stack) -> None:
    stack.create({"Share": share(MONDAY)})

    assert _resource(stack) == {
        "LogicalResourceId": "Share",
        "ResourceStatus": "CREATE_IN_PROGRESS",
    }


def test_resource_has_the_new_id_while_the_replaced_one_is_cleaned_up(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.update({"Share": share(TUESDAY)})
    _answer(sent[1], PhysicalResourceId=str(TUESDAY))

    assert deployed.status == "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    assert _resource(deployed)["PhysicalResourceId"] == str(TUESDAY)
    assert _resource(deployed)["ResourceStatus"] == "UPDATE_COMPLETE"


def test_removed_resource_is_described_until_its_delete_succeeds(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.update({})

    assert _resource(deployed) == {
        "LogicalResourceId": "Share",
        "PhysicalResourceId": str(MONDAY),
        "ResourceStatus": "DELETE_IN_PROGRESS",
    }

    _answer(sent[1])

    with pytest.raises(ClientError, match="Resource Share does not exist for stack"):
        _resource(deployed)


def test_resource_that_an_update_added_is_described_until_the_rollback_deleted_it(
    stack: Stack, sent: list[Request]
) -> None:
    stack.create({})
    stack.update({"Share": share(MONDAY)}, is_doomed=True)
    _answer(sent[0])
    stack.fail_sibling()

    assert _resource(stack)["ResourceStatus"] == "DELETE_IN_PROGRESS"
    assert _resource(stack)["PhysicalResourceId"] == str(MONDAY)

    _answer(sent[1])

    with pytest.raises(ClientError, match="does not exist"):
        _resource(stack)


def test_resource_of_a_deleted_stack_does_not_exist(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.delete()
    assert _resource(deployed)["ResourceStatus"] == "DELETE_IN_PROGRESS"

    _answer(sent[1])

    with pytest.raises(ClientError, match="does not exist"):
        _resource(deployed)


def test_describe_stacks_shows_the_last_operations_if_asked_to(
    stack: Stack, sent: list[Request]
) -> None:
    stack.create({"Share": share(MONDAY)})
    _answer(sent[0], Status="FAILED", PhysicalResourceId="marked")
    _answer(sent[1])
    describe = stack.cloudformation.describe_stacks
    assert "LastOperations" not in describe(StackName=stack.stack_id)["Stacks"][0]

    stack.cloudformation.shows_last_operations = True

    shown = describe(StackName=stack.stack_id)["Stacks"][0]["LastOperations"]
    assert [entry["OperationType"] for entry in shown] == ["ROLLBACK", "CREATE_STACK"]


@pytest.mark.parametrize("remembered", ["old", "new"])
def test_refused_replacement_keeps_the_old_id_and_one_of_both_properties(
    deployed: Stack, sent: list[Request], remembered: str
) -> None:
    deployed.refused_remembers = remembered
    deployed.update({"Share": share(TUESDAY)}, disable_rollback=True)

    _answer(sent[1], PhysicalResourceId=str(TUESDAY))

    assert deployed.status == "UPDATE_FAILED"
    assert deployed.resources["Share"].physical_id == str(MONDAY)
    pair = MONDAY if remembered == "old" else TUESDAY
    assert deployed.resources["Share"].properties == share(pair).properties
    assert [lost.physical_id for lost in deployed.unnoticed] == [str(TUESDAY)]


def test_replacement_is_not_refused_while_rollback_is_enabled(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.refused_remembers = "new"
    deployed.update({"Share": share(TUESDAY)})

    _answer(sent[1], PhysicalResourceId=str(TUESDAY))

    assert deployed.resources["Share"].physical_id == str(TUESDAY)
    assert not deployed.unnoticed


def test_skipped_replacement_is_forgotten_with_its_new_id(
    deployed: Stack, sent: list[Request]
) -> None:
    deployed.update({"Share": share(TUESDAY)}, is_doomed=True)
    _answer(sent[1], PhysicalResourceId=str(TUESDAY))
    deployed.fail_sibling()
    _answer(sent[2], Status="FAILED")
    assert deployed.status == "UPDATE_ROLLBACK_FAILED"

    deployed.continue_update_rollback(skip=True)

    assert deployed.status == "UPDATE_ROLLBACK_COMPLETE"
    assert deployed.resources["Share"].physical_id == str(MONDAY)
    assert [lost.physical_id for lost in deployed.unnoticed] == [str(TUESDAY)]
    assert len(sent) == 3


def test_rollback_of_a_first_deployment_can_look_like_a_deletion(
    stack: Stack, sent: list[Request]
) -> None:
    """RollbackStack without a last stable state, OnFailure DELETE, and nested stacks."""
    stack.hides_rollback = True
    stack.create({"Share": share(MONDAY)})

    _answer(sent[0], Status="FAILED", PhysicalResourceId="marked")

    assert stack.status == "DELETE_IN_PROGRESS"
    assert stack.is_rolling_back
    _answer(sent[1])
    assert stack.status == "DELETE_COMPLETE"
