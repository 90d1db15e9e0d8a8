"""Deliveries that arrive late, or meet the changes of others."""

from collections.abc import Callable
from typing import Any

import pytest

from local_aws.redshift import RedshiftClient
from tests.lifecycle.faults import (
    ACCESS_DENIED_LONG,
    CRASH_AFTER,
    CRASH_BEFORE,
    FaultAt,
    Meanwhile,
    NoFaults,
)
from tests.lifecycle.pairs import Pair
from tests.lifecycle.request import Request
from tests.lifecycle.scenarios import (
    MONDAY,
    TUESDAY,
    create_that_comes_when_its_stack_is_complete_again,
    deploy,
    roll_back,
    update_in_place_after_a_rollback_beyond_its_pair,
)
from tests.lifecycle.stack import Stack
from tests.lifecycle.world import World, share
from tests.unit.stubs import client_error


def reason_of(request: Request) -> str:
    assert request.answer is not None
    assert request.answer["Status"] == "FAILED"
    return str(request.answer["Reason"])


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "UPDATE_COMPLETE"])
def test_an_update_that_arrives_late_changes_nothing(status: str) -> None:
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)
    late = stack.requests[-1]
    stack.status = status

    world.deliver_queued()

    assert f"the stack is {status}" in reason_of(late)
    assert not world.claims(TUESDAY)
    assert not world.has_access(TUESDAY)


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE", "ROLLBACK_IN_PROGRESS"])
def test_a_create_that_arrives_late_leaves_a_later_deployments_claim(
    status: str,
) -> None:
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    before = world.claims(MONDAY)
    late = stack._send("Create", "Share", stack.resources["Share"].properties)
    stack.status = status

    world.deliver_queued()

    assert f"the stack is {status}" in reason_of(late)
    assert world.claims(MONDAY) == before
    assert world.has_access(MONDAY)


def test_a_share_that_was_revoked_by_hand_is_restored_by_the_next_update() -> None:
    """The claim is written again, with the RequestId of the request that authorizes."""
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.revoke_by_hand(MONDAY)

    stack.update({"Share": share(MONDAY, WaitForSnapshot="60")})
    world.run()

    assert world.has_access(MONDAY)
    [claim] = world.claims(MONDAY).values()
    assert claim == f"alpha/Share {stack.requests[-1].event['RequestId']}"


def test_a_duplicate_that_arrives_after_the_operation_leaves_the_claim() -> None:
    """Another delivery of the same request was faster: the claim is that one's too."""
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.revoke_by_hand(MONDAY)

    world.invoke(stack.requests[0])
    world.deliver_queued()

    assert len(world.claims(MONDAY)) == 1
    assert not world.has_access(MONDAY)


@pytest.mark.parametrize("adopts", [False, True], ids=["authorized", "adopted"])
def test_the_next_deployment_takes_the_claim_of_a_failed_create_over(
    *, adopts: bool
) -> None:
    """Rollback is disabled, so the Delete of the failed Create is sent after it."""
    world = World()
    declared = share(MONDAY)
    if adopts:
        world.ledger.authorize_by_hand(MONDAY)
        declared = share(MONDAY, ExistingShare="ADOPT")
    stack = world.stack()
    # Whether nobody claims the access takes three looks.
    looks = 3 if adopts else 1
    world.faults = FaultAt(
        "describe_cluster_snapshots", ACCESS_DENIED_LONG, after=looks
    )
    stack.create({"Share": declared}, disable_rollback=True)
    world.run()
    world.clock += 200
    world.faults = NoFaults()

    stack.update({"Share": share(MONDAY)}, disable_rollback=True)
    world.run()

    assert stack.status == "UPDATE_COMPLETE"
    assert world.has_access(MONDAY)
    [claim] = world.claims(MONDAY).values()
    assert claim.endswith(" adopted") is adopts


