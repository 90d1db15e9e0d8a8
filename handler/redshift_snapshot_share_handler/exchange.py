"""Handles one lifecycle event of any resource: reads it, acts on it and responds to it."""

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from redshift_snapshot_share_handler import response
from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.kms import KmsKeys
from redshift_snapshot_share_handler.pair import (
    id_of_failed_create,
    is_id_of_idle_create,
)
from redshift_snapshot_share_handler.redshift import Redshift
from redshift_snapshot_share_handler.request import (
    LifecycleRequest,
    StackId,
    parse_request,
)
from redshift_snapshot_share_handler.retry import BRIEF, PATIENT, Retry
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.stack import Stack

_LOG = logging.getLogger(__name__)


class Function(NamedTuple):
    """The deployed function.

    Attributes:
        redshift: A botocore client.
        cloudformation: A botocore client.
        make_kms: Makes a botocore client of KMS. Most snapshots need none.
        put: Sends a response.
        allowed_accounts: The accounts that may be given access; empty = any.
        stack_id: The ARN of the stack that it serves; empty = any.
        allows_http: Whether a ResponseURL may be without TLS, because AWS is on this
            machine.
    """

    redshift: Any
    cloudformation: Any
    make_kms: Callable[[], Any]
    put: response.Put = response.put_over_http
    allowed_accounts: Collection[str] = ()
    stack_id: str = ""
    allows_http: bool = False


class Done(NamedTuple):
    """What a request came to: the id, and the body of the response."""

    physical_resource_id: str
    body: bytes


# Does what a request asks for. Raises SnapshotShareError if that is not possible.
Act = Callable[[LifecycleRequest, Services], Done]


def exchange(
    event: Mapping[str, Any], function: Function, deadline: Deadline, act: Act
) -> None:
    """Handle an event, and respond to CloudFormation in every case.

    Args:
        event: The event that CloudFormation sent.
        function: The deployed function.
        deadline: When the run has to end.
        act: Does what the request asks for.

    Raises:
        RuntimeError: If CloudFormation did not accept the response, or no response is
            possible.
    """
    url = event.get("ResponseURL")
    schemes = ("https://", "http://") if function.allows_http else ("https://",)
    if not isinstance(url, str) or not url.startswith(schemes):
        problem = f"the event has no ResponseURL that begins with {schemes[0]}"
        _LOG.error("nothing is done: %s", problem)
        raise RuntimeError(problem)
    body = _handle(event, function, deadline, act)
    response.answer(url, body, put=function.put, sleep=deadline.sleep)


def _handle(
    event: Mapping[str, Any], function: Function, deadline: Deadline, act: Act
) -> bytes:
    services = None
    try:
        request = parse_request(event)
        _log_request(request)
        _check_stack(request, function)
        services = _make_services(request, function, deadline)
        done = act(request, services)
    except SnapshotShareError as error:
        _LOG.error("failed", extra={"reason": str(error)})
        return response.failure(event, _id_of_failure(event, services), str(error))
    except Exception as error:  # noqa: BLE001 - CloudFormation must get a response to any failure
        _LOG.exception("failed")
        text = str(SnapshotShareError(Reason.UNEXPECTED, text=type(error).__name__))
        return response.failure(event, _id_of_failure(event, services), text)
    _LOG.info("done", extra={"physical_resource_id": done.physical_resource_id})
    return done.body


def _log_request(request: LifecycleRequest) -> None:
    # Never log the whole event: anyone who has its ResponseURL can respond for us.
    _LOG.info(
        request.request_type,
        extra={
            "request_id": request.request_id,
            "stack_id": request.stack.arn,
            "logical_resource_id": request.logical_resource_id,
            "physical_resource_id": request.physical_resource_id,
        },
    )


def _check_stack(request: LifecycleRequest, function: Function) -> None:
    if function.stack_id not in ("", request.stack.arn):
        raise SnapshotShareError(
            Reason.OTHER_STACK, stack=request.stack.arn, own_stack=function.stack_id
        )


def _make_services(
    request: LifecycleRequest, function: Function, deadline: Deadline
) -> Services:
    is_idle = is_id_of_idle_create(request.physical_resource_id)
    stack = request.stack
    claimant = Claimant(
        stack_id=stack.arn,
        stack_name=stack.name,
        logical_resource_id=request.logical_resource_id,
        request_id=request.request_id,
    )
    retry = Retry(deadline, patience=BRIEF if is_idle else PATIENT)
    return make_services(function, claimant, stack, deadline, retry)


def make_services(
    function: Function,
    claimant: Claimant,
    stack: StackId,
    deadline: Deadline,
    retry: Retry,
) -> Services:
    """Make the services of one run.

    Args:
        function: The deployed function.
        claimant: The resource, and the request or run, that writes claims.
        stack: The stack that the function serves.
        deadline: When the run has to end.
        retry: The patience for each call.
    """
    return Services(
        claimant=claimant,
        redshift=Redshift(function.redshift, retry, stack),
        stack=Stack(function.cloudformation, retry, stack.arn),
        keys=KmsKeys(function.make_kms, retry),
        deadline=deadline,
        retry=retry,
    )


def _id_of_failure(event: Mapping[str, Any], services: Services | None) -> str:
    """The id in the event. For a Create, an id that names no share."""
    physical_resource_id = event.get("PhysicalResourceId")
    if isinstance(physical_resource_id, str) and physical_resource_id:
        return physical_resource_id
    return id_of_failed_create(
        str(event.get("RequestId", "")),
        may_have_written=services is not None and services.redshift.may_have_written,
    )
