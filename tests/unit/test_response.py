import json
import logging
import socket
from http.client import HTTPException
from inspect import signature
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from redshift_snapshot_share_handler.contract import ATTRIBUTES
from redshift_snapshot_share_handler.outcome import Outcome
from redshift_snapshot_share_handler.response import (
    answer,
    failure,
    put_over_http,
    success,
)
from tests.unit.http_server import HANG_UP, Server, serving
from tests.unit.logs import PACKAGE, all_text_of, fields_of
from tests.unit.strategies import snapshots
from tests.unit.stubs import ACCOUNT, STACK

EVENT = {
    "ResponseURL": "https://answers.example/?secret",
    "StackId": STACK.arn,
    "RequestId": "request-1",
    "LogicalResourceId": "ShareWithAnalytics",
}
PAIR_ID = f"sales/{ACCOUNT}"
# The longest that CloudFormation itself has.
LONGEST_EVENT = {
    "StackId": "arn:aws-us-gov:cloudformation:us-gov-west-1:111122223333:stack/"
    f"{'s' * 128}/{'5' * 36}",
    "RequestId": "r" * 36,
    "LogicalResourceId": "L" * 255,
}
LONGEST_PAIR_ID = f"{'s' * 255}/amazon-redshift-support"
SECRET = "X-Amz-Signature=5ec2e7"


def outcome(physical_resource_id: str = PAIR_ID, **fields: Any) -> Outcome:
    return Outcome(physical_resource_id, fields)


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger=PACKAGE)


# The body of a success.


def test_a_success_has_the_ids_and_every_attribute() -> None:
    body = json.loads(success(EVENT, outcome(Status="available")))

    assert body == {
        "StackId": STACK.arn,
        "RequestId": "request-1",
        "LogicalResourceId": "ShareWithAnalytics",
        "PhysicalResourceId": PAIR_ID,
        "Status": "SUCCESS",
        "Data": {
            **dict.fromkeys(ATTRIBUTES, ""),
            "Status": "available",
            "Tags": "[]",
            "Truncated": "",
        },
    }


def test_the_success_of_a_delete_has_no_attributes() -> None:
    body = json.loads(success(EVENT, Outcome(PAIR_ID)))

    assert body["Status"] == "SUCCESS"
    assert "Data" not in body


def test_the_success_without_a_snapshot_has_every_attribute_empty() -> None:
    body = json.loads(success(EVENT, Outcome(PAIR_ID, {})))

    assert body["Data"] == {
        **dict.fromkeys(ATTRIBUTES, ""),
        "Tags": "[]",
        "Truncated": "",
    }


def test_what_is_small_enough_is_whole() -> None:
    tags = [{"Key": f"k{n}", "Value": "v" * 10} for n in range(20)]

    body = json.loads(success(EVENT, outcome(Tags=tags)))

    assert json.loads(body["Data"]["Tags"]) == tags
    assert body["Data"]["Truncated"] == ""


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(snapshots)
def test_the_success_of_any_snapshot_is_json_of_at_most_4096_bytes(
    fields: dict[str, Any],
) -> None:
    encoded = success(LONGEST_EVENT, outcome(LONGEST_PAIR_ID, **fields))

    assert len(encoded) <= 4096
    body = json.loads(encoded)
    assert list(body["Data"]) == [*ATTRIBUTES, "Truncated"]
    assert all(isinstance(value, str) for value in body["Data"].values())
    assert body["PhysicalResourceId"] == LONGEST_PAIR_ID
    assert body["LogicalResourceId"] == LONGEST_EVENT["LogicalResourceId"]


@pytest.mark.parametrize("character", ["x", '"', "ä", "語", "\U0001f600", "\n", "\x00"])
def test_the_longest_snapshot_fits(character: str) -> None:
    """50 tags of 128 and 256 characters, 20 accounts, every text at its longest."""
    fields = dict.fromkeys(ATTRIBUTES, character * 256)
    tags = [{"Key": character * 128, "Value": character * 256}] * 50
    accounts = [{"AccountId": ACCOUNT}] * 20

    encoded = success(
        LONGEST_EVENT,
        outcome(
            LONGEST_PAIR_ID,
            **{
                **fields,
                "Tags": tags,
                "AccountsWithRestoreAccess": accounts,
                "RestorableNodeTypes": ["ra3.16xlarge"] * 20,
            },
        ),
    )

    assert len(encoded) <= 4096
    data = json.loads(encoded)["Data"]
    assert data["Tags"] == "[]"
    assert data["Truncated"].startswith("Tags,RestorableNodeTypes,Accounts")
    assert any(data[name] for name in fields)