def test_access_that_is_revoked_again_and_again_is_given_up_after_some_looks() -> None:
    world = World()

    def revoke() -> None:
        if world.has_access(MONDAY):
            world.redshift.revoke_snapshot_access(
                SnapshotIdentifier=MONDAY.snapshot,
                AccountWithRestoreAccess=MONDAY.account,
            )

    world.faults = AlwaysMeanwhile("describe_cluster_snapshots", revoke)
    stack = world.stack()
    stack.create({"Share": share(MONDAY)})
    world.run()

    assert "did not settle" in reason_of(stack.requests[0])
    assert 15 < world.clock < 60
    assert not world.claims(MONDAY)


def test_an_adoption_that_is_overtaken_leaves_the_access_it_found() -> None:
    world = World()
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    world.faults = Meanwhile(
        "describe_cluster_snapshots", lambda: world.ledger.strip_tags("monday"), after=3
    )
    stack.create({"Share": share(MONDAY, ExistingShare="ADOPT")})
    world.run()

    assert "the tag that records the share of snapshot monday" in reason_of(
        stack.requests[0]
    )
    assert world.has_access(MONDAY)


@pytest.mark.parametrize("is_stripped", [False, True], ids=["claimed", "stripped"])
def test_an_adoption_in_a_stack_that_is_being_deleted_leaves_the_access(
    *, is_stripped: bool
) -> None:
    world = World()
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    stack.create({"Share": share(MONDAY, ExistingShare="ADOPT")}, is_doomed=True)
    stack.status = "DELETE_IN_PROGRESS"
    if is_stripped:
        world.faults = Meanwhile(
            "describe_stacks", lambda: world.ledger.strip_tags("monday")
        )
    request = stack.requests[0]

    world.deliver_queued()

    assert "the stack is DELETE_IN_PROGRESS" in reason_of(request)
    assert world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_a_claim_that_is_removed_leaves_what_another_stack_claims() -> None:
    world = World()
    other = "redshift-snapshot-share:222222222222:0123456789ab"

    def be_claimed_by_another_only() -> None:
        world.ledger.strip_tags("monday")
        world.redshift.create_tags(
            ResourceName="arn:aws:redshift:us-east-1:111111111111:snapshot:sales/monday",
            Tags=[{"Key": other, "Value": "beta/Share another-request"}],
        )

    stack = world.stack()
    world.faults = Meanwhile(
        "describe_cluster_snapshots", be_claimed_by_another_only, after=1
    )
    stack.create({"Share": share(MONDAY)}, is_doomed=True)
    request = stack.requests[0]
    world.deliver_queued()

    reason_of(request)
    assert world.has_access(MONDAY)
    assert list(world.claims(MONDAY)) == [other]


def test_an_earlier_delivery_that_crashed_does_not_hide_that_the_claim_was_removed() -> (
    None
):
    world = World()
    stack = world.stack()
    world.faults = FaultAt("create_tags", CRASH_AFTER)
    stack.create({"Share": share(MONDAY)}, is_doomed=True)
    request = stack.requests[0]
    world.deliver_queued()
    world.faults = Meanwhile(
        "describe_cluster_snapshots", lambda: world.ledger.strip_tags("monday"), after=1
    )

    world.invoke(request)
    world.deliver_queued()

    assert "the tag that records the share of snapshot monday" in reason_of(request)
    assert not world.has_access(MONDAY)


def test_a_second_stack_does_not_adopt_what_the_first_authorized() -> None:
    world = World()
    deploy(world, {"Share": share(MONDAY)}, "beta")
    deploy(world, {"Share": share(MONDAY, ExistingShare="ADOPT")})

    assert not [
        claim for claim in world.claims(MONDAY).values() if claim.endswith("adopted")
    ]


def test_an_update_in_place_in_a_stack_that_is_being_deleted_leaves_no_claim() -> None:
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.strip_tags("monday")
    stack.update({"Share": share(MONDAY, WaitForSnapshot="60")}, is_doomed=True)
    request = stack.requests[-1]
    world.faults = Meanwhile("create_tags", lambda: become("DELETE_IN_PROGRESS", stack))

    world.deliver_queued()

    assert "the stack is DELETE_IN_PROGRESS" in reason_of(request)
    [delivery] = [one for one in world.deliveries if one.request is request]
    assert delivery.calls.index("create_tags") < delivery.calls.index("delete_tags")


