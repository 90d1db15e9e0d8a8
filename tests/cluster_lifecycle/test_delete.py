"""Delete: every claim of its declaration goes, on all pages, and no other."""

import pytest

from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.cluster_release import ClusterRelease
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.request import parse_request
from redshift_snapshot_share_handler.snapshot import Snapshot
from redshift_snapshot_share_handler.stack import StackResource
from tests.cluster_lifecycle.declarations import ANALYTICS, LOGICAL_ID, PARTNER, shares
from tests.cluster_lifecycle.steps import (
    TUESDAY,
    WEDNESDAY,
    claimed,
    declared_of,
    deploy,
    reason,
    shared,
    update,
)
from tests.cluster_lifecycle.world import ClusterWorld
from tests.lifecycle.faults import (
    ACCESS_DENIED_LONG,
    CRASH_BEFORE,
    THROTTLED,
    FaultAt,
    Meanwhile,
    NoFaults,
)
from tests.lifecycle.world import CLUSTER
from tests.unit.events import DELETE
from tests.unit.stubs import CLAIMANT, Clock, services

ACCOUNTS = tuple(f"{10**11 + number}" for number in range(20))


def delete(world: ClusterWorld, stack: object) -> None:
    stack.delete()  # type: ignore[attr-defined]
    world.run()


def test_nothing_is_left(world: ClusterWorld) -> None:
    stack = deploy(world, shares(ANALYTICS, PARTNER, newest=3))

    delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"
    assert shared(world) == shared(world, PARTNER) == []
    assert claimed(world) == {}


def test_claims_on_all_pages_go(world: ClusterWorld) -> None:
    for number in range(30):
        world.take_snapshot(f"s{number}")
    world.redshift.backend.redshift.page_size = 20
    try:
        stack = deploy(world, shares(newest=33))
        assert len(shared(world)) == 33

        delete(world, stack)
    finally:
        world.redshift.backend.redshift.page_size = None

    assert shared(world) == []
    assert claimed(world) == {}


def test_the_largest_declaration_is_released_within_the_deadline(
    world: ClusterWorld,
) -> None:
    """100 snapshots of 20 accounts: see the arithmetic in docs/cluster-lifecycle.md."""
    world.ledger.expire_snapshot("monday")
    world.ledger.expire_snapshot("tuesday")
    world.ledger.expire_snapshot("wednesday")
    for number in range(100):
        world.take_snapshot(f"s{number}")
    stack = deploy(world, shares(*ACCOUNTS, newest=100))
    assert stack.status == "CREATE_COMPLETE"

    world.call_seconds = 0.15
    world.counts["steps"] = 0
    began = world.clock
    delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"
    assert claimed(world) == {}
    assert world.clock - began < 840
    # A look and a revocation per pair, one call per snapshot for its tags.
    assert len(world.deliveries[-1].calls) < 4 + 2 * 2000 + 100 + 10


def test_a_delete_that_was_cut_off_goes_on_where_it_stopped(
    world: ClusterWorld,
) -> None:
    stack = deploy(world, shares(ANALYTICS, PARTNER, newest=3))
    world.faults = FaultAt("revoke_snapshot_access", CRASH_BEFORE, after=3)
    delete(world, stack)
    assert stack.status == "DELETE_FAILED"
    assert len(claimed(world)) == 2

    world.faults = NoFaults()
    delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"
    assert claimed(world) == {}
    assert world.deliveries[-1].calls.count("revoke_snapshot_access") == 4