def test_as_many_tags_as_fit_are_kept() -> None:
    tags = [{"Key": f"{n:02}" + "k" * 126, "Value": "v" * 256} for n in range(50)]

    body = success(EVENT, outcome(Tags=tags))

    kept = json.loads(json.loads(body)["Data"]["Tags"])
    assert kept == tags[: len(kept)]
    one_more = len(json.dumps(json.dumps(tags[0], separators=(",", ":"))))
    assert 4096 - one_more < len(body) <= 4096


# The body of a failure.


def test_a_failure_says_why() -> None:
    assert json.loads(failure(EVENT, PAIR_ID, "because")) == {
        "StackId": STACK.arn,
        "RequestId": "request-1",
        "LogicalResourceId": "ShareWithAnalytics",
        "PhysicalResourceId": PAIR_ID,
        "Status": "FAILED",
        "Reason": "because",
    }


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("x" * 1198, "x" * 1198),
        ("x" * 1199, "x" * 1195 + "..."),
        ("x" * 99999, "x" * 1195 + "..."),
        ("ä" * 599, "ä" * 599),
        ("ä" * 600, "ä" * 597 + "..."),
        ("\x00" * 300, "\x00" * 199 + "..."),
    ],
    ids=["fits", "too long", "far too long", "two bytes", "too many", "escaped"],
)
def test_a_reason_is_cut_at_1200_bytes(reason: str, told: str) -> None:
    assert json.loads(failure(EVENT, PAIR_ID, reason))["Reason"] == told


def test_the_longest_ids_of_cloudformation_stay_whole() -> None:
    physical_resource_id = "p" * 1024

    encoded = failure(LONGEST_EVENT, physical_resource_id, "x" * 1200)

    body = json.loads(encoded)
    assert len(encoded) <= 4096
    assert body["PhysicalResourceId"] == physical_resource_id
    assert {name: body[name] for name in LONGEST_EVENT} == LONGEST_EVENT


def test_a_failure_takes_no_more_bytes_than_needed() -> None:
    assert (
        failure({"RequestId": "r"}, "id", "ä")
        == (
            '{"StackId":"","RequestId":"r","LogicalResourceId":"","PhysicalResourceId":"id",'
            '"Status":"FAILED","Reason":"ä"}'
        ).encode()
    )


anything = st.none() | st.integers() | st.text(st.characters(), max_size=3000)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "StackId": anything,
            "RequestId": anything,
            "LogicalResourceId": anything,
        },
    ),
    st.text(st.characters(), max_size=3000),
    st.text(st.characters(), max_size=3000),
)
def test_there_is_a_response_to_any_event(
    event: dict[str, Any], physical_resource_id: str, reason: str
) -> None:
    encoded = failure(event, physical_resource_id, reason)

    assert len(encoded) <= 4096
    assert json.loads(encoded)["Status"] == "FAILED"


@pytest.mark.parametrize("character", ["\x00", "\U0001f600", "\ud800", "\\"])
def test_the_worst_event_gets_a_response(character: str) -> None:
    text = character * 9999
    event = dict.fromkeys(("StackId", "RequestId", "LogicalResourceId"), text)

    assert len(failure(event, text, text)) <= 4096


# Sending it.


class Puts:
    """A CloudFormation that answers from a script and remembers what it was sent."""

    def __init__(self, *script: int | Exception) -> None:
        self._script = list(script)
        self.sent: list[tuple[str, bytes]] = []

    def __call__(self, url: str, body: bytes) -> int:
        self.sent.append((url, body))
        step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(step, Exception):
            raise step
        return step


def send(put: Puts) -> list[float]:
    """Answer, and give the pauses."""
    pauses: list[float] = []
    answer("https://answers.example/?q", b"body", put=put, sleep=pauses.append)
    return pauses


@pytest.mark.parametrize("status", [200, 204, 299])
def test_one_put_is_enough(status: int) -> None:
    put = Puts(status)

    assert send(put) == []
    assert put.sent == [("https://answers.example/?q", b"body")]


@pytest.mark.parametrize(
    "problem",
    [
        500,
        503,
        599,
        400,
        408,
        429,
        300,
        307,
        OSError("x"),
        TimeoutError("x"),
        HTTPException("x"),
        ValueError("x"),
    ],
    ids=str,
)
def test_a_put_that_may_pass_is_tried_again(problem: int | Exception) -> None:
    put = Puts(problem, problem, 200)

    assert send(put) == [1, 2]
    assert put.sent == [("https://answers.example/?q", b"body")] * 3