@pytest.mark.parametrize("status", ["DELETE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"])
def test_an_update_in_place_that_arrives_late_claims_nothing(status: str) -> None:
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.strip_tags("monday")
    stack.update({"Share": share(MONDAY, WaitForSnapshot="60")}, is_doomed=True)
    request = stack.requests[-1]
    stack.status = status

    world._run_on(world._start(world.queue[0]))

    assert f"the stack is {status}" in reason_of(request)
    assert world.deliveries[-1].calls == [
        # By its tag, then by its name.
        "describe_cluster_snapshots",
        "describe_cluster_snapshots",
        "describe_stacks",
        "put",
    ]
    assert not world.claims(MONDAY)


def test_an_update_in_place_after_a_rollback_beyond_its_pair_leaves_no_claim() -> None:
    """It would keep the access that another stack shares, for good."""
    world = World()
    update_in_place_after_a_rollback_beyond_its_pair(world)
    world.run()

    [claim] = world.claims(TUESDAY).values()
    assert claim.startswith("beta/Share ")


def test_a_create_that_arrives_when_its_stack_is_complete_again_leaves_no_claim() -> (
    None
):
    world = World()
    # It is this account's access that counts, not another's.
    world.ledger.authorize_by_hand(Pair("monday", "444444444444"))
    create_that_comes_when_its_stack_is_complete_again(world)
    world.run()

    assert not world.claims(MONDAY)
    assert not world.has_access(MONDAY)


def test_an_update_in_place_that_arrives_after_its_rollback_leaves_the_access() -> None:
    """The pair is declared before and after, so this request must not undo it."""
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.strip_tags("monday")
    stack.update({"Share": share(MONDAY, WaitForSnapshot="60")}, is_doomed=True)
    request = stack.requests[-1]
    world.faults = Meanwhile(
        "create_tags", lambda: become("UPDATE_ROLLBACK_COMPLETE", stack)
    )

    world._run_on(world._start(world.queue[0]))

    assert "the stack is UPDATE_ROLLBACK_COMPLETE" in reason_of(request)
    assert "revoke_snapshot_access" not in world.deliveries[-1].calls
    assert world.has_access(MONDAY)
    assert world.claims(MONDAY)


def test_a_late_claim_that_cannot_be_removed_is_reported_in_the_words_of_aws() -> None:
    world = World()
    stack = deploy(world, {"Renamed": share(TUESDAY)})
    late = stack._send("Create", "Share", share(MONDAY).properties)
    world.faults = FaultAt("delete_tags", ACCESS_DENIED_LONG)

    world.deliver_queued()

    assert "the function's role may not do this" in reason_of(late)


def test_a_share_with_a_response_keeps_its_claim_when_a_person_revokes_it() -> None:
    """The other delivery has responded, and this delivery finds the stack complete."""
    world = World()
    stack = world.stack()
    stack.create({"Share": share(MONDAY)})

    def answer_and_revoke() -> None:
        world.invoke(stack.requests[0])
        world.deliver_queued()
        world.ledger.revoke_by_hand(MONDAY)

    world.faults = Meanwhile("describe_cluster_snapshots", answer_and_revoke, after=1)
    world.run()

    assert stack.status == "CREATE_COMPLETE"
    assert len(world.claims(MONDAY)) == 1
    assert not world.has_access(MONDAY)


def test_a_forward_update_in_a_rollback_says_so() -> None:
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)
    request = stack.requests[-1]
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    world.deliver_queued()

    assert "the stack is UPDATE_ROLLBACK_IN_PROGRESS" in reason_of(request)
    assert not world.claims(TUESDAY)


