"""Each row on Delete in docs/lifecycle.md."""

import pytest

from tests.lifecycle.faults import (
    CRASH_AFTER,
    CRASH_BEFORE,
    LOST_REPLY,
    THROTTLED,
    FaultAt,
    Meanwhile,
    NoFaults,
)
from tests.lifecycle.scenarios import MONDAY, TUESDAY, deploy, roll_back
from tests.lifecycle.stack import Stack
from tests.lifecycle.world import World, share


def _delete(world: World, stack: Stack) -> None:
    stack.delete()
    world.run()


def test_last_claim_revokes_removes_the_claim_and_looks_again(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})

    _delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"
    assert not world.has_access(MONDAY)
    assert not world.claims(MONDAY)
    assert world.deliveries[-1].calls == [
        "describe_cluster_snapshots",
        "describe_stacks",
        "revoke_snapshot_access",
        "delete_tags",
        "describe_cluster_snapshots",
        "put",
    ]


def test_claim_that_is_not_the_last_leaves_the_access(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    deploy(world, {"Share": share(MONDAY)}, "beta")

    _delete(world, stack)

    assert world.has_access(MONDAY)
    assert len(world.claims(MONDAY)) == 1


def test_create_that_ran_in_between_is_revoked_if_nobody_claims_it(
    world: World,
) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)}, is_doomed=True)

    had_access = []

    def roll_back() -> None:
        stack.fail_sibling()
        # The Create authorizes after the Delete's first look.
        world.faults = Meanwhile(
            "delete_tags",
            lambda: world.redshift.authorize_snapshot_access(
                SnapshotIdentifier="monday", AccountWithRestoreAccess=MONDAY.account
            ),
        )
        world.deliver_queued()
        had_access.append(world.has_access(MONDAY))

    world.faults = Meanwhile("authorize_snapshot_access", roll_back)
    world.run()

    assert stack.status == "ROLLBACK_COMPLETE"
    # This happens before the Create finds out itself.
    assert had_access == [False]
    assert not world.has_access(MONDAY)


