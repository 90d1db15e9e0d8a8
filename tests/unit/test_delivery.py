import copy
import json
from typing import Any

import pytest

from redshift_snapshot_share_handler.delivery import Environment, deliver
from tests.unit.stubs import (
    ACCOUNT,
    CLAIMANT,
    OWNER,
    STACK,
    Clock,
    client_error,
)

URL = "https://answers.example/?X-Amz-Signature=5ec2e7"
PAIR_ID = f"sales/{ACCOUNT}"
EVENT = {
    "RequestType": "Create",
    "ResponseURL": URL,
    "RequestId": CLAIMANT.request_id,
    "StackId": STACK.arn,
    "LogicalResourceId": CLAIMANT.logical_resource_id,
    "ResourceType": "Custom::RedshiftSnapshotShare",
    "ResourceProperties": {
        "SnapshotIdentifier": "sales",
        "AccountWithRestoreAccess": ACCOUNT,
    },
}
UPDATE = {
    **EVENT,
    "RequestType": "Update",
    "PhysicalResourceId": PAIR_ID,
    "OldResourceProperties": EVENT["ResourceProperties"],
}
DELETE = {**EVENT, "RequestType": "Delete", "PhysicalResourceId": PAIR_ID}

CLAIM = CLAIMANT.claim(ACCOUNT, adopted=False)
SHARED = {
    "SnapshotIdentifier": "sales",
    "ClusterIdentifier": "sales",
    "OwnerAccount": OWNER,
    "Status": "available",
    "AccountsWithRestoreAccess": [{"AccountId": ACCOUNT}],
    "Tags": [{"Key": CLAIM.key, "Value": CLAIM.value}],
}


class Redshift:
    """One snapshot, or an error, whatever is asked; nothing can be changed."""

    def __init__(self, seen: dict[str, Any] | Exception) -> None:
        self._seen = seen

    def describe_cluster_snapshots(self, **_: str) -> dict[str, Any]:
        if isinstance(self._seen, Exception):
            raise self._seen
        return {"Snapshots": [self._seen]}


class CloudFormation:
    """Where the answers go."""

    def __init__(self, status: int = 200) -> None:
        self._status = status
        self.answers: list[tuple[str, dict[str, Any]]] = []

    def put(self, url: str, body: bytes) -> int:
        self.answers.append((url, json.loads(body)))
        return self._status

    @property
    def answer(self) -> dict[str, Any]:
        """The one answer there was."""
        [(_, body)] = self.answers
        return body


def delivered(
    event: dict[str, Any],
    seen: dict[str, Any] | Exception = SHARED,
    clock: Clock | None = None,
) -> dict[str, Any]:
    """Deliver an event, and give the answer."""
    cloudformation = CloudFormation()
    deliver(
        event,
        Environment(Redshift(seen), None, lambda: None, cloudformation.put),
        (clock or Clock()).deadline(),
    )
    return cloudformation.answer


def test_what_was_done_is_answered_with_the_pair_and_its_attributes() -> None:
    body = delivered(EVENT)

    assert body["Status"] == "SUCCESS"
    assert body["PhysicalResourceId"] == PAIR_ID
    assert body["Data"]["AccountsWithRestoreAccess"] == ACCOUNT
    assert body["RequestId"] == EVENT["RequestId"]


def test_a_delete_is_answered_without_attributes() -> None:
    gone = client_error("ClusterSnapshotNotFound", 404)

    body = delivered(DELETE, gone)

    assert body["Status"] == "SUCCESS"
    assert body["PhysicalResourceId"] == PAIR_ID
    assert "Data" not in body


def test_the_answer_goes_to_the_events_url() -> None:
    cloudformation = CloudFormation()

    deliver(
        EVENT,
        Environment(Redshift(SHARED), None, lambda: None, cloudformation.put),
        Clock().deadline(),
    )

    assert [url for url, _ in cloudformation.answers] == [URL]