def test_a_rollback_to_a_share_that_is_gone_fails_and_says_how_to_continue() -> None:
    """Once somebody has authorized the account by hand, the rollback can continue."""
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)
    world.deliver_queued()
    world.ledger.strip_tags("monday")
    world.ledger.revoke_by_hand(MONDAY)
    stack.fail_sibling()
    world.run()
    assert stack.status == "UPDATE_ROLLBACK_FAILED"
    [failed] = [one for one in stack.requests if one.answer and not one.has_succeeded]
    assert "authorize the account by hand" in reason_of(failed)
    world.ledger.authorize_by_hand(MONDAY)

    stack.continue_update_rollback()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert not world.has_access(TUESDAY)


def test_a_rollback_to_what_another_stack_also_shares_succeeds_without_a_claim() -> (
    None
):
    world = World()
    other = deploy(world, {"Share": share(MONDAY)}, "beta")
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Share": share(TUESDAY)}, is_doomed=True)
    world.deliver_queued()
    world.ledger.strip_tags("monday")
    other.update({"Share": share(MONDAY, WaitForSnapshot="60")})

    roll_back(world, stack)

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    [claim] = world.claims(MONDAY).values()
    assert claim.startswith("beta/Share ")


def test_a_state_that_redshift_refuses_for_long_is_reported_in_its_words() -> None:
    world = World()
    world.redshift = Refuses(world.redshift.backend.redshift, world.redshift.account)
    stack = world.stack()
    stack.create({"Share": share(MONDAY)})
    world.run()

    reason = reason_of(stack.requests[0])
    assert "refuses to share snapshot monday in its present state (resizing)" in reason
    assert "AuthorizeSnapshotAccess: InvalidClusterSnapshotState" in reason
    assert not world.claims(MONDAY)


def test_an_update_that_is_sent_again_after_one_without_a_response_revokes_nothing() -> (
    None
):
    """With rollback disabled: old and new properties name the pair, the id does not."""
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    world.faults = FaultAt("authorize_snapshot_access", CRASH_AFTER)
    stack.update({"Share": share(TUESDAY)}, disable_rollback=True)
    world.run()
    world.faults = NoFaults()
    before = len(world.deliveries)

    stack.update({"Share": share(TUESDAY, WaitForSnapshot="60")}, disable_rollback=True)
    world.run()

    assert "revoke_snapshot_access" not in world.deliveries[before].calls
    assert world.has_access(TUESDAY)


def test_a_deleted_stack_leaves_what_a_person_shared_and_an_update_did_not_claim() -> (
    None
):
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    world.faults = FaultAt("describe_cluster_snapshots", CRASH_BEFORE)
    stack.update({"Share": share(TUESDAY)}, disable_rollback=True)
    world.run()
    world.faults = NoFaults()
    world.ledger.authorize_by_hand(TUESDAY)

    stack.delete()
    world.run()

    assert world.has_access(TUESDAY)
    assert not world.has_access(MONDAY)


def test_a_claim_that_cannot_be_removed_fails_with_the_reason_of_aws() -> None:
    world = World()
    stack = deploy(world, {"Share": share(MONDAY)})
    world.faults = FaultAt("delete_tags", ACCESS_DENIED_LONG)
    stack.delete()
    world.run()

    assert "the function's role may not do this" in reason_of(stack.requests[-1])


def become(status: str, stack: Stack) -> None:
    stack.status = status


class Refuses(RedshiftClient):
    """A Redshift that finds a reason that its own description does not show."""

    def authorize_snapshot_access(self, **_parameters: Any) -> dict[str, Any]:
        raise client_error(
            "InvalidClusterSnapshotState",
            message="resizing",
            operation="AuthorizeSnapshotAccess",
        )


class AlwaysMeanwhile(NoFaults):
    """Something happens right before every such call."""

    def __init__(self, call: str, action: Callable[[], None]) -> None:
        self._call = call
        self._action = action

    def next(self, call: str) -> str:
        if call == self._call:
            self._action()
        return ""
