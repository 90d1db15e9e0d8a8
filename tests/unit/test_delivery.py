import copy
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from redshift_snapshot_share_handler.delivery import Function, deliver
from tests.unit.events import CREATE, DELETE, IDLE_ID, MARKED_ID, PAIR_ID, UPDATE, URL
from tests.unit.logs import PACKAGE, all_text_of, fields_of
from tests.unit.stubs import (
    ACCOUNT,
    CLAIMANT,
    OWNER,
    STACK,
    Clock,
    client_error,
)

CLAIM = CLAIMANT.claim(ACCOUNT, adopted=False)
SHARED = {
    "SnapshotIdentifier": "sales",
    "ClusterIdentifier": "sales",
    "OwnerAccount": OWNER,
    "Status": "available",
    "AccountsWithRestoreAccess": [{"AccountId": ACCOUNT}],
    "Tags": [{"Key": CLAIM.key, "Value": CLAIM.value}],
}


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger=PACKAGE)


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
    **options: Any,
) -> dict[str, Any]:
    """Deliver an event, and give the answer."""
    cloudformation = CloudFormation()
    deliver(
        event,
        Function(Redshift(seen), None, lambda: None, cloudformation.put, **options),
        (clock or Clock()).deadline(),
    )
    return cloudformation.answer


def test_a_success_responds_with_the_pair_and_its_attributes() -> None:
    body = delivered(CREATE)

    assert body["Status"] == "SUCCESS"
    assert body["PhysicalResourceId"] == PAIR_ID
    assert body["Data"]["AccountsWithRestoreAccess"] == ACCOUNT
    assert body["RequestId"] == CREATE["RequestId"]


def test_a_delete_responds_without_attributes() -> None:
    gone = client_error("ClusterSnapshotNotFound", 404)

    body = delivered(DELETE, gone)

    assert body["Status"] == "SUCCESS"
    assert body["PhysicalResourceId"] == PAIR_ID
    assert "Data" not in body


def test_the_response_is_sent_to_the_events_url() -> None:
    cloudformation = CloudFormation()

    deliver(
        CREATE,
        Function(Redshift(SHARED), None, lambda: None, cloudformation.put),
        Clock().deadline(),
    )

    assert [url for url, _ in cloudformation.answers] == [URL]


@pytest.mark.parametrize(
    ("event", "physical_resource_id"),
    [
        (CREATE, IDLE_ID),
        (UPDATE, PAIR_ID),
        (DELETE, PAIR_ID),
        ({**UPDATE, "PhysicalResourceId": "made-up"}, "made-up"),
        ({**DELETE, "PhysicalResourceId": MARKED_ID}, MARKED_ID),
        ({**DELETE, "PhysicalResourceId": IDLE_ID}, IDLE_ID),
    ],
    ids=["Create", "Update", "Delete", "made up", "marked", "idle"],
)
@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        (client_error("Unheard", message="by anybody"), "by anybody"),
        (KeyError("unforeseen"), "(KeyError)"),
    ],
    ids=["refused", "unexpected"],
)
def test_a_failure_responds_with_the_id_of_the_event_or_a_marked_one(
    event: dict[str, Any], physical_resource_id: str, seen: Exception, reason: str
) -> None:
    body = delivered(event, seen)

    assert body["Status"] == "FAILED"
    assert body["PhysicalResourceId"] == physical_resource_id
    assert reason in body["Reason"]


def test_a_failure_is_logged_with_its_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = delivered(CREATE, client_error("Unheard"))

    last = caplog.records[-1]
    assert fields_of(last) == {"message": "failed", "reason": body["Reason"]}
    assert last.levelname == "ERROR"
    assert last.exc_info is None


def test_an_event_without_any_id_gets_a_response_with_only_a_mark() -> None:
    body = delivered({"ResponseURL": URL})

    assert body["PhysicalResourceId"] == "CREATE_FAILED:nothing-written:"


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


def test_a_first_share_is_claimed_and_authorized_and_gets_a_response() -> None:
    aws = Aws()
    cloudformation = CloudFormation()

    deliver(
        CREATE,
        Function(aws, aws, lambda: aws, cloudformation.put),
        Clock().deadline(),
    )

    assert cloudformation.answer["Status"] == "SUCCESS"
    assert cloudformation.answer["Data"]["AccountsWithRestoreAccess"] == ACCOUNT
    assert aws.snapshot["Tags"] == [{"Key": CLAIM.key, "Value": CLAIM.value}]
    assert CLAIM.value.startswith(f"{STACK.name}/")