@pytest.mark.parametrize(
    ("event", "physical_resource_id"),
    [
        (EVENT, "CREATE_FAILED:request-1"),
        (UPDATE, PAIR_ID),
        (DELETE, PAIR_ID),
        ({**UPDATE, "PhysicalResourceId": "made-up"}, "made-up"),
    ],
    ids=["Create", "Update", "Delete", "made up"],
)
@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (client_error("Unheard", message="by anybody"), "by anybody"),
        (KeyError("unforeseen"), "(KeyError)"),
    ],
    ids=["refused", "unexpected"],
)
def test_a_failure_is_answered_with_the_id_it_came_with_or_a_marked_one(
    event: dict[str, Any], physical_resource_id: str, seen: Exception, reason: str
) -> None:
    body = delivered(event, seen)

    assert body["Status"] == "FAILED"
    assert body["PhysicalResourceId"] == physical_resource_id
    assert reason in body["Reason"]


def test_a_failure_is_logged_with_its_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = delivered(EVENT, client_error("Unheard"))

    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last == {"message": "failed", "reason": body["Reason"]}


def test_an_event_without_any_id_is_answered_with_a_mark_alone() -> None:
    assert delivered({"ResponseURL": URL})["PhysicalResourceId"] == "CREATE_FAILED:"


class Aws:
    """Redshift, CloudFormation and KMS, as a first share of a snapshot meets them."""

    def __init__(self) -> None:
        self.snapshot: dict[str, Any] = {
            **SHARED,
            "AccountsWithRestoreAccess": [],
            "Tags": [],
            "Encrypted": True,
            "KmsKeyId": "key",
        }
        self.calls: list[str] = []

    def describe_cluster_snapshots(self, **_: str) -> dict[str, Any]:
        return {"Snapshots": [copy.deepcopy(self.snapshot)]}

    def create_tags(self, *, Tags: list[dict[str, str]], **_: str) -> None:  # noqa: N803 - as in the API
        self.snapshot["Tags"] += Tags

    def authorize_snapshot_access(
        self,
        *,
        AccountWithRestoreAccess: str,  # noqa: N803 - as in the API
        **_: str,
    ) -> dict[str, Any]:
        account = {"AccountId": AccountWithRestoreAccess}
        self.snapshot["AccountsWithRestoreAccess"].append(account)
        return {}

    def describe_stacks(self, **parameters: str) -> dict[str, Any]:
        assert parameters == {"StackName": STACK.arn}
        return {"Stacks": [{"StackStatus": "CREATE_IN_PROGRESS"}]}

    def describe_key(self, **parameters: str) -> dict[str, Any]:
        assert parameters == {"KeyId": "key"}
        if not self.calls:
            self.calls.append("describe_key")
            raise client_error("ThrottlingException")
        return {"KeyMetadata": {"KeyManager": "CUSTOMER"}}


def test_a_first_share_is_claimed_authorized_and_answered() -> None:
    aws = Aws()
    cloudformation = CloudFormation()

    deliver(
        EVENT,
        Environment(aws, aws, lambda: aws, cloudformation.put),
        Clock().deadline(),
    )

    assert cloudformation.answer["Status"] == "SUCCESS"
    assert cloudformation.answer["Data"]["AccountsWithRestoreAccess"] == ACCOUNT
    assert aws.snapshot["Tags"] == [{"Key": CLAIM.key, "Value": CLAIM.value}]
    assert CLAIM.value.startswith(f"{STACK.name}/")


def test_a_snapshot_in_the_making_is_waited_for_by_the_deadlines_clock() -> None:
    aws = Aws()
    aws.snapshot["Status"] = "creating"
    cloudformation = CloudFormation()
    clock = Clock()

    deliver(
        EVENT,
        Environment(aws, aws, lambda: aws, cloudformation.put),
        clock.deadline(),
    )

    assert "still creating after 600 seconds" in cloudformation.answer["Reason"]
    assert 595 < sum(clock.sleeps) < 605


def test_an_unexpected_failure_tells_no_details_and_logs_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    body = delivered(EVENT, KeyError("unforeseen"))

    assert body["Reason"] == (
        "the function failed in a way it was not made for (KeyError); see the function's "
        "log and report this as a bug"
    )
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line["message"] == "failed"
    assert "unforeseen" in line["traceback"]


def test_attributes_that_cannot_be_worded_fail_rather_than_hang() -> None:
    body = delivered(EVENT, {**SHARED, "RestorableNodeTypes": [None]})

    assert body["Status"] == "FAILED"
    assert body["PhysicalResourceId"] == "CREATE_FAILED:request-1"
    assert "(TypeError)" in body["Reason"]


