"""Events that CloudFormation would not send, or that another version's template makes.

If there is a ResponseURL, there is always a response, without a traceback in its reason.
Nothing is authorized or revoked.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from redshift_snapshot_share_handler import delivery
from redshift_snapshot_share_handler.deadline import Deadline
from tests.lifecycle.handler import repeatable_handler
from tests.lifecycle.scenarios import MONDAY
from tests.lifecycle.world import World

URL = "https://cloudformation-custom-resource-response.test/1"
EVENT: Mapping[str, Any] = {
    "RequestType": "Create",
    "ResponseURL": URL,
    "StackId": "arn:aws:cloudformation:us-east-1:111111111111:stack/alpha/1",
    "RequestId": "00000000-0000-4000-9000-000000000001",
    "ResourceType": "Custom::RedshiftSnapshotShare",
    "LogicalResourceId": "Share",
    "ResourceProperties": {
        "ServiceToken": "arn:aws:lambda:us-east-1:111111111111:function:share",
        "SnapshotIdentifier": MONDAY.snapshot,
        "AccountWithRestoreAccess": MONDAY.account,
    },
}
_CHANGES = frozenset({"authorize_snapshot_access", "revoke_snapshot_access"})

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


class _Watched:
    """A client that notes which operations are called."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.called: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.called.add(name)
        return getattr(self._client, name)


