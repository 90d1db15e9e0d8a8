"""One delivery of a lifecycle event: read it, act on it, answer it."""

import traceback
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from redshift_snapshot_share_handler import response
from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.kms import KmsKeys
from redshift_snapshot_share_handler.lifecycle import Lifecycle, Outcome
from redshift_snapshot_share_handler.log import log
from redshift_snapshot_share_handler.pair import id_of_failed_create
from redshift_snapshot_share_handler.redshift import Redshift
from redshift_snapshot_share_handler.request import parse_request
from redshift_snapshot_share_handler.retry import Retry
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.stack import Stack


class Environment(NamedTuple):
    """What a delivery uses: the clients, the way to answer, the accounts allowed."""

    redshift: Any
    cloudformation: Any
    make_kms: Callable[[], Any]
    put: response.Put = response.put_over_http
    allowed_accounts: Collection[str] = ()


def deliver(
    event: Mapping[str, Any], environment: Environment, deadline: Deadline
) -> None:
    """Handle an event and tell CloudFormation, whatever happens.

    Raises:
        RuntimeError: If CloudFormation did not take the answer, or cannot be answered.
    """
    url = event.get("ResponseURL")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")):
        log("the event has no ResponseURL: nothing is done")
        raise RuntimeError("the event has no ResponseURL")
    body = _act(event, environment, deadline)
    response.answer(url, body, put=environment.put, sleep=deadline.sleep)


def _act(
    event: Mapping[str, Any], environment: Environment, deadline: Deadline
) -> bytes:
    try:
        outcome = _handle(event, environment, deadline)
        body = response.success(event, outcome)
    except SnapshotShareError as error:
        log("failed", reason=str(error))
        return response.failure(event, _id_of_failure(event), str(error))
    except Exception as error:  # noqa: BLE001 - CloudFormation must hear of any failure
        log("failed", traceback=traceback.format_exc())
        text = str(SnapshotShareError(Reason.UNEXPECTED, text=type(error).__name__))
        return response.failure(event, _id_of_failure(event), text)
    log("done", physical_resource_id=outcome.physical_resource_id)
    return body


def _handle(
    event: Mapping[str, Any], environment: Environment, deadline: Deadline
) -> Outcome:
    request = parse_request(event)
    log(
        request.request_type,
        request_id=request.request_id,
        stack_id=request.stack.arn,
        logical_resource_id=request.logical_resource_id,
        physical_resource_id=request.physical_resource_id,
    )
    retry = Retry(deadline)
    stack = request.stack
    services = Services(
        claimant=Claimant(
            stack_id=stack.arn,
            stack_name=stack.name,
            logical_resource_id=request.logical_resource_id,
            request_id=request.request_id,
        ),
        redshift=Redshift(environment.redshift, retry, stack),
        stack=Stack(environment.cloudformation, retry, stack.arn),
        keys=KmsKeys(environment.make_kms, retry),
        deadline=deadline,
    )
    return Lifecycle(request, services, environment.allowed_accounts).handle()


def _id_of_failure(event: Mapping[str, Any]) -> str:
    """The id that the event came with; for a Create, one that is no share's."""
    physical_resource_id = event.get("PhysicalResourceId")
    if isinstance(physical_resource_id, str) and physical_resource_id:
        return physical_resource_id
    return id_of_failed_create(str(event.get("RequestId", "")))