def test_a_delete_needs_no_cluster(
    world: ClusterWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = deploy(world)
    describe = world.redshift.describe_cluster_snapshots

    def without_the_cluster(**parameters: str) -> object:
        assert parameters.get("ClusterIdentifier") != CLUSTER
        return describe(**parameters)

    monkeypatch.setattr(
        world.redshift, "describe_cluster_snapshots", without_the_cluster
    )

    delete(world, stack)

    assert claimed(world) == {}


def test_claims_of_others_keep_their_access(world: ClusterWorld) -> None:
    stack, other = deploy(world), deploy(world, name="beta")

    delete(world, stack)

    assert shared(world) == ["tuesday", "wednesday"]
    assert other.is_green
    assert "revoke_snapshot_access" not in world.deliveries[-1].calls


def test_a_claim_that_shows_late_goes(world: ClusterWorld) -> None:
    """A run has written it right before the Delete."""
    redshift = world.redshift.backend.redshift
    stack = deploy(world)
    redshift.tag_lag_seconds = redshift.account_lag_seconds = 4
    world.lag = 4
    world.take_snapshot("thursday")
    world.wake(stack, declared_of(stack))
    world.faults = FaultAt("authorize_snapshot_access", CRASH_BEFORE)
    world.run()
    assert claimed(world).keys() == {"tuesday", "wednesday", "thursday"}

    delete(world, stack)

    assert claimed(world) == {}
    assert shared(world) == []


def test_access_that_is_given_between_the_two_looks_goes_too(
    world: ClusterWorld,
) -> None:
    stack = deploy(world, shares(newest=1))
    pair = {
        "SnapshotIdentifier": "wednesday",
        "AccountWithRestoreAccess": ANALYTICS,
    }
    # As a run that is on its way, and crashes.
    world.faults = Meanwhile(
        "delete_tags",
        lambda: world.redshift.authorize_snapshot_access(**pair),
    )

    delete(world, stack)

    assert shared(world) == []


def test_two_that_let_go_at_once_leave_no_access(world: ClusterWorld) -> None:
    stack, other = deploy(world), deploy(world, name="beta")
    other.delete()

    world.faults = Meanwhile("delete_tags", world.deliver_queued)
    delete(world, stack)

    assert shared(world) == []
    assert claimed(world) == {}


def test_a_revocation_that_is_throttled_is_tried_again(world: ClusterWorld) -> None:
    stack = deploy(world)
    world.faults = FaultAt("revoke_snapshot_access", THROTTLED)

    delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"


def test_a_delete_that_is_denied_fails_and_says_why(world: ClusterWorld) -> None:
    stack = deploy(world)
    world.denied_for_good = "revoke_snapshot_access"

    delete(world, stack)

    assert stack.status == "DELETE_FAILED"
    assert "role may not do this" in reason(stack)
    assert shared(world) == ["tuesday", "wednesday"]


@pytest.mark.parametrize("status", ["UPDATE_COMPLETE", "CREATE_IN_PROGRESS"])
def test_a_late_duplicate_of_a_delete_takes_nothing(
    status: str, world: ClusterWorld
) -> None:
    stack = deploy(world)
    update(world, stack, shares(newest=1))
    [cleanup] = [request for request in stack.requests if request.kind == "Delete"]
    update(world, stack, shares())
    stack.status = status

    world.invoke(cleanup)
    world.run()

    assert shared(world) == ["tuesday", "wednesday"]
    stack.status = "UPDATE_COMPLETE"


def test_a_failed_create_that_crashed_is_undone_by_its_delete(
    world: ClusterWorld,
) -> None:
    """It has an invented id: the properties say what it was for."""
    world.faults = FaultAt("put", CRASH_BEFORE)

    stack = deploy(world)

    assert stack.status == "ROLLBACK_COMPLETE"
    assert shared(world) == []
    assert claimed(world) == {}


def test_a_create_that_was_deployed_again_keeps_what_its_successor_claims(
    world: ClusterWorld,
) -> None:
    stack = world.stack()
    world.faults = FaultAt("put", CRASH_BEFORE)
    stack.create({LOGICAL_ID: shares()}, disable_rollback=True)
    world.run()
    assert stack.status == "CREATE_FAILED"

    update(world, stack, shares())

    assert stack.status == "UPDATE_COMPLETE"
    assert shared(world) == ["tuesday", "wednesday"]


def test_a_create_that_was_deployed_again_with_others_is_undone(
    world: ClusterWorld,
) -> None:
    stack = world.stack()
    world.faults = FaultAt("put", CRASH_BEFORE)
    stack.create({LOGICAL_ID: shares(ANALYTICS, PARTNER)}, disable_rollback=True)
    world.run()

    update(world, stack, shares())

    assert shared(world) == ["tuesday", "wednesday"]
    assert shared(world, PARTNER) == []


def test_a_marked_id_stands_for_the_claims_of_its_own_request(
    world: ClusterWorld,
) -> None:
    """The Create failed, was kept, and was deployed again."""
    world.ledger.authorize_by_hand(TUESDAY)
    stack = world.stack()
    # It cannot take back what it did.
    world.faults = FaultAt("delete_tags", ACCESS_DENIED_LONG)
    stack.create({LOGICAL_ID: shares()}, disable_rollback=True)
    world.run()
    assert claimed(world) == {"wednesday": [""]}
    world.ledger.revoke_by_hand(TUESDAY)
    world.clock += 300

    update(world, stack, shares())

    assert stack.status == "UPDATE_COMPLETE"
    assert shared(world) == ["tuesday", "wednesday"]
    assert claimed(world) == {"tuesday": [""], "wednesday": [""]}


def test_a_marked_id_does_not_need_to_know_what_the_stack_does(
    world: ClusterWorld,
) -> None:
    world.ledger.authorize_by_hand(TUESDAY)
    stack = world.stack()
    world.faults = FaultAt("delete_tags", ACCESS_DENIED_LONG)
    stack.create({LOGICAL_ID: shares()}, disable_rollback=True)
    world.run()
    world.clock += 300
    world.denied_for_good = "describe_stacks"

    delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"
    assert claimed(world) == {}


def test_an_id_that_names_the_declaration_does_need_to_know(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    world.denied_for_good = "describe_stacks"

    delete(world, stack)

    assert stack.status == "DELETE_FAILED"
    assert shared(world) == ["tuesday", "wednesday"]


def test_an_idle_create_is_deleted_although_nobody_can_look(
    world: ClusterWorld,
) -> None:
    world.denied_for_good = "describe_cluster_snapshots"

    stack = deploy(world)

    assert stack.status == "ROLLBACK_COMPLETE"
    assert world.deliveries[-1].seconds < 60


def test_what_an_update_left_behind_goes_with_the_stack(world: ClusterWorld) -> None:
    stack = deploy(world)
    world.faults = FaultAt("put", CRASH_BEFORE)
    stack.update({LOGICAL_ID: shares(ANALYTICS, PARTNER)}, disable_rollback=True)
    world.run()
    assert stack.status == "UPDATE_FAILED"
    assert shared(world, PARTNER) == ["tuesday", "wednesday"]

    delete(world, stack)

    assert stack.status == "DELETE_COMPLETE"
    assert shared(world) == shared(world, PARTNER) == []
    assert claimed(world) == {}


def test_a_cleanup_keeps_the_declaration_that_the_resource_lives_on_with(
    world: ClusterWorld,
) -> None:
    """Whatever properties AWS sends with it."""
    stack = deploy(world)
    stack.update({LOGICAL_ID: shares(newest=1)})
    world.deliver_queued()
    [cleanup] = [request for request in stack.requests if request.kind == "Delete"]
    cleanup.event["ResourceProperties"] = dict(shares(newest=1).properties)
    del cleanup.answer

    world.invoke(cleanup)
    world.run()

    assert shared(world) == [WEDNESDAY.snapshot]


def test_a_claim_that_another_request_writes_anew_is_left(world: ClusterWorld) -> None:
    """The Create of a marked id was deployed again, right before its Delete."""
    world.ledger.authorize_by_hand(TUESDAY)
    stack = world.stack()
    world.faults = FaultAt("delete_tags", ACCESS_DENIED_LONG)
    stack.create({LOGICAL_ID: shares()}, disable_rollback=True)
    world.run()
    world.ledger.revoke_by_hand(TUESDAY)
    world.clock += 300
    snapshot = world.redshift.backend.snapshots["wednesday"]
    [key] = snapshot.tags_by_key

    def claim() -> None:
        tag = {"Key": key, "Value": "alpha/Shares another-request"}
        world.redshift.create_tags(ResourceName=snapshot.arn, Tags=[tag])

    # After the look at all, before the one at this snapshot.
    world.faults = Meanwhile("describe_cluster_snapshots", claim, after=1)
    stack.delete()
    world.run()

    assert claimed(world) == {"wednesday": [""]}
    assert "revoke_snapshot_access" not in world.deliveries[-1].calls


@pytest.mark.parametrize(
    ("status", "resource", "is_released"),
    [
        ("DELETE_IN_PROGRESS", ("any", "UPDATE_COMPLETE"), True),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None, True),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ("same", "DELETE_IN_PROGRESS"), True),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ("same", "UPDATE_COMPLETE"), False),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ("other", "UPDATE_COMPLETE"), True),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ("left", "UPDATE_COMPLETE"), False),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", ("made-up", "UPDATE_FAILED"), False),
        ("UPDATE_COMPLETE", None, False),
    ],
)
def test_what_else_a_delete_names_goes_if_the_resource_does_not_live_on_with_it(
    status: str, resource: tuple[str, str] | None, *, is_released: bool
) -> None:
    stack, left = FakeStack(status), f"sales/{'1' * 32}"
    same = f"sales/{'2' * 32}"
    names = {"same": same, "other": f"sales/{'3' * 32}", "left": left}
    if resource:
        name, resource_status = resource
        stack.resource = StackResource(names.get(name, name), resource_status)
    clock = Clock()
    redshift = FakeRedshift(CLAIMANT._replace(digest="1" * 32))
    request = parse_request({**DELETE, "PhysicalResourceId": same})
    given = services(clock)._replace(redshift=redshift, stack=stack)  # type: ignore[arg-type]

    ClusterRelease(request, given).release_leftovers("1" * 32)

    assert redshift.is_claimed is not is_released


