import gc
import importlib
import json
import logging
import sys
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from redshift_snapshot_share_handler.contract import HANDLER
from tests.unit.aws_settings import set_as_in_lambda
from tests.unit.events import CREATE
from tests.unit.http_server import serving
from tests.unit.logs import PACKAGE
from tests.unit.stubs import REGION, STACK

MODULE, FUNCTION = HANDLER.rsplit(".", 1)
THROTTLING = b"""<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code>
<Message>Rate exceeded</Message></Error><RequestId>aws-1</RequestId></ErrorResponse>"""


@dataclass
class Context:
    """Lambda's context, as far as it is used."""

    milliseconds: int

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What Lambda sets."""
    set_as_in_lambda(monkeypatch)
    for name in ("ALLOWED_ACCOUNTS", "STACK_ID"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def cold_start() -> ModuleType:
    sys.modules.pop(MODULE, None)
    return importlib.import_module(MODULE)


def test_the_entry_point_is_the_one_that_the_construct_names(
    environment: pytest.MonkeyPatch,
) -> None:
    del environment

    assert callable(getattr(cold_start(), FUNCTION))


def test_the_clients_are_made_at_import(environment: pytest.MonkeyPatch) -> None:
    del environment

    made = cold_start()._FUNCTION

    assert made.redshift.url == f"https://redshift.{REGION}.amazonaws.com"
    assert made.cloudformation.url == f"https://cloudformation.{REGION}.amazonaws.com"


def test_the_client_of_kms_is_made_when_it_is_needed(
    environment: pytest.MonkeyPatch,
) -> None:
    del environment

    kms = cold_start()._FUNCTION.make_kms()

    assert kms.url == f"https://kms.{REGION}.amazonaws.com"


def test_an_event_is_answered_though_botocores_parts_cannot_be_used(
    environment: pytest.MonkeyPatch,
) -> None:
    importlib.import_module("botocore.session")
    client = "redshift_snapshot_share_handler.client"
    environment.delitem(sys.modules, client, raising=False)
    environment.setitem(sys.modules, "botocore.serialize", None)
    with serving([(400, THROTTLING)]) as redshift, serving([(200, b"")]) as storage:
        environment.setenv("AWS_ENDPOINT_URL_REDSHIFT", redshift.url)
        handler = getattr(cold_start(), FUNCTION)

        # Long enough for one call.
        handler({**CREATE, "ResponseURL": storage.url}, Context(60_300))

    [request] = storage.requests
    assert b"SnapshotIdentifier=sales" in redshift.requests[0].body
    assert json.loads(request.body)["Status"] == "FAILED"


@pytest.mark.parametrize(
    ("variable", "allowed"),
    [
        (None, set()),
        ("", set()),
        ("210987654321", {"210987654321"}),
        ("210987654321,333333333333", {"210987654321", "333333333333"}),
    ],
)
def test_the_allowed_accounts_are_in_the_environment(
    variable: str | None, allowed: set[str], environment: pytest.MonkeyPatch
) -> None:
    if variable is not None:
        environment.setenv("ALLOWED_ACCOUNTS", variable)

    assert cold_start()._FUNCTION.allowed_accounts == allowed


@pytest.mark.parametrize(("variable", "stack_id"), [(None, ""), (STACK.arn, STACK.arn)])
def test_the_stack_is_in_the_environment(
    variable: str | None, stack_id: str, environment: pytest.MonkeyPatch
) -> None:
    if variable is not None:
        environment.setenv("STACK_ID", variable)

    assert cold_start()._FUNCTION.stack_id == stack_id


@pytest.mark.parametrize(
    ("variable", "allows_http"),
    [
        (None, False),
        ("AWS_ENDPOINT_URL", True),
        ("AWS_ENDPOINT_URL_REDSHIFT", True),
        ("MY_AWS_ENDPOINT_URL", False),
    ],
)
def test_a_response_without_tls_is_for_an_aws_on_this_machine(
    variable: str | None, *, allows_http: bool, environment: pytest.MonkeyPatch
) -> None:
    if variable is not None:
        environment.setenv(variable, "http://127.0.0.1:1")

    assert cold_start()._FUNCTION.allows_http is allows_http


def test_an_event_of_another_stack_is_refused(environment: pytest.MonkeyPatch) -> None:
    own_stack = STACK.arn.replace("analytics", "other")
    with serving([(400, THROTTLING)]) as redshift, serving([(200, b"")]) as storage:
        environment.setenv("AWS_ENDPOINT_URL_REDSHIFT", redshift.url)
        environment.setenv("STACK_ID", own_stack)
        handler = getattr(cold_start(), FUNCTION)

        handler({**CREATE, "ResponseURL": storage.url}, Context(900_000))

    [request] = storage.requests
    assert f"serves only stack {own_stack}" in json.loads(request.body)["Reason"]
    assert redshift.requests == []


def test_a_response_url_without_tls_is_refused_in_lambda(
    environment: pytest.MonkeyPatch,
) -> None:
    del environment
    with serving([(200, b"")]) as storage:
        handler = getattr(cold_start(), FUNCTION)

        with pytest.raises(RuntimeError, match="begins with https://"):
            handler({**CREATE, "ResponseURL": storage.url}, Context(900_000))

    assert storage.requests == []


def test_what_the_handler_does_is_logged_and_what_others_do_is_not(
    environment: pytest.MonkeyPatch,
) -> None:
    root = logging.getLogger()
    environment.setattr(root, "handlers", [])
    environment.setattr(root, "level", logging.WARNING)

    cold_start()

    [to_stdout] = root.handlers
    assert isinstance(to_stdout, logging.StreamHandler)
    assert to_stdout.stream is sys.stdout
    assert logging.getLogger(PACKAGE).level == logging.INFO
    assert root.level == logging.WARNING


def test_the_handler_of_lambda_stays_the_only_one(
    environment: pytest.MonkeyPatch,
) -> None:
    of_lambda = logging.NullHandler()
    environment.setattr(logging.getLogger(), "handlers", [of_lambda])

    cold_start()

    assert logging.getLogger().handlers == [of_lambda]


def test_garbage_is_collected_once_all_is_imported(
    environment: pytest.MonkeyPatch,
) -> None:
    del environment

    cold_start()

    assert gc.isenabled()


@pytest.mark.parametrize(
    ("milliseconds", "seconds"),
    [(900_000, 840), (899_000, 839), (10**9, 840), (60_000, 0), (3_000, -57)],
)
def test_the_deadline_leaves_a_minute_for_the_response(
    milliseconds: int, seconds: float, environment: pytest.MonkeyPatch
) -> None:
    del environment

    assert cold_start().entry.seconds_left(Context(milliseconds)) == seconds


def test_an_event_is_handled_inside_the_time_that_lambda_leaves(
    environment: pytest.MonkeyPatch,
) -> None:
    """With real clients, against a Redshift that throttles for ever."""
    answers: list[dict[str, Any]] = []
    with serving([(400, THROTTLING)]) as redshift, serving([(200, b"")]) as storage:
        environment.setenv("AWS_ENDPOINT_URL_REDSHIFT", redshift.url)
        handler = getattr(cold_start(), FUNCTION)

        handler({**CREATE, "ResponseURL": f"{storage.url}/?secret"}, Context(60_300))

        answers = [json.loads(request.body) for request in storage.requests]
    [answer] = answers
    assert answer["Status"] == "FAILED"
    assert (
        "timed out while waiting; the last problem was: Rate exceeded"
        in answer["Reason"]
    )
    assert b"SnapshotIdentifier=sales" in redshift.requests[0].body
