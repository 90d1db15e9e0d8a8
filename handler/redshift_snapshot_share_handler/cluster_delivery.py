"""One invocation of a function that shares a cluster's snapshots."""

import json
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from redshift_snapshot_share_handler import response
from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.cluster_attributes import fit_attributes
from redshift_snapshot_share_handler.cluster_lifecycle import ClusterLifecycle
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.declared_cluster import parse_declared_cluster
from redshift_snapshot_share_handler.exchange import (
    Done,
    Function,
    exchange,
    make_services,
)
from redshift_snapshot_share_handler.request import LifecycleRequest, parse_stack_id
from redshift_snapshot_share_handler.retry import Retry
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.upkeep import keep_up

_LOG = logging.getLogger(__name__)


class Invocation(NamedTuple):
    """What a function is invoked with.

    Attributes:
        event: Anything.
        request_id: Lambda's id of the invocation.
        deadline: When the run has to end.
    """

    event: Any
    request_id: str
    deadline: Deadline


def handle(invocation: Invocation, function: Function, declaration: str) -> None:
    """Answer a request of CloudFormation, or do a run.

    Whatever is no request only wakes the function up: nothing in it is read.

    Args:
        invocation: What the function is invoked with.
        function: The deployed function.
        declaration: What it keeps up, as JSON.

    Raises:
        RuntimeError: If CloudFormation did not take the response, or cannot be responded
            to.
    """
    event = invocation.event
    if isinstance(event, dict) and "RequestType" in event and "ResponseURL" in event:
        _respond(event, function, invocation.deadline)
    else:
        _run(invocation, function, json.loads(declaration))


def _respond(event: Mapping[str, Any], function: Function, deadline: Deadline) -> None:
    def act(request: LifecycleRequest, services: Services) -> Done:
        lifecycle = ClusterLifecycle(request, services, function.allowed_accounts)
        name, shared = lifecycle.handle()
        if shared is None:
            return Done(name, response.success_with(event, name))
        body = response.success_with(
            event, name, lambda size: fit_attributes(shared, size, response.MOST_BYTES)
        )
        return Done(name, body)

    exchange(event, function, deadline, act)


def _run(
    invocation: Invocation, function: Function, declaration: Mapping[str, Any]
) -> None:
    stack = parse_stack_id(function.stack_id)
    declared = parse_declared_cluster(declaration, stack)
    claimant = Claimant(
        stack_id=stack.arn,
        stack_name=stack.name,
        logical_resource_id=str(declaration["LogicalResourceId"]),
        request_id=invocation.request_id,
        digest=declared.id.digest,
    )
    deadline = invocation.deadline
    services = make_services(function, claimant, stack, deadline, Retry(deadline))
    keep_up(declared, services, function.allowed_accounts)