def _deliver(event: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Deliver an event. Return the response and the operations of Redshift that were called."""
    world = World()
    bodies: list[bytes] = []

    def put(url: str, body: bytes) -> int:
        assert url == event["ResponseURL"]
        bodies.append(body)
        return 200

    def sleep(seconds: float) -> None:
        world.clock += seconds

    redshift = _Watched(world.redshift)
    environment = delivery.Function(
        redshift=redshift,
        cloudformation=world.cloudformation,
        make_kms=lambda: world.kms,
        put=put,
    )
    delivery.deliver(
        event, environment, Deadline(840, now=lambda: world.clock, sleep=sleep)
    )
    [body] = bodies
    assert len(body) <= 4096
    return json.loads(body), redshift.called


def _assert_refused(event: Mapping[str, Any]) -> dict[str, Any]:
    answer, called = _deliver(event)

    assert answer["Status"] == "FAILED"
    assert answer["PhysicalResourceId"]
    assert answer["Reason"]
    assert "Traceback" not in answer["Reason"]
    assert "unexpected" not in answer["Reason"]
    assert not called & _CHANGES
    return answer


@pytest.mark.parametrize("value", [None, "", 7, [], {}], ids=repr)
@pytest.mark.parametrize(
    "name", ["RequestType", "StackId", "RequestId", "LogicalResourceId"]
)
def test_missing_or_wrong_field_is_refused_by_its_name(name: str, value: Any) -> None:
    answer = _assert_refused({**EVENT, name: value})

    assert name in answer["Reason"]


@pytest.mark.parametrize("name", ["ResourceProperties", "OldResourceProperties"])
@pytest.mark.parametrize("value", [None, "", 7, []], ids=repr)
def test_properties_that_are_no_object_are_refused(name: str, value: Any) -> None:
    event = {**EVENT, "RequestType": "Update", "PhysicalResourceId": str(MONDAY)}

    answer = _assert_refused({**event, name: value})

    assert answer["PhysicalResourceId"] == str(MONDAY)


@pytest.mark.parametrize("request_type", ["Update", "Delete"])
def test_missing_physical_resource_id_is_refused(request_type: str) -> None:
    event = {**EVENT, "RequestType": request_type, "OldResourceProperties": {}}

    answer = _assert_refused(event)

    assert "PhysicalResourceId" in answer["Reason"]


def test_unknown_request_type_is_refused() -> None:
    answer = _assert_refused({**EVENT, "RequestType": "Import"})

    assert "Import" in answer["Reason"]


@pytest.mark.parametrize(
    "name",
    ["RequestType", "StackId", "RequestId", "LogicalResourceId", "PhysicalResourceId"],
)
def test_oversized_field_gets_a_response_within_the_limit(name: str) -> None:
    _assert_refused(
        {
            **EVENT,
            "RequestType": "Delete",
            "PhysicalResourceId": str(MONDAY),
            name: "ü" * 100_000,
        }
    )


@pytest.mark.parametrize(
    "event", [{}, {"ResponseURL": None}, {"ResponseURL": "ftp://x"}]
)
def test_event_without_a_response_url_does_nothing(event: dict[str, Any]) -> None:
    world = World()
    redshift = _Watched(world.redshift)
    environment = delivery.Function(
        redshift=redshift,
        cloudformation=world.cloudformation,
        make_kms=lambda: world.kms,
        put=lambda _url, _body: 200,
    )

    with pytest.raises(RuntimeError, match="no ResponseURL"):
        delivery.deliver(
            {**EVENT, **event, "ResponseURL": ""}, environment, Deadline(9)
        )

    assert not redshift.called


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"SnapshotIdentifier": "monday"},
        {"AccountWithRestoreAccess": MONDAY.account},
        {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": 222222222222},
        {"SnapshotIdentifier": ["monday"], "AccountWithRestoreAccess": MONDAY.account},
        {"SnapshotIdentifier": "monday", "AccountWithRestoreAccess": "111111111111"},
        # A list, as a property of another version might be.
        {"SnapshotIdentifier": "monday", "AccountsWithRestoreAccess": "222222222222"},
    ],
    ids=repr,
)
def test_properties_of_another_format_fail_a_create(properties: dict[str, Any]) -> None:
    _assert_refused({**EVENT, "ResourceProperties": properties})


@pytest.mark.parametrize(
    "properties", [{}, {"Snapshot": "monday"}, {"SnapshotIdentifier": 7}], ids=repr
)
@pytest.mark.parametrize("physical_id", ["CREATE_FAILED:1", "alpha-Share-1ABC"])
def test_properties_of_another_format_let_a_delete_of_nothing_succeed(
    properties: dict[str, Any], physical_id: str
) -> None:
    """A Create that refused them has shared nothing, so its stack must be deletable."""
    answer, called = _deliver(
        {
            **EVENT,
            "RequestType": "Delete",
            "PhysicalResourceId": physical_id,
            "ResourceProperties": properties,
        }
    )

    assert answer["Status"] == "SUCCESS"
    assert answer["PhysicalResourceId"] == physical_id
    assert not called


def test_properties_of_another_format_do_not_stop_a_delete_by_id() -> None:
    answer, called = _deliver(
        {
            **EVENT,
            "RequestType": "Delete",
            "PhysicalResourceId": str(MONDAY),
            "ResourceProperties": {"Snapshot": "monday"},
        }
    )

    assert answer["Status"] == "SUCCESS"
    assert not called & _CHANGES


@given(
    name=st.sampled_from(
        [*EVENT, "PhysicalResourceId", "OldResourceProperties"]
    ).filter(lambda name: name != "ResponseURL"),
    value=json_values,
    request_type=st.sampled_from(["Create", "Update", "Delete"]),
)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_anything_in_any_field_gets_a_response(
    name: str, value: Any, request_type: str
) -> None:
    event = {
        **EVENT,
        "RequestType": request_type,
        "PhysicalResourceId": "friday/222222222222",
        "OldResourceProperties": {},
        "ResourceProperties": {
            "SnapshotIdentifier": "friday",
            "AccountWithRestoreAccess": MONDAY.account,
        },
        name: value,
    }

    with repeatable_handler():
        answer, called = _deliver(event)

    assert answer["Status"] in {"SUCCESS", "FAILED"}
    assert "Traceback" not in answer.get("Reason", "")
    assert "unexpected" not in answer.get("Reason", "")
    assert not called & _CHANGES


@given(
    properties=st.dictionaries(
        st.sampled_from(
            [
                "SnapshotIdentifier",
                "SnapshotArn",
                "SnapshotClusterIdentifier",
                "AccountWithRestoreAccess",
                "ExistingShare",
                "WaitForSnapshot",
                "Unknown",
            ]
        ),
        json_values,
    ),
    request_type=st.sampled_from(["Create", "Update"]),
)
@settings(deadline=None, derandomize=True, max_examples=200)
def test_any_value_of_any_property_gets_a_response(
    properties: dict[str, Any], request_type: str
) -> None:
    event = {
        **EVENT,
        "RequestType": request_type,
        "PhysicalResourceId": "friday/222222222222",
        "OldResourceProperties": properties,
        "ResourceProperties": {**properties, "SnapshotIdentifier": "friday"},
    }

    with repeatable_handler():
        answer, called = _deliver(event)

    assert answer["Status"] == "FAILED"
    assert "unexpected" not in answer["Reason"]
    assert not called & _CHANGES
