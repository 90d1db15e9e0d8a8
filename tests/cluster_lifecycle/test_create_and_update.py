"""Create and Update: all that match are shared, or nothing is left."""

from unittest.mock import MagicMock

import pytest

from tests.cluster_lifecycle.declarations import ANALYTICS, LOGICAL_ID, PARTNER, shares
from tests.cluster_lifecycle.steps import (
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    claimed,
    declared_of,
    deploy,
    reason,
    run,
    shared,
    update,
)
from tests.cluster_lifecycle.world import ClusterWorld
from tests.lifecycle.faults import (
    ACCESS_DENIED_LONG,
    CRASH_AFTER,
    CRASH_BEFORE,
    THROTTLED,
    FaultAt,
    Meanwhile,
)
from tests.lifecycle.world import OTHER_CLUSTER, share
from tests.unit.stubs import client_error


def test_the_newest_snapshots_are_shared_with_every_account(
    world: ClusterWorld,
) -> None:
    stack = deploy(world, shares(ANALYTICS, PARTNER))

    assert stack.status == "CREATE_COMPLETE"
    assert shared(world) == shared(world, PARTNER) == ["tuesday", "wednesday"]
    assert stack.get_att(LOGICAL_ID, "SharedSnapshotCount") == "2"
    assert stack.get_att(LOGICAL_ID, "SharedSnapshotIdentifiers") == "wednesday,tuesday"
    assert stack.get_att(LOGICAL_ID, "Truncated") == ""


def test_a_claim_per_account_is_written_before_anybody_is_authorized(
    world: ClusterWorld,
) -> None:
    deploy(world, shares(ANALYTICS, PARTNER, newest=1))

    assert world.deliveries[0].calls == [
        "describe_cluster_snapshots",
        "describe_cluster_snapshots",
        "create_tags",
        "describe_stacks",
        "authorize_snapshot_access",
        "authorize_snapshot_access",
        "describe_cluster_snapshots",
        "put",
    ]
    assert claimed(world) == {"wednesday": ["", ""]}


def test_only_snapshots_that_match_are_shared(world: ClusterWorld) -> None:
    world.take_snapshot("tower", cluster=OTHER_CLUSTER)
    world.take_snapshot("today", creating_seconds=90)

    deploy(world, shares(newest=9, SnapshotIdentifierPrefix="t"))

    assert shared(world) == ["tuesday"]


def test_a_cluster_without_snapshots_is_no_error(world: ClusterWorld) -> None:
    for name in ("monday", "tuesday", "wednesday"):
        world.ledger.expire_snapshot(name)

    stack = deploy(world)

    assert stack.get_att(LOGICAL_ID, "SharedSnapshotCount") == "0"
    assert stack.get_att(LOGICAL_ID, "SharedSnapshotIdentifiers") == ""