def test_crash_at_any_point_leaves_the_claim_for_the_next_delivery(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.faults = FaultAt("revoke_snapshot_access", CRASH_BEFORE)
    _delete(world, stack)
    assert stack.status == "DELETE_FAILED"

    _delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"
    assert not world.has_access(MONDAY)


def test_snapshot_gone_succeeds(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.revoke_by_hand(MONDAY)
    world.ledger.delete_snapshot("monday")

    _delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"


def test_account_without_access_loses_only_its_claim(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.revoke_by_hand(MONDAY)

    _delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"
    assert not world.claims(MONDAY)
    assert not world.has_access(MONDAY)


def test_adopted_claim_in_a_rollback_leaves_the_access_that_was_there_before(
    world: World,
) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    stack.create({"Share": share(MONDAY, ExistingShare="ADOPT")}, is_doomed=True)

    roll_back(world, stack)

    assert stack.status == "ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_adopted_claim_outside_a_rollback_is_revoked(world: World) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    stack = deploy(world, {"Share": share(MONDAY, ExistingShare="ADOPT")})

    _delete(world, stack)

    assert not world.has_access(MONDAY)


def test_no_claim_of_ours_and_a_marked_id_leaves_everything(world: World) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()

    stack.create({"Share": share(MONDAY)})
    world.run()

    marked = str(stack.requests[-1].event["PhysicalResourceId"])
    assert marked.endswith(stack.requests[0].event["RequestId"])
    assert world.deliveries[-1].calls == ["describe_cluster_snapshots", "put"]
    assert world.has_access(MONDAY)


def test_no_claim_of_ours_and_a_made_up_id_leaves_everything(world: World) -> None:
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    world.faults = FaultAt("describe_cluster_snapshots", CRASH_BEFORE)

    stack.create({"Share": share(MONDAY)})
    world.run()

    assert stack.requests[-1].event["PhysicalResourceId"].startswith("alpha-Share-")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)


def test_our_claim_and_a_made_up_id_releases_the_pair_of_the_properties(
    world: World,
) -> None:
    stack = world.stack()
    world.faults = FaultAt("authorize_snapshot_access", CRASH_AFTER)

    stack.create({"Share": share(MONDAY)})
    world.run()

    assert stack.status == "ROLLBACK_COMPLETE"
    assert not world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_no_claim_of_anybody_and_our_id_revokes_outside_a_rollback(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.ledger.strip_tags("monday")

    _delete(world, stack)

    assert not world.has_access(MONDAY)


def test_no_claim_of_anybody_and_our_id_leaves_the_access_in_a_rollback(
    world: World,
) -> None:
    """It may have been there before the deployment that is rolled back."""
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    stack.create({"Share": share(MONDAY, ExistingShare="ADOPT")}, is_doomed=True)
    world.deliver_queued()
    world.ledger.strip_tags("monday")

    stack.fail_sibling()
    world.run()

    assert stack.status == "ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)


def test_marked_id_and_a_claim_of_another_request_leaves_everything(
    world: World,
) -> None:
    """With rollback disabled, the next deployment's claim has the same key."""
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    stack.create({"Share": share(MONDAY)}, disable_rollback=True)
    world.run()
    world.ledger.revoke_by_hand(MONDAY)

    stack.update({"Share": share(MONDAY)}, disable_rollback=True)
    world.run()

    assert [request.kind for request in stack.requests] == [
        "Create",
        "Create",
        "Delete",
    ]
    assert stack.status == "UPDATE_COMPLETE"
    assert world.has_access(MONDAY)
    assert len(world.claims(MONDAY)) == 1


def test_deleting_the_stack_also_releases_what_an_update_without_a_response_made(
    world: World,
) -> None:
    """With rollback disabled, CloudFormation sends no reversed Update that would release it."""
    stack = deploy(world, {"Share": share(MONDAY)})
    world.faults = FaultAt("authorize_snapshot_access", CRASH_AFTER)
    stack.update({"Share": share(TUESDAY)}, disable_rollback=True)
    world.run()
    assert stack.status == "UPDATE_FAILED"

    _delete(world, stack)

    assert not world.has_access(MONDAY)
    assert not world.has_access(TUESDAY)


@pytest.mark.parametrize("kind", [THROTTLED, LOST_REPLY])
def test_revocation_that_is_tried_again_leaves_what_another_stack_claims_meanwhile(
    world: World, kind: str
) -> None:
    """A reply may be lost, and the other stack may authorize before the next try."""
    stack = deploy(world, {"Share": share(MONDAY)})

    def share_in_another_stack() -> None:
        deploy(world, {"Share": share(MONDAY)}, "beta")

    world.faults = (
        Meanwhile("revoke_snapshot_access", share_in_another_stack, kind=kind)
        if kind == THROTTLED
        # After the first revocation has taken effect.
        else _Both(
            FaultAt("revoke_snapshot_access", kind),
            Meanwhile("describe_cluster_snapshots", share_in_another_stack, after=1),
        )
    )
    _delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"
    assert world.has_access(MONDAY)
    [claim] = world.claims(MONDAY).values()
    assert claim.startswith("beta/Share ")


def test_revocation_that_is_throttled_is_still_made_before_the_claim_is_removed(
    world: World,
) -> None:
    """Our own claim is no reason to keep the access. After a crash, the access would stay."""
    stack = deploy(world, {"Share": share(MONDAY)})
    world.faults = FaultAt("revoke_snapshot_access", THROTTLED)

    _delete(world, stack)

    assert world.deliveries[-1].calls == [
        "describe_cluster_snapshots",
        "describe_stacks",
        "revoke_snapshot_access",
        "describe_cluster_snapshots",
        "revoke_snapshot_access",
        "delete_tags",
        "describe_cluster_snapshots",
        "put",
    ]


def test_stripped_share_that_another_stack_claims_is_left_to_it(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    other = deploy(world, {"Share": share(MONDAY)}, "beta")
    world.ledger.strip_tags("monday")
    other.update({"Share": share(MONDAY, WaitForSnapshot="60")})
    world.run()

    _delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"
    assert world.has_access(MONDAY)


def test_access_that_replaced_adopted_access_is_revoked_in_a_rollback(
    world: World,
) -> None:
    """The person revoked the access, and this resource authorized it, so it must revoke it."""
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    world.faults = Meanwhile(
        "describe_cluster_snapshots",
        lambda: world.ledger.revoke_by_hand(MONDAY),
        after=1,
    )
    stack.create({"Share": share(MONDAY, ExistingShare="ADOPT")}, is_doomed=True)
    world.deliver_queued()
    assert world.has_access(MONDAY)

    stack.fail_sibling()
    world.run()

    assert stack.status == "ROLLBACK_COMPLETE"
    assert not world.has_access(MONDAY)


@pytest.mark.parametrize(
    "option", [{"ExistingShare": "ASK"}, {"WaitForSnapshot": "86400"}], ids=str
)
def test_options_of_another_version_do_not_hide_the_pair(
    world: World, option: dict[str, str]
) -> None:
    """A rollback may first restore an earlier version of the function."""
    stack = world.stack()
    world.faults = FaultAt("authorize_snapshot_access", CRASH_AFTER)
    stack.create({"Share": share(MONDAY)})

    def upgrade() -> None:
        event = stack.requests[-1].event
        event["ResourceProperties"] = {**event["ResourceProperties"], **option}

    world.deliver_queued()
    world.faults = NoFaults()
    stack.time_out(stack.requests[0])
    upgrade()
    world.run()

    assert stack.requests[-1].kind == "Delete"
    assert stack.status == "ROLLBACK_COMPLETE"
    assert not world.has_access(MONDAY)
    assert not world.claims(MONDAY)


def test_authorization_that_is_already_gone_counts_as_revoked(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    world.faults = Meanwhile(
        "revoke_snapshot_access", lambda: world.ledger.revoke_by_hand(MONDAY)
    )

    _delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"


def test_rename_keeps_the_access(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})

    stack.update({"Renamed": share(MONDAY)})
    world.run()

    assert [request.kind for request in stack.requests] == [
        "Create",
        "Create",
        "Delete",
    ]
    assert world.has_access(MONDAY)
    assert next(iter(world.claims(MONDAY).values())).startswith("alpha/Renamed ")


def test_rename_rolled_back_keeps_the_access(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY)})
    stack.update({"Renamed": share(MONDAY)}, is_doomed=True)

    roll_back(world, stack)

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.has_access(MONDAY)
    assert next(iter(world.claims(MONDAY).values())).startswith("alpha/Share ")


def test_retained_share_keeps_its_access_and_its_claim(world: World) -> None:
    stack = deploy(world, {"Share": share(MONDAY, is_retained=True)})

    _delete(world, stack)

    assert world.has_access(MONDAY)
    assert len(world.claims(MONDAY)) == 1


def test_stack_created_again_under_the_same_name_has_its_own_claim(
    world: World,
) -> None:
    stack = deploy(world, {"Share": share(MONDAY, is_retained=True)})
    _delete(world, stack)

    deploy(world, {"Share": share(MONDAY)})

    assert len(world.claims(MONDAY)) == 2


def test_duplicate_delete_after_a_rollback_leaves_an_adopted_share(
    world: World,
) -> None:
    """The stack is already ROLLBACK_COMPLETE, but this is still a rollback's Delete."""
    world.ledger.authorize_by_hand(MONDAY)
    stack = world.stack()
    stack.create({"Share": share(MONDAY, ExistingShare="ADOPT")}, is_doomed=True)
    world.faults = FaultAt("create_tags", CRASH_AFTER)
    create = world.queue[0]
    stack.fail_sibling()
    world.queue.remove(create)
    world.deliver_queued()
    world.invoke(create)
    world.deliver_queued()
    assert stack.status == "ROLLBACK_COMPLETE"

    world.invoke(stack.requests[-1])
    world.run()

    assert world.has_access(MONDAY)


def test_slow_duplicate_create_takes_nothing_from_a_stack_that_is_complete(
    world: World,
) -> None:
    stack = world.stack()
    stack.create({"Share": share(MONDAY)})

    def run_the_twin() -> None:
        world.invoke(stack.requests[0])
        world.deliver_queued()

    world.faults = Meanwhile("create_tags", run_the_twin)
    world.run()

    assert stack.status == "CREATE_COMPLETE"
    assert world.deliveries[0].calls[-3:] == [
        "describe_stacks",
        "describe_cluster_snapshots",
        "put",
    ]
    assert world.has_access(MONDAY)
    assert len(world.claims(MONDAY)) == 1


class _Both(NoFaults):
    """Two things go wrong."""

    def __init__(self, *faults: NoFaults) -> None:
        self._faults = faults

    def next(self, call: str) -> str:
        return "".join([faults.next(call) for faults in self._faults])