@pytest.mark.parametrize(
    ("status", "name", "is_released"),
    [
        ("UPDATE_IN_PROGRESS", "2" * 32, True),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "2" * 32, True),
        ("UPDATE_IN_PROGRESS", "3" * 32, False),
        ("UPDATE_COMPLETE", "2" * 32, False),
    ],
)
def test_what_else_an_update_names_goes_if_it_is_the_current_one(
    status: str, name: str, *, is_released: bool
) -> None:
    stack = FakeStack(status)
    stack.resource = StackResource(f"sales/{name}", "UPDATE_IN_PROGRESS")
    redshift = FakeRedshift(CLAIMANT._replace(digest="1" * 32))
    request = parse_request(
        {
            **DELETE,
            "RequestType": "Update",
            "PhysicalResourceId": f"sales/{'2' * 32}",
            "OldResourceProperties": {},
        }
    )
    given = services(Clock())._replace(redshift=redshift, stack=stack)  # type: ignore[arg-type]

    ClusterRelease(request, given).release_leftovers("1" * 32)

    assert redshift.is_claimed is not is_released


class FakeStack:
    """A stack in one status, with one resource."""

    def __init__(self, status: str) -> None:
        self._status = status
        self.resource: StackResource | None = None

    def status(self) -> str:
        return self._status

    def find_resource(self, _: str) -> StackResource | None:
        return self.resource


class FakeRedshift:
    """A snapshot that one declaration has claimed."""

    def __init__(self, claimant: Claimant) -> None:
        self._claim = claimant.claim(ANALYTICS, adopted=False)
        self.is_claimed = True

    def find_manual(self) -> list[Snapshot]:
        tags = [{"Key": self._claim.key, "Value": self._claim.value}]
        fields = {"SnapshotIdentifier": "monday"}
        return [Snapshot({**fields, "Tags": tags if self.is_claimed else []}, "arn")]

    def look(self, _: Pair) -> Snapshot:
        [snapshot] = self.find_manual()
        return snapshot

    def revoke(self, *_: object, **__: object) -> None:
        """Do nothing."""

    def remove_claims(self, *_: object) -> None:
        self.is_claimed = False
