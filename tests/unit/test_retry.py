import logging
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from redshift_snapshot_share_handler.errors import (
    Reason,
    SnapshotShareError,
    code_of,
)
from redshift_snapshot_share_handler.retry import (
    ACCESS_DENIED_CODES,
    BRIEF,
    PATIENT,
    THROTTLING_CODES,
    Patience,
    Retry,
)
from tests.unit.logs import fields_of
from tests.unit.stubs import Clock, client_error


def failing(*errors: Exception) -> Callable[..., str]:
    """An operation that fails so often, then answers."""
    script = list(errors)

    def operation(**parameters: Any) -> str:
        if script:
            raise script.pop(0)
        return f"answer to {parameters}"

    return operation


def always(error: Exception) -> Callable[..., str]:
    def operation(**_: Any) -> str:
        raise error

    return operation


def test_the_result_is_passed_on() -> None:
    clock = Clock()

    assert clock.retry().call(failing(), Name="x") == "answer to {'Name': 'x'}"
    assert clock.sleeps == []


def name_of(error: Exception) -> str:
    return code_of(error) if isinstance(error, ClientError) else type(error).__name__


PASSING = [
    *(client_error(code) for code in sorted(THROTTLING_CODES)),
    client_error("RequestTimeout"),
    client_error("RequestTimeoutException"),
    client_error("InternalFailure", 500),
    client_error("502", 502),
    client_error("ServiceUnavailable", 503),
    client_error("504", 504),
    client_error("Unheard", 429),
    EndpointConnectionError(endpoint_url="x"),
    ConnectTimeoutError(endpoint_url="x"),
    ReadTimeoutError(endpoint_url="x"),
    ConnectionClosedError(endpoint_url="x"),
    ResponseParserError("a proxy's page"),
]


@pytest.mark.parametrize("error", PASSING, ids=name_of)
def test_what_passes_is_tried_again(error: Exception) -> None:
    clock = Clock()

    assert clock.retry().call(failing(error, error)) == "answer to {}"
    assert len(clock.sleeps) == 2


@pytest.mark.parametrize(
    "error",
    [
        client_error("AuthorizationAlreadyExists"),
        client_error("LimitExceededFault"),
        client_error("InvalidClusterSnapshotState"),
        client_error("ClusterSnapshotNotFound", 404),
        client_error("Unheard", 428),
        client_error("Unheard", 430),
        client_error("Unheard", 499),
        client_error("", 0),
        NoCredentialsError(),
        ParamValidationError(report="x"),
    ],
    ids=name_of,
)
def test_fails_at_once_when_trying_again_cannot_help(error: Exception) -> None:
    clock = Clock()

    with pytest.raises(type(error)) as raised:
        clock.retry().call(failing(error))

    assert raised.value is error
    assert clock.sleeps == []


def test_an_error_without_a_status_does_not_pass() -> None:
    error = client_error("Unheard")
    del error.response["ResponseMetadata"]

    with pytest.raises(ClientError):
        Clock().retry().call(failing(error))


def test_fails_at_once_when_the_error_is_not_of_aws() -> None:
    with pytest.raises(KeyError):
        Clock().retry().call(failing(KeyError()))


def test_the_pauses_grow_to_40_seconds() -> None:
    clock = Clock()

    clock.retry().call(failing(*[client_error("Throttling")] * 9))

    assert clock.sleeps == pytest.approx([1, 2, 4, 8, 16, 32, 40, 40, 40])


def test_the_pauses_begin_again_with_every_call() -> None:
    clock = Clock()
    retry = clock.retry()

    retry.call(failing(*[client_error("Throttling")] * 2))
    retry.call(failing(client_error("Throttling")))

    assert clock.sleeps == pytest.approx([1, 2, 1])


def test_jitter_shortens_a_pause_by_half_at_most() -> None:
    clock = Clock()
    jitter = iter([0.0, 0.5, 1.0])
    retry = Retry(clock.deadline(), jitter=lambda: next(jitter))

    retry.call(failing(*[client_error("Throttling")] * 3))

    assert clock.sleeps == pytest.approx([0.5, 1.5, 4])


def test_jitter_is_random_unless_given() -> None:
    clock = Clock()

    for _ in range(20):
        Retry(clock.deadline(10**6)).call(failing(client_error("Throttling")))

    assert len(set(clock.sleeps)) > 10
    assert all(0.5 <= pause <= 1 for pause in clock.sleeps)


def test_fails_before_the_deadline_with_the_last_problem() -> None:
    clock = Clock()

    with pytest.raises(SnapshotShareError) as raised:
        clock.retry(60).call(
            always(client_error("Throttling", message="Rate exceeded"))
        )

    assert raised.value.reason is Reason.OUT_OF_TIME
    assert "Rate exceeded" in str(raised.value)
    assert sum(clock.sleeps) < 60


@pytest.mark.parametrize("code", sorted(ACCESS_DENIED_CODES))
def test_a_denial_is_retried_while_iam_becomes_consistent(code: str) -> None:
    clock = Clock()

    assert clock.retry().call(failing(*[client_error(code, 403)] * 3)) == "answer to {}"