READ_TIMEOUT = ReadTimeoutError(endpoint_url="https://redshift.example")
NO_CONNECTION = EndpointConnectionError(endpoint_url="https://redshift.example")


def raising(error: Exception) -> Callable[..., Any]:
    def operation(**_: Any) -> None:
        raise error

    return operation


@pytest.mark.parametrize(
    ("operation", "error", "physical_resource_id"),
    [
        ("create_tags", client_error("UnauthorizedOperation", 403), IDLE_ID),
        ("create_tags", client_error("Unheard"), IDLE_ID),
        ("create_tags", NO_CONNECTION, IDLE_ID),
        ("create_tags", READ_TIMEOUT, MARKED_ID),
        ("create_tags", client_error("InternalFailure", 500), MARKED_ID),
        ("create_tags", KeyError("unforeseen"), MARKED_ID),
        ("authorize_snapshot_access", client_error("Unheard"), MARKED_ID),
        ("authorize_snapshot_access", KeyError("unforeseen"), MARKED_ID),
        ("describe_stacks", client_error("Unheard"), MARKED_ID),
        ("describe_key", client_error("AccessDeniedException"), IDLE_ID),
    ],
)
def test_a_failed_create_says_whether_it_may_have_written(
    operation: str,
    error: Exception,
    physical_resource_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws = Aws()
    cloudformation = CloudFormation()
    monkeypatch.setattr(aws, operation, raising(error))

    deliver(
        CREATE,
        Function(aws, aws, lambda: aws, cloudformation.put),
        Clock().deadline(),
    )

    assert cloudformation.answer["Status"] == "FAILED"
    assert cloudformation.answer["PhysicalResourceId"] == physical_resource_id


@pytest.mark.parametrize(
    ("physical_resource_id", "status", "least", "most"),
    [(IDLE_ID, "SUCCESS", 0, 60), (MARKED_ID, "FAILED", 60, 120)],
    ids=["idle", "marked"],
)
def test_a_create_that_wrote_nothing_is_undone_with_few_tries(
    physical_resource_id: str, status: str, least: float, most: float
) -> None:
    clock = Clock()
    event = {**DELETE, "PhysicalResourceId": physical_resource_id}

    body = delivered(event, client_error("UnauthorizedOperation", 403), clock)

    assert body["Status"] == status
    assert body["PhysicalResourceId"] == physical_resource_id
    assert least <= sum(clock.sleeps) < most


def test_a_rollback_to_a_snapshot_that_is_gone_has_empty_attributes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws = Aws()
    cloudformation = CloudFormation()
    gone = client_error("ClusterSnapshotNotFound", 404)
    monkeypatch.setattr(aws, "describe_cluster_snapshots", raising(gone))
    monkeypatch.setattr(
        aws,
        "describe_stacks",
        lambda **_: {"Stacks": [{"StackStatus": "UPDATE_ROLLBACK_IN_PROGRESS"}]},
    )

    deliver(
        UPDATE,
        Function(aws, aws, lambda: aws, cloudformation.put),
        Clock().deadline(),
    )

    assert cloudformation.answer["Status"] == "SUCCESS"
    assert cloudformation.answer["PhysicalResourceId"] == PAIR_ID
    assert set(cloudformation.answer["Data"].values()) == {"", "[]"}


@pytest.mark.parametrize("event", [CREATE, UPDATE, DELETE])
def test_an_event_of_another_stack_is_refused_without_changing_anything(
    event: dict[str, Any],
) -> None:
    own_stack = STACK.arn.replace("analytics", "other")

    body = delivered(event, AssertionError("Redshift was asked"), stack_id=own_stack)

    assert body["Status"] == "FAILED"
    assert body["PhysicalResourceId"] == event.get("PhysicalResourceId", IDLE_ID)
    assert body["Reason"] == (
        f"the request is from stack {STACK.arn}, but this function serves only stack "
        f"{own_stack}; define the share and its provider in the same stack"
    )


def test_an_event_of_the_functions_stack_is_acted_on() -> None:
    assert delivered(CREATE, stack_id=STACK.arn)["Status"] == "SUCCESS"


def test_a_snapshot_that_is_being_created_is_waited_for_by_the_deadlines_clock() -> (
    None
):
    aws = Aws()
    aws.snapshot["Status"] = "creating"
    cloudformation = CloudFormation()
    clock = Clock()

    deliver(
        CREATE,
        Function(aws, aws, lambda: aws, cloudformation.put),
        clock.deadline(),
    )

    assert "still creating after 600 seconds" in cloudformation.answer["Reason"]
    assert 595 < sum(clock.sleeps) < 605


def test_an_unexpected_failure_tells_no_details_and_logs_them(
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = delivered(CREATE, KeyError("unforeseen"))

    assert body["Reason"] == (
        "the function failed with an unexpected error (KeyError); see the function's "
        "log and report this as a bug"
    )
    last = caplog.records[-1]
    assert fields_of(last) == {"message": "failed"}
    assert last.levelname == "ERROR"
    assert "unforeseen" in (last.exc_text or "")


def test_attributes_that_cannot_be_written_fail_rather_than_hang() -> None:
    body = delivered(CREATE, {**SHARED, "RestorableNodeTypes": [None]})

    assert body["Status"] == "FAILED"
    assert body["PhysicalResourceId"] == IDLE_ID
    assert "(TypeError)" in body["Reason"]


@pytest.mark.parametrize("physical_resource_id", [None, "", 7, ["x"]])
def test_a_physical_id_that_is_none_is_replaced(physical_resource_id: Any) -> None:
    body = delivered({**UPDATE, "PhysicalResourceId": physical_resource_id})

    assert body["Status"] == "FAILED"
    assert body["PhysicalResourceId"] == IDLE_ID


@pytest.mark.parametrize(
    "event",
    [{"ResponseURL": URL}, {**CREATE, "RequestType": "Read"}, {**CREATE, "StackId": 7}],
)
def test_an_event_that_cannot_be_read_gets_a_response(event: dict[str, Any]) -> None:
    body = delivered(event)

    assert body["Status"] == "FAILED"
    assert "is not valid" in body["Reason"]
    assert body["PhysicalResourceId"].startswith("CREATE_FAILED:nothing-written:")


NO_URL = r"^the event has no ResponseURL that begins with https://$"


@pytest.mark.parametrize(
    ("url", "allows_http"),
    [
        *(
            (url, allows_http)
            for url in (
                None,
                "",
                7,
                "ftp://answers.example",
                "answers.example",
                "file:///etc",
                "https:answers.example",
                "see https://answers.example",
            )
            for allows_http in (False, True)
        ),
        ("http://answers.example", False),
    ],
)
def test_fails_without_changing_anything_when_no_response_is_possible(
    url: Any, *, allows_http: bool, caplog: pytest.LogCaptureFixture
) -> None:
    cloudformation = CloudFormation()
    function = Function(
        Redshift(AssertionError("Redshift was asked")),
        None,
        lambda: None,
        cloudformation.put,
        allows_http=allows_http,
    )

    with pytest.raises(RuntimeError, match=NO_URL):
        deliver({**CREATE, "ResponseURL": url}, function, Clock().deadline())

    assert cloudformation.answers == []
    [record] = caplog.records
    assert fields_of(record) == {
        "message": "nothing is done: the event has no ResponseURL that begins with "
        "https://"
    }
    assert record.levelname == "ERROR"


def test_http_is_accepted_if_aws_is_on_this_machine() -> None:
    event = {**CREATE, "ResponseURL": "http://127.0.0.1:1/?X-Amz-Signature=5ec2e7"}

    assert delivered(event, allows_http=True)["Status"] == "SUCCESS"


def test_fails_when_the_event_has_no_url_at_all() -> None:
    function = Function(Redshift(SHARED), None, lambda: None)

    with pytest.raises(RuntimeError, match=NO_URL):
        deliver({}, function, Clock().deadline())


def test_accounts_that_are_not_allowed_are_refused() -> None:
    cloudformation = CloudFormation()

    deliver(
        CREATE,
        Function(
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


def test_throttling_until_the_deadline_gets_a_response_before_it() -> None:
    clock = Clock()

    body = delivered(CREATE, client_error("Throttling", message="Rate exceeded"), clock)

    assert body["Status"] == "FAILED"
    assert "timed out while waiting" in body["Reason"]
    assert sum(clock.sleeps) < 840


def test_the_response_is_tried_again_by_the_deadlines_clock() -> None:
    cloudformation = CloudFormation(503)
    clock = Clock()

    with pytest.raises(RuntimeError, match="did not take the response"):
        deliver(
            CREATE,
            Function(Redshift(SHARED), None, lambda: None, cloudformation.put),
            clock.deadline(),
        )

    assert clock.sleeps == [1, 2, 4, 8]


def test_each_delivery_is_logged_with_its_ids(
    caplog: pytest.LogCaptureFixture,
) -> None:
    delivered(UPDATE)

    first, *_, last = map(fields_of, caplog.records)
    assert first == {
        "message": "Update",
        "request_id": "request-1",
        "stack_id": STACK.arn,
        "logical_resource_id": "ShareWithAnalytics",
        "physical_resource_id": PAIR_ID,
    }
    assert last == {"message": "done", "physical_resource_id": PAIR_ID}


@pytest.mark.parametrize("seen", [SHARED, client_error("Unheard"), KeyError("x")])
@pytest.mark.parametrize(
    "event", [CREATE, UPDATE, {"ResponseURL": URL}, {"ResponseURL": f"ftp://{URL}"}]
)
@pytest.mark.parametrize("status", [200, 403, 503])
def test_the_url_is_never_logged(
    event: dict[str, Any],
    seen: dict[str, Any] | Exception,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = ""
    try:
        deliver(
            event,
            Function(Redshift(seen), None, lambda: None, CloudFormation(status).put),
            Clock().deadline(),
        )
    except RuntimeError as error:
        text = str(error)

    assert "5ec2e7" not in text
    assert caplog.records
    assert "5ec2e7" not in all_text_of(caplog.records)


class BusyCluster(Aws):
    """Refuses tags for so many seconds."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__()
        self._clock = clock
        self._end = clock.time + seconds

    def create_tags(self, *, Tags: list[dict[str, str]], **_: str) -> None:  # noqa: N803 - as in the API
        if self._clock.time < self._end:
            raise client_error(
                "InvalidClusterState", message="resizing", operation="CreateTags"
            )
        super().create_tags(Tags=Tags)


def delivered_to_busy_cluster(
    seconds: float, *, status: str = "available", wait_seconds: int = 600
) -> tuple[dict[str, Any], Clock]:
    clock = Clock()
    aws = BusyCluster(clock, seconds)
    aws.snapshot["Status"] = status
    given: Any = CREATE["ResourceProperties"]
    properties = {**given, "WaitForSnapshot": str(wait_seconds)}
    cloudformation = CloudFormation()
    deliver(
        {**CREATE, "ResourceProperties": properties},
        Function(aws, aws, lambda: aws, cloudformation.put),
        clock.deadline(),
    )
    return cloudformation.answer, clock


@pytest.mark.parametrize("seconds", [1, 60, 240, 590])
def test_a_cluster_that_is_busy_is_waited_for_as_a_new_snapshot_is(
    seconds: float,
) -> None:
    body, clock = delivered_to_busy_cluster(seconds)

    assert body["Status"] == "SUCCESS", body["Reason"]
    assert body["Data"]["AccountsWithRestoreAccess"] == ACCOUNT
    assert seconds <= clock.time - 1000 < seconds + 40


@pytest.mark.parametrize("wait_seconds", [0, 60, 600])
def test_a_cluster_that_stays_busy_is_named_when_the_wait_is_over(
    wait_seconds: int,
) -> None:
    body, clock = delivered_to_busy_cluster(10**6, wait_seconds=wait_seconds)

    assert body["Status"] == "FAILED"
    assert body["PhysicalResourceId"] == IDLE_ID
    assert "cannot be tagged in the present state of its cluster" in body["Reason"]
    assert "(CreateTags: InvalidClusterState, AWS request id aws-1)" in body["Reason"]
    assert wait_seconds <= clock.time - 1000 < wait_seconds + 40