@pytest.mark.parametrize("physical_resource_id", [None, "", 7, ["x"]])
def test_a_physical_id_that_is_none_is_replaced(physical_resource_id: Any) -> None:
    body = delivered({**UPDATE, "PhysicalResourceId": physical_resource_id})

    assert body["Status"] == "FAILED"
    assert body["PhysicalResourceId"] == "CREATE_FAILED:request-1"


@pytest.mark.parametrize(
    "event",
    [{"ResponseURL": URL}, {**EVENT, "RequestType": "Read"}, {**EVENT, "StackId": 7}],
)
def test_an_event_that_cannot_be_read_is_answered(event: dict[str, Any]) -> None:
    body = delivered(event)

    assert body["Status"] == "FAILED"
    assert "cannot be acted on" in body["Reason"]
    assert body["PhysicalResourceId"].startswith("CREATE_FAILED:")


@pytest.mark.parametrize(
    "url", [None, "", 7, "ftp://answers.example", "answers.example", "file:///etc"]
)
def test_fails_without_touching_anything_when_there_is_nobody_to_answer(
    url: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    cloudformation = CloudFormation()
    environment = Environment(
        Redshift(AssertionError("Redshift was asked")),
        None,
        lambda: None,
        cloudformation.put,
    )

    with pytest.raises(RuntimeError, match=r"^the event has no ResponseURL$"):
        deliver({**EVENT, "ResponseURL": url}, environment, Clock().deadline())

    assert cloudformation.answers == []
    assert json.loads(capsys.readouterr().out) == {
        "message": "the event has no ResponseURL: nothing is done"
    }


def test_fails_when_the_event_has_no_url_at_all() -> None:
    environment = Environment(Redshift(SHARED), None, lambda: None)

    with pytest.raises(RuntimeError, match=r"^the event has no ResponseURL$"):
        deliver({}, environment, Clock().deadline())


def test_accounts_that_are_not_allowed_are_refused() -> None:
    cloudformation = CloudFormation()

    deliver(
        EVENT,
        Environment(
            Redshift(SHARED),
            None,
            lambda: None,
            cloudformation.put,
            allowed_accounts={"999999999999"},
        ),
        Clock().deadline(),
    )

    assert (
        "not among the provider's allowed_accounts" in cloudformation.answer["Reason"]
    )


def test_throttling_until_the_deadline_is_answered_before_it() -> None:
    clock = Clock()

    body = delivered(EVENT, client_error("Throttling", message="Rate exceeded"), clock)

    assert body["Status"] == "FAILED"
    assert "ran out of time" in body["Reason"]
    assert sum(clock.sleeps) < 840


def test_the_answer_is_tried_again_by_the_deadlines_clock() -> None:
    cloudformation = CloudFormation(503)
    clock = Clock()

    with pytest.raises(RuntimeError, match="did not take the answer"):
        deliver(
            EVENT,
            Environment(Redshift(SHARED), None, lambda: None, cloudformation.put),
            clock.deadline(),
        )

    assert clock.sleeps == [1, 2, 4, 8]


def test_each_delivery_is_logged_with_its_ids(
    capsys: pytest.CaptureFixture[str],
) -> None:
    delivered(UPDATE)

    first, *_, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == {
        "message": "Update",
        "request_id": "request-1",
        "stack_id": STACK.arn,
        "logical_resource_id": "ShareWithAnalytics",
        "physical_resource_id": PAIR_ID,
    }
    assert last == {"message": "done", "physical_resource_id": PAIR_ID}


@pytest.mark.parametrize("seen", [SHARED, client_error("Unheard"), KeyError("x")])
@pytest.mark.parametrize("event", [EVENT, UPDATE, {"ResponseURL": URL}])
@pytest.mark.parametrize("status", [200, 403, 503])
def test_the_url_is_never_logged(
    event: dict[str, Any],
    seen: dict[str, Any] | Exception,
    status: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = ""
    try:
        deliver(
            event,
            Environment(Redshift(seen), None, lambda: None, CloudFormation(status).put),
            Clock().deadline(),
        )
    except RuntimeError as error:
        text = str(error)

    assert "5ec2e7" not in text
    assert "5ec2e7" not in capsys.readouterr().out
