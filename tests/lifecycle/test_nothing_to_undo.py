"""A first deployment that could do nothing rolls back without work by hand."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from tests.lifecycle.faults import NoFaults, error_of
from tests.lifecycle.request import Request
from tests.lifecycle.scenarios import MONDAY
from tests.lifecycle.world import World, share

MOST_SECONDS = 240


class DeniedForGood(NoFaults):
    def __init__(self, world: World, *calls: str) -> None:
        self._calls = calls
        setattr(world, "_refuse", self._refuse)  # noqa: B010 - mypy's rule

    def _refuse(self, _delivery: object, name: str, _fault: str) -> None:
        if name in self._calls:
            raise error_of("access denied for a while", name)


class Unreachable(DeniedForGood):
    def __init__(self, world: World, *calls: str) -> None:
        super().__init__(world, *calls)
        self._world = world

    def _refuse(self, _delivery: object, name: str, _fault: str) -> None:
        if name in self._calls:
            self._world.clock += 5
            raise ConnectTimeoutError(endpoint_url="https://redshift.test")


@pytest.mark.parametrize(
    ("trouble", "calls", "cause"),
    [
        (DeniedForGood, ["describe_cluster_snapshots"], "role may not do this"),
        (DeniedForGood, ["create_tags"], "role may not do this"),
        (
            DeniedForGood,
            [
                "describe_cluster_snapshots",
                "create_tags",
                "delete_tags",
                "authorize_snapshot_access",
                "revoke_snapshot_access",
                "describe_stacks",
                "describe_stack_resource",
            ],
            "role may not do this",
        ),
        (Unreachable, ["describe_cluster_snapshots"], "could not connect to AWS"),
        (Unreachable, ["create_tags"], "could not connect to AWS"),
    ],
)
def test_a_first_deployment_that_is_denied_or_has_no_route_rolls_back_and_deletes(
    world: World, trouble: Any, calls: list[str], cause: str
) -> None:
    stack = world.stack()
    world.faults = trouble(world, *calls)

    stack.create({"Share": share(MONDAY)})
    world.run()

    assert stack.status == "ROLLBACK_COMPLETE"
    assert cause in reason_of(stack.requests[0])
    stack.delete()
    world.run()
    assert stack.status == "DELETE_COMPLETE"
    assert world.clock < MOST_SECONDS


def test_a_create_that_may_have_written_is_not_taken_for_one_that_wrote_nothing(
    world: World,
) -> None:
    stack = world.stack()
    world.faults = DeniedForGood(world, "describe_stacks", "revoke_snapshot_access")

    stack.create({"Share": share(MONDAY)})
    world.run()

    assert stack.requests[0].answer is not None
    assert stack.requests[0].answer["PhysicalResourceId"] == (
        f"CREATE_FAILED:{stack.requests[0].event['RequestId']}"
    )
    # The claim is there, and cannot be told from one that stands for access.
    assert stack.status == "ROLLBACK_FAILED"


def reason_of(request: Request) -> str:
    assert request.answer is not None
    return str(request.answer["Reason"])