def test_snapshots_of_a_cluster_that_redshift_does_not_find_are_found(
    world: ClusterWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What AWS lists for a cluster that was deleted is not documented."""
    describe = world.redshift.describe_cluster_snapshots

    def find_by_no_cluster(**parameters: str) -> object:
        if "ClusterIdentifier" in parameters:
            return {"Snapshots": []}
        return describe(**parameters)

    monkeypatch.setattr(
        world.redshift, "describe_cluster_snapshots", find_by_no_cluster
    )

    deploy(world)

    assert shared(world) == ["tuesday", "wednesday"]


def test_a_failure_says_how_many_and_the_first_reason_and_leaves_nothing(
    world: ClusterWorld,
) -> None:
    world.ledger.authorize_by_hand(TUESDAY)

    stack = deploy(world, shares(newest=3))

    assert stack.status == "ROLLBACK_COMPLETE"
    text = reason(stack)
    assert text.startswith(
        "1 of the 3 shares of the newest snapshots of cluster sales cannot be made, so "
        f"none is made; the first problem: account {ANALYTICS} already has access to "
        "snapshot tuesday"
    )
    assert shared(world) == ["tuesday"]
    assert claimed(world) == {}
    assert "delete_tags" in world.deliveries[0].calls


def test_what_a_person_shared_is_adopted_and_stays_in_a_rollback(
    world: ClusterWorld,
) -> None:
    world.ledger.authorize_by_hand(TUESDAY)
    stack = world.stack()
    stack.create({LOGICAL_ID: shares(ExistingShare="ADOPT")}, is_doomed=True)
    world.deliver_queued()
    assert claimed(world) == {"tuesday": ["adopted"], "wednesday": [""]}

    stack.fail_sibling()
    world.run()

    assert shared(world) == ["tuesday"]
    assert claimed(world) == {}


def test_adopted_access_goes_when_the_stack_is_deleted(world: ClusterWorld) -> None:
    world.ledger.authorize_by_hand(TUESDAY)
    stack = deploy(world, shares(ExistingShare="ADOPT"))

    stack.delete()
    world.run()

    assert shared(world) == []
    assert claimed(world) == {}


@pytest.mark.parametrize("lag", [0.6, 1.5, 4.0])
def test_access_that_shows_late_costs_only_time(lag: float) -> None:
    world = ClusterWorld(tag_lag=lag, account_lag=lag, call_seconds=0.25)

    stack = deploy(world)

    assert stack.status == "CREATE_COMPLETE"
    assert shared(world) == ["monday", "tuesday"]


def test_an_account_that_is_not_allowed_fails_before_anything_is_written(
    world: ClusterWorld,
) -> None:
    world.allowed_accounts = {PARTNER}

    stack = deploy(world)

    assert f"account {ANALYTICS} is not among" in reason(stack)
    assert world.deliveries[0].calls == ["put"]


def test_a_snapshot_whose_key_aws_manages_fails_and_the_key_is_asked_for_once(
    world: ClusterWorld,
) -> None:
    for snapshot in world.redshift.backend.snapshots.values():
        snapshot.attributes |= {"Encrypted": True, "KmsKeyId": "key"}
    world.kms = MagicMock()
    world.kms.describe_key.return_value = {"KeyMetadata": {"KeyManager": "AWS"}}

    stack = deploy(
        world, shares(ANALYTICS, PARTNER, "amazon-redshift-support", newest=1)
    )

    assert reason(stack).startswith("2 of the 3 shares")
    assert "AWS managed key key" in reason(stack)
    assert world.kms.describe_key.call_count == 1
    assert shared(world, "amazon-redshift-support") == []


def test_a_customer_managed_key_is_no_obstacle(world: ClusterWorld) -> None:
    world.redshift.backend.snapshots["wednesday"].attributes |= {
        "Encrypted": True,
        "KmsKeyId": "key",
    }
    world.kms = MagicMock()
    world.kms.describe_key.return_value = {"KeyMetadata": {"KeyManager": "CUSTOMER"}}

    deploy(world, shares(newest=1))

    assert shared(world) == ["wednesday"]


def test_a_snapshot_that_expires_meanwhile_is_not_missed(world: ClusterWorld) -> None:
    world.faults = Meanwhile(
        "describe_cluster_snapshots",
        lambda: world.ledger.expire_snapshot("tuesday"),
        after=1,
    )

    stack = deploy(world, shares(newest=3))

    assert stack.status == "CREATE_COMPLETE"
    assert shared(world) == ["monday", "wednesday"]


def test_a_snapshot_that_expires_before_its_claim_is_not_missed(
    world: ClusterWorld,
) -> None:
    world.faults = Meanwhile(
        "create_tags", lambda: world.ledger.expire_snapshot("wednesday")
    )

    stack = deploy(world, shares(newest=3))

    assert stack.status == "CREATE_COMPLETE"
    assert shared(world) == ["monday", "tuesday"]


def test_a_declaration_that_comes_to_nothing_is_taken_back(
    world: ClusterWorld,
) -> None:
    """The stack rolls back while the first snapshot is being claimed."""
    stack = world.stack()
    stack.create({LOGICAL_ID: shares()}, is_doomed=True)
    world.faults = Meanwhile("create_tags", stack.fail_sibling)

    world.run()

    assert shared(world) == []
    assert claimed(world) == {}
    assert "ROLLBACK" in world.deliveries[0].request.stack.status


def test_a_call_that_is_tried_again_asks_whether_it_is_still_wanted(
    world: ClusterWorld,
) -> None:
    stack = world.stack()
    stack.create({LOGICAL_ID: shares()}, is_doomed=True)
    world.faults = Meanwhile(
        "authorize_snapshot_access", stack.fail_sibling, kind=THROTTLED
    )

    world.run()

    assert world.deliveries[0].calls.count("authorize_snapshot_access") == 1
    assert shared(world) == []
    assert claimed(world) == {}


def test_a_call_that_is_tried_again_and_is_wanted_goes_on(world: ClusterWorld) -> None:
    world.faults = FaultAt("authorize_snapshot_access", THROTTLED)

    deploy(world)

    assert shared(world) == ["tuesday", "wednesday"]


def test_a_create_that_is_denied_takes_back_what_it_can(world: ClusterWorld) -> None:
    world.denied_for_good = "authorize_snapshot_access"

    stack = deploy(world)

    assert stack.status == "ROLLBACK_COMPLETE"
    assert reason(stack).startswith("2 of the 2 shares")
    # The second denial is not borne for another minute.
    assert world.deliveries[0].seconds < 120
    assert claimed(world) == {}


def test_an_unreachable_redshift_ends_the_run_at_once() -> None:
    world = ClusterWorld()
    world.is_unreachable = True

    stack = deploy(world)

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "could not connect to AWS" in reason(stack)


def test_what_cannot_be_taken_back_is_left_to_the_delete(world: ClusterWorld) -> None:
    world.ledger.authorize_by_hand(TUESDAY)
    # The first one asks whether the claims of this request are there.
    world.faults = FaultAt("describe_stack_resource", ACCESS_DENIED_LONG)

    stack = deploy(world, shares(newest=3))

    assert stack.status == "ROLLBACK_COMPLETE"
    assert "1 of the 3 shares" in reason(stack)
    assert claimed(world) == {}
    assert shared(world) == ["tuesday"]


def test_a_changed_declaration_claims_before_the_old_one_lets_go(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    before = stack.resources[LOGICAL_ID].physical_id

    update(world, stack, shares(ANALYTICS, PARTNER))

    assert stack.status == "UPDATE_COMPLETE"
    assert stack.resources[LOGICAL_ID].physical_id != before
    assert shared(world) == shared(world, PARTNER) == ["tuesday", "wednesday"]
    assert claimed(world) == {"tuesday": ["", ""], "wednesday": ["", ""]}
    # Access that both want never goes.
    assert not any(
        "revoke_snapshot_access" in delivery.calls for delivery in world.deliveries
    )


def test_an_account_and_a_snapshot_that_are_no_longer_declared_lose_access(
    world: ClusterWorld,
) -> None:
    stack = deploy(world, shares(ANALYTICS, PARTNER))

    update(world, stack, shares(ANALYTICS, newest=1))

    assert shared(world) == ["wednesday"]
    assert shared(world, PARTNER) == []


def test_an_option_that_changes_is_another_declaration(world: ClusterWorld) -> None:
    stack = deploy(world)
    before = stack.resources[LOGICAL_ID].physical_id

    update(world, stack, shares(ExistingShare="ADOPT"))

    assert stack.resources[LOGICAL_ID].physical_id != before
    assert claimed(world) == {"tuesday": [""], "wednesday": [""]}


def test_an_update_that_changes_nothing_declared_keeps_the_claims(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    before = stack.resources[LOGICAL_ID].physical_id

    update(world, stack, shares(Unknown="to this version"))

    assert stack.resources[LOGICAL_ID].physical_id == before
    assert "create_tags" not in world.deliveries[-1].calls


def test_a_rollback_of_an_update_goes_back_and_writes_nothing(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    stack.update({LOGICAL_ID: shares(ANALYTICS, PARTNER, newest=3)}, is_doomed=True)
    world.deliver_queued()
    world.take_snapshot("thursday")

    stack.fail_sibling()
    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert shared(world) == ["tuesday", "wednesday"]
    assert shared(world, PARTNER) == []
    # What appeared meanwhile is shared by the next run.
    run(world, stack)
    assert shared(world) == ["wednesday", "thursday"]


def test_a_rollback_to_what_this_version_does_not_understand_goes_back(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    stack.resources[LOGICAL_ID].properties = {
        **shares().properties,
        "Newest": "newer syntax",
    }

    stack.update({LOGICAL_ID: shares(newest=3)}, is_doomed=True)
    world.deliver_queued()
    stack.fail_sibling()
    world.deliver_queued()

    [reversed_update] = [
        request for request in stack.requests if request.kind == "Update"
    ][1:]
    assert reversed_update.has_succeeded
    world.ledger.violations.clear()


def test_an_update_that_fails_takes_back_and_the_old_declaration_stays(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    world.ledger.authorize_by_hand(MONDAY)

    update(world, stack, shares(newest=3))

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert shared(world) == ["monday", "tuesday", "wednesday"]
    assert claimed(world) == {"tuesday": [""], "wednesday": [""]}


def test_what_an_update_left_behind_goes_with_the_next_one(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    stack.update({LOGICAL_ID: shares(ANALYTICS, PARTNER)})
    world.faults = FaultAt("put", CRASH_BEFORE)

    world.run()

    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert shared(world, PARTNER) == []
    assert claimed(world) == {"tuesday": [""], "wednesday": [""]}


def test_a_late_duplicate_of_an_update_releases_nothing(world: ClusterWorld) -> None:
    stack = deploy(world)
    update(world, stack, shares(newest=1))
    first = stack.requests[1]
    stack.update({LOGICAL_ID: shares(newest=3)})
    world.run()

    # Its own declaration and the one it replaced are both others' by now.
    world.invoke(first)
    world.run()

    assert shared(world) == ["monday", "tuesday", "wednesday"]
    assert claimed(world) == {"monday": [""], "tuesday": [""], "wednesday": [""]}


def test_an_update_out_of_time_does_nothing(world: ClusterWorld) -> None:
    stack = deploy(world)
    update(world, stack, shares(newest=3))

    world.invoke(stack.requests[1])
    world.run()

    assert "create_tags" not in world.deliveries[-1].calls
    assert shared(world) == ["monday", "tuesday", "wednesday"]


def test_a_single_share_beside_it_is_counted(world: ClusterWorld) -> None:
    single = world.stack("beta")
    single.create({"Share": share(WEDNESDAY)})
    world.run()
    stack = deploy(world)
    stack.delete()
    world.run()

    assert shared(world) == ["wednesday"]
    assert single.is_green


def test_two_declarations_on_one_cluster_are_counted(world: ClusterWorld) -> None:
    first, second = deploy(world), deploy(world, name="beta")

    first.delete()
    world.run()
    assert shared(world) == ["tuesday", "wednesday"]

    second.delete()
    world.run()
    assert shared(world) == []


def test_a_duplicate_of_a_create_takes_nothing_from_its_twin(
    world: ClusterWorld,
) -> None:
    stack = world.stack()
    stack.create({LOGICAL_ID: shares(is_retained=True)})
    world.deliver_queued()
    world.take_snapshot("thursday")
    run(world, stack)

    world.invoke(stack.requests[0])
    world.run()

    assert shared(world) == ["wednesday", "thursday"]
    assert claimed(world) == {"wednesday": ["retained"], "thursday": ["retained"]}


def test_access_that_a_person_keeps_revoking_does_not_settle(
    world: ClusterWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorize = world.redshift.authorize_snapshot_access

    def undo(**parameters: str) -> object:
        answer = authorize(**parameters)
        world.redshift.revoke_snapshot_access(**parameters)
        return answer

    monkeypatch.setattr(world.redshift, "authorize_snapshot_access", undo)

    stack = deploy(world, shares(newest=1))

    assert "did not settle" in reason(stack)
    assert claimed(world) == {}


def test_a_claim_that_is_taken_off_meanwhile_makes_the_create_give_way(
    world: ClusterWorld,
) -> None:
    def strip() -> None:
        snapshot = world.redshift.backend.snapshots["wednesday"]
        world.redshift.delete_tags(
            ResourceName=snapshot.arn, TagKeys=[*snapshot.tags_by_key]
        )

    world.faults = Meanwhile("authorize_snapshot_access", strip)

    stack = deploy(world, shares(newest=1))

    assert "was removed while it was being shared" in reason(stack)
    assert shared(world) == []


def test_a_retained_declaration_that_comes_back_and_rolls_back_keeps_its_access(
    world: ClusterWorld,
) -> None:
    stack = deploy(world, shares(is_retained=True))
    stack.update({})
    world.run()
    assert shared(world) == ["tuesday", "wednesday"]

    stack.update({LOGICAL_ID: shares(is_retained=True)}, is_doomed=True)
    world.deliver_queued()
    assert claimed(world) == {
        "tuesday": ["adopted retained"],
        "wednesday": ["adopted retained"],
    }
    stack.fail_sibling()
    world.run()

    assert shared(world) == ["tuesday", "wednesday"]


def test_a_retained_declaration_that_comes_back_is_kept_up_again(
    world: ClusterWorld,
) -> None:
    stack = deploy(world, shares(is_retained=True))
    stack.update({})
    world.run()
    world.take_snapshot("thursday")
    stack.update({LOGICAL_ID: shares(is_retained=True)})
    world.run()

    run(world, stack)

    assert shared(world) == ["wednesday", "thursday"]


def test_a_retained_declaration_that_changes_lets_old_snapshots_go(
    world: ClusterWorld,
) -> None:
    stack = deploy(world, shares(is_retained=True))

    update(world, stack, shares(newest=1, is_retained=True))

    assert shared(world) == ["wednesday"]
    assert claimed(world) == {"wednesday": ["retained"]}


def test_a_busy_cluster_is_waited_for(
    world: ClusterWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_busy(world, monkeypatch, seconds=100)

    stack = deploy(world)

    assert stack.status == "CREATE_COMPLETE"
    assert world.deliveries[0].seconds > 90


def test_a_cluster_that_stays_busy_fails_the_deployment(
    world: ClusterWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    _make_busy(world, monkeypatch, seconds=10_000)

    stack = deploy(world)

    assert "cannot be tagged in the present state of its cluster" in reason(stack)
    assert 590 < world.deliveries[0].seconds < 700


def _make_busy(
    world: ClusterWorld, monkeypatch: pytest.MonkeyPatch, *, seconds: float
) -> None:
    create, end = world.redshift.create_tags, world.clock + seconds

    def refuse(**parameters: object) -> object:
        if world.clock < end:
            raise client_error("InvalidClusterState", operation="CreateTags")
        return create(**parameters)

    monkeypatch.setattr(world.redshift, "create_tags", refuse)


def test_as_many_accounts_as_there_is_room_for_tags(world: ClusterWorld) -> None:
    snapshot = world.redshift.backend.snapshots["wednesday"]
    world.redshift.create_tags(
        ResourceName=snapshot.arn,
        Tags=[{"Key": f"mine-{number}", "Value": ""} for number in range(49)],
    )
    stack = world.stack()
    stack.create({LOGICAL_ID: shares(ANALYTICS, PARTNER, newest=1)})

    world.run()

    assert reason(stack).startswith("1 of the 2 shares")
    assert "has 50 tags" in reason(stack)


def test_a_twin_that_fails_takes_nothing_from_the_one_that_succeeded(
    world: ClusterWorld,
) -> None:
    """A snapshot appears in between that cannot be shared."""
    stack = world.stack()
    stack.create({LOGICAL_ID: shares()})
    create = stack.requests[0]
    world.deliver_queued()
    world.take_snapshot("thursday")
    world.ledger.authorize_by_hand(THURSDAY)
    stack.status = "CREATE_IN_PROGRESS"

    world.invoke(create)
    world.deliver_queued()

    assert "delete_tags" not in world.deliveries[-1].calls
    assert claimed(world) == {"tuesday": [""], "wednesday": [""]}
    stack.status = "CREATE_COMPLETE"


def test_a_snapshot_that_came_again_and_is_not_wanted_keeps_no_access(
    world: ClusterWorld,
) -> None:
    """The new one has no claim, so nobody else would take its access back."""

    def come_again() -> None:
        world.ledger.expire_snapshot("wednesday")
        world.take_snapshot("wednesday")
        world.clock += 60
        world.take_snapshot("thursday")

    world.faults = Meanwhile("authorize_snapshot_access", come_again)

    stack = deploy(world, shares(newest=1))

    assert stack.status == "CREATE_COMPLETE"
    assert shared(world) == ["thursday"]


def test_a_claim_that_a_twin_wrote_and_a_delete_took_makes_the_other_give_way(
    world: ClusterWorld,
) -> None:
    stack = world.stack()
    stack.create({LOGICAL_ID: shares(newest=1)}, is_doomed=True)
    world.faults = FaultAt("create_tags", CRASH_AFTER)
    world.deliver_queued()
    assert claimed(world) == {"wednesday": [""]}

    def roll_back() -> None:
        stack.fail_sibling()
        stack.time_out(stack.requests[0])
        world.deliver_queued()

    world.faults = Meanwhile("authorize_snapshot_access", roll_back)
    world.invoke(stack.requests[0])
    world.run()

    assert shared(world) == []
    assert claimed(world) == {}


def test_giving_way_leaves_what_a_person_shared(world: ClusterWorld) -> None:
    world.ledger.authorize_by_hand(WEDNESDAY)

    def strip() -> None:
        snapshot = world.redshift.backend.snapshots["wednesday"]
        world.redshift.delete_tags(
            ResourceName=snapshot.arn, TagKeys=[*snapshot.tags_by_key]
        )

    world.faults = Meanwhile("describe_stacks", strip)

    stack = deploy(world, shares(newest=1, ExistingShare="ADOPT"))

    assert "was removed while it was being shared" in reason(stack)
    assert shared(world) == ["wednesday"]


def test_giving_way_may_be_denied(world: ClusterWorld) -> None:
    def strip() -> None:
        snapshot = world.redshift.backend.snapshots["wednesday"]
        world.redshift.delete_tags(
            ResourceName=snapshot.arn, TagKeys=[*snapshot.tags_by_key]
        )
        world.denied_for_good = "revoke_snapshot_access"

    world.faults = Meanwhile("authorize_snapshot_access", strip)

    stack = deploy(world, shares(newest=1))

    assert "role may not do this" in reason(stack)
    world.ledger.violations.clear()


def test_a_late_create_does_not_change_the_claims_of_a_run(
    world: ClusterWorld,
) -> None:
    stack = world.stack("alpha")
    stack.create({LOGICAL_ID: shares(newest=4, is_retained=True)}, is_doomed=True)
    world.deliver_queued()
    [create] = stack.requests
    world.take_snapshot("thursday")
    world.wake(stack, declared_of(stack))
    world.deliver_queued()
    assert "thursday" in shared(world)

    stack.fail_sibling()
    world.queue.insert(0, create)
    world.run()

    assert stack.status == "ROLLBACK_COMPLETE"
    assert shared(world) == []
    assert claimed(world) == {}