def test_fails_when_a_denial_lasts_a_minute() -> None:
    clock = Clock()

    with pytest.raises(ClientError, match="AccessDenied"):
        clock.retry().call(always(client_error("AccessDenied", 403)))

    assert 60 <= sum(clock.sleeps) < 80


def test_a_denial_passes_until_the_minute_is_full() -> None:
    clock = Clock()
    retry = clock.retry(10**6)
    began = clock.time
    denied = client_error("AccessDenied")
    times = iter([began, began + 59.9, began + 60])

    def operation() -> None:
        clock.time = next(times)
        raise denied

    with pytest.raises(ClientError):
        retry.call(operation)

    assert list(times) == []


def test_the_minute_for_iam_is_one_for_each_call() -> None:
    """A policy that has settled for one action may still be new to another server."""
    clock = Clock()
    retry = clock.retry()
    with pytest.raises(ClientError):
        retry.call(always(client_error("AccessDenied")))

    assert retry.call(failing(client_error("AccessDenied"))) == "answer to {}"


def test_a_denial_is_not_borne_once_patience_is_lost() -> None:
    clock = Clock()
    retry = clock.retry()
    retry.lose_patience()

    with pytest.raises(ClientError):
        retry.call(failing(client_error("AccessDenied")))
    assert clock.sleeps == []
    # What is no denial is still tried again.
    assert retry.call(failing(client_error("Throttling"))) == "answer to {}"


def test_the_minute_for_iam_begins_with_the_first_denial() -> None:
    clock = Clock()
    throttled = [client_error("Throttling")] * 8

    answer = clock.retry().call(failing(*throttled, client_error("AccessDenied")))

    assert answer == "answer to {}"
    assert sum(clock.sleeps) > 60


def test_what_is_no_longer_wanted_is_not_tried_again() -> None:
    clock = Clock()

    answer = clock.retry().call(
        failing(client_error("Throttling")), is_still_wanted=lambda: False
    )

    assert answer is None
    assert len(clock.sleeps) == 1


def test_what_is_still_wanted_is_asked_before_each_further_try() -> None:
    clock = Clock()
    asked: list[float] = []

    def is_still_wanted() -> bool:
        asked.append(clock.time)
        return True

    answer = clock.retry().call(
        failing(*[client_error("Throttling")] * 2), is_still_wanted=is_still_wanted
    )

    assert answer == "answer to {}"
    assert len(asked) == 2


def test_no_further_try_begins_after_the_deadline() -> None:
    """Asking what is still wanted takes time too."""
    clock = Clock()

    def take_long() -> bool:
        clock.time += 100
        return True

    with pytest.raises(SnapshotShareError) as raised:
        clock.retry(100).call(
            failing(client_error("Throttling", message="slow")),
            is_still_wanted=take_long,
        )

    assert raised.value.reason is Reason.OUT_OF_TIME
    assert "the last problem was: slow" in str(raised.value)


def test_no_call_begins_after_the_deadline() -> None:
    """Five calls that succeed slowly must not take the time to answer."""
    clock = Clock()
    retry = clock.retry(100)
    clock.time += 100

    with pytest.raises(SnapshotShareError) as raised:
        retry.call(failing())

    assert raised.value.reason is Reason.OUT_OF_TIME
    assert "the last problem was: AWS was slow to respond" in str(raised.value)


def test_every_further_try_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    Clock().retry().call(failing(*[client_error("Throttling", message="slow")] * 2))

    first, second = map(fields_of, caplog.records)
    assert first == {
        "message": "AWS call is tried again",
        "attempt": 1,
        "error": "slow",
    }
    assert second == {**first, "attempt": 2}


class NoRoute:
    """An operation that spends five seconds on a connection that does not come about."""

    def __init__(self, clock: Clock, error: Any) -> None:
        self._clock = clock
        self._error = error

    def __call__(self) -> None:
        self._clock.time += 5
        raise self._error(endpoint_url="https://redshift.test", error="no route")


@pytest.mark.parametrize(
    "error",
    [ConnectTimeoutError, EndpointConnectionError, SSLError],
)
@pytest.mark.parametrize(("patience", "longest"), [(PATIENT, 120), (BRIEF, 20)])
def test_a_connection_that_cannot_be_made_is_given_up(
    error: Any, patience: Patience, longest: float
) -> None:
    clock = Clock()
    retry = Retry(clock.deadline(), patience=patience, jitter=lambda: 1)

    with pytest.raises(error):
        retry.call(NoRoute(clock, error))

    assert longest / 3 < clock.time - 1000 <= longest


@pytest.mark.parametrize(
    "code",
    [
        "AccessDenied",
        "AccessDeniedException",
        "InvalidClientTokenId",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    ],
)
@pytest.mark.parametrize("patience", [PATIENT, BRIEF])
def test_a_denial_is_retried_as_long_as_patience_says(
    code: str, patience: Patience
) -> None:
    clock = Clock()
    retry = Retry(clock.deadline(), patience=patience, jitter=lambda: 0)

    with pytest.raises(ClientError):
        retry.call(failing(*[client_error(code, 403)] * 50))

    assert patience.denied <= clock.time - 1000 < 2 * patience.denied


def test_no_call_begins_inside_the_reserve() -> None:
    clock = Clock()

    with pytest.raises(SnapshotShareError):
        clock.retry(60).call(failing(), reserve_seconds=60)