@pytest.mark.parametrize("status", [401, 403, 404, 407, 409, 428, 430, 499])
def test_a_refusal_is_final(status: int) -> None:
    put = Puts(status)

    with pytest.raises(RuntimeError, match=f"take the response: HTTP status {status}$"):
        send(put)

    assert len(put.sent) == 1


def test_fails_after_five_tries_with_growing_pauses() -> None:
    pauses: list[float] = []
    put = Puts(503)

    with pytest.raises(RuntimeError, match=r"take the response: HTTP status 503$"):
        answer("https://answers.example", b"", put=put, sleep=pauses.append)

    assert len(put.sent) == 5
    assert pauses == [1, 2, 4, 8]


def test_every_problem_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    send(Puts(503, OSError("x"), 200))

    message = "the response was not taken"
    assert [fields_of(record) for record in caplog.records] == [
        {"message": message, "problem": "HTTP status 503", "attempt": 1},
        {"message": message, "problem": "OSError", "attempt": 2},
    ]
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_the_last_problem_is_the_one_that_is_reported() -> None:
    with pytest.raises(RuntimeError, match=r"take the response: HTTP status 403$"):
        send(Puts(OSError("x"), 403))


# Over real HTTP.


def put_to(server: Server, path: str = "/answer?a=b&c=d%2F") -> int:
    return put_over_http(f"{server.url}{path}", b'{"Status":"SUCCESS"}')


def test_the_put_is_what_the_presigned_url_requires() -> None:
    """A presigned URL signs the content type, and an empty one at that."""
    with serving([(200, b"")]) as server:
        assert put_to(server) == 200

    [request] = server.requests
    assert request.method == "PUT"
    assert request.path == "/answer?a=b&c=d%2F"
    assert request.body == b'{"Status":"SUCCESS"}'
    assert request.headers["Content-Type"] == ""
    assert request.headers["Content-Length"] == "20"


def test_a_url_without_a_query_is_kept_as_it_is() -> None:
    with serving([(200, b"")]) as server:
        put_to(server, "/answer")

    assert server.requests[0].path == "/answer"


@pytest.mark.parametrize("status", [307, 403, 503])
def test_the_status_is_passed_on(status: int) -> None:
    with serving([(status, b"<Error/>")]) as server:
        assert put_to(server) == status


def test_a_response_gets_through_broken_connections_and_server_errors() -> None:
    with serving([(HANG_UP, b""), (503, b""), (200, b"")]) as server:
        answer(f"{server.url}/answer", b"body", put=put_over_http, sleep=lambda _: None)

    assert [request.body for request in server.requests] == [b"body"] * 3


def test_https_is_spoken_to_an_https_url() -> None:
    """The server speaks plain HTTP, so that a TLS greeting fails."""
    with serving([(200, b"")]) as server, pytest.raises(OSError, match="SSL"):
        put_over_http(server.url.replace("http:", "https:"), b"")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_storage_that_says_nothing_is_not_waited_for(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"

        with pytest.raises(TimeoutError):
            put_over_http(url, b"", timeout=0.1)


def test_a_put_has_5_seconds() -> None:
    assert signature(put_over_http).parameters["timeout"].default == 5


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:PORT/?SECRET", id="nobody listens"),
        pytest.param("http://127.0.0.1:PORT/ ?SECRET", id="a space"),
        pytest.param("http://127.0.0.1:PORT/ä?SECRET", id="not ASCII"),
        pytest.param("http://127.0.0.1:SECRET/", id="no port"),
        pytest.param("https://[SECRET", id="no host"),
        pytest.param("https://\u2100SECRET/", id="a host that is none"),
    ],
)
def test_the_url_is_never_shown_when_everything_fails(
    url: str, unused_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    url = url.replace("PORT", str(unused_port)).replace("SECRET", SECRET)

    with pytest.raises(RuntimeError) as raised:
        answer(url, b"body", put=put_over_http, sleep=lambda _: None)

    assert "5ec2e7" not in str(raised.value)
    assert caplog.records
    assert "5ec2e7" not in all_text_of(caplog.records)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None


def test_the_url_is_never_shown_when_cloudformation_refuses(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        serving([(503, b""), (403, b"")]) as server,
        pytest.raises(RuntimeError) as raised,
    ):
        answer(f"{server.url}/?{SECRET}", b"", put=put_over_http, sleep=lambda _: None)

    assert "5ec2e7" not in str(raised.value)
    assert caplog.records
    assert "5ec2e7" not in all_text_of(caplog.records)
