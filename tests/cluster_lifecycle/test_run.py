"""Runs between deployments: what they find is what they bring about."""

import pytest

from redshift_snapshot_share_handler import cluster_delivery, metric
from redshift_snapshot_share_handler.report import Report
from tests.cluster_lifecycle.declarations import ANALYTICS, LOGICAL_ID, PARTNER, shares
from tests.cluster_lifecycle.steps import (
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    claimed,
    declared_of,
    deploy,
    run,
    shared,
    update,
)
from tests.cluster_lifecycle.world import ClusterWorld
from tests.lifecycle.faults import (
    ACCESS_DENIED_LONG,
    CRASH_AFTER,
    FaultAt,
    Meanwhile,
    NoFaults,
)
from tests.lifecycle.world import share
from tests.unit.stubs import client_error


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """What runs said, the last one last; each may say it several times."""
    said: list[Report] = []
    monkeypatch.setattr(metric, "publish", lambda report, _: said.append(report))
    return said


def test_a_run_that_finds_nothing_to_do_makes_one_call(world: ClusterWorld) -> None:
    stack = deploy(world, shares(*(f"{10**11 + number}" for number in range(20))))

    assert run(world, stack).calls == ["describe_cluster_snapshots"]


def test_a_run_of_a_cluster_without_snapshots_makes_two_calls(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    for name in ("monday", "tuesday", "wednesday"):
        world.ledger.expire_snapshot(name)

    assert run(world, stack).calls == ["describe_cluster_snapshots"] * 2


def test_a_snapshot_that_appears_is_shared_and_the_oldest_is_not_any_more(
    world: ClusterWorld, reports: list[Report]
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")

    calls = run(world, stack).calls

    assert shared(world) == ["wednesday", "thursday"]
    assert claimed(world) == {"wednesday": [""], "thursday": [""]}
    # New before old.
    assert calls.index("authorize_snapshot_access") < calls.index(
        "revoke_snapshot_access"
    )
    report = reports[-1]
    assert report.shared == ["thursday", "wednesday"]
    assert [*map(str, report.authorized)] == [str(THURSDAY)]
    assert [*map(str, report.released)] == [str(TUESDAY)]
    assert not report.failed


def test_a_run_asks_whether_its_declaration_stands_before_it_claims_and_authorizes(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")

    calls = run(world, stack).calls

    asking = ["describe_stack_resource", "describe_stacks"]
    assert calls[1:8] == [
        *asking,
        "describe_cluster_snapshots",
        "create_tags",
        *asking,
        "authorize_snapshot_access",
    ]


def test_snapshots_of_one_time_are_ranked_by_name(world: ClusterWorld) -> None:
    world.take_snapshot("thursday")
    world.take_snapshot("friday")

    deploy(world, shares(newest=1))

    assert shared(world) == ["thursday"]


def test_a_snapshot_in_the_making_is_left_to_a_later_run(world: ClusterWorld) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday", creating_seconds=60)

    assert run(world, stack).calls == ["describe_cluster_snapshots"]
    world.clock += 60
    run(world, stack)

    assert shared(world) == ["wednesday", "thursday"]


def test_access_that_somebody_revoked_is_given_again(world: ClusterWorld) -> None:
    stack = deploy(world)
    world.ledger.revoke_by_hand(TUESDAY)

    calls = run(world, stack).calls

    assert shared(world) == ["tuesday", "wednesday"]
    assert "create_tags" not in calls


def test_access_that_nobody_claims_is_reported_and_not_touched(
    world: ClusterWorld, reports: list[Report]
) -> None:
    stack = deploy(world, shares(newest=3))
    world.take_snapshot("thursday")
    world.take_snapshot("friday")
    world.ledger.authorize_by_hand(THURSDAY)

    run(world, stack)

    [(about, error)] = reports[-1].failed.items()
    assert about == str(THURSDAY)
    assert "somebody shared it by hand" in str(error)
    # It holds up nobody else.
    assert shared(world) == ["wednesday", "thursday", "friday"]
    assert claimed(world) == {"wednesday": [""], "friday": [""]}


def test_access_that_nobody_claims_is_adopted_if_that_is_declared(
    world: ClusterWorld,
) -> None:
    stack = deploy(world, shares(ExistingShare="ADOPT"))
    world.take_snapshot("thursday")
    world.ledger.authorize_by_hand(THURSDAY)

    calls = run(world, stack).calls

    assert claimed(world) == {"wednesday": [""], "thursday": ["adopted"]}
    assert "authorize_snapshot_access" not in calls


def test_a_declaration_that_does_not_stand_yet_does_nothing(
    world: ClusterWorld, reports: list[Report]
) -> None:
    """The function is updated before its resource."""
    stack = deploy(world)
    before = declared_of(stack)
    stack.update({LOGICAL_ID: shares(newest=3)})
    [_, update_request] = stack.requests
    world.queue.clear()

    world.wake(stack, declared_of(stack))
    world.deliver_queued()
    assert world.deliveries[-1].calls == [
        "describe_cluster_snapshots",
        "describe_stack_resource",
    ]
    assert not reports[-1].is_declared

    world.invoke(update_request)
    world.run()
    # Nor does one that stood before.
    world.take_snapshot("thursday")
    assert run(world, stack, before).calls[1:] == ["describe_stack_resource"]


@pytest.mark.parametrize(
    "status",
    [
        "DELETE_IN_PROGRESS",
        "DELETE_FAILED",
        "ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_FAILED",
    ],
)
def test_a_run_does_nothing_while_its_stack_goes_back_or_away(
    status: str, world: ClusterWorld
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")
    stack.status = status

    assert run(world, stack).calls == [
        "describe_cluster_snapshots",
        "describe_stack_resource",
        "describe_stacks",
    ]


@pytest.mark.parametrize(
    "status",
    [
        "CREATE_IN_PROGRESS",
        "UPDATE_IN_PROGRESS",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_FAILED",
    ],
)
def test_a_run_works_in_every_other_status(status: str, world: ClusterWorld) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")
    stack.status = status

    run(world, stack)

    assert shared(world) == ["wednesday", "thursday"]


def test_a_run_under_way_when_its_declaration_went_leaves_nothing(
    world: ClusterWorld, reports: list[Report]
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")

    def remove() -> None:
        stack.delete()
        world.deliver_queued()

    declared = declared_of(stack)
    world.faults = Meanwhile("create_tags", remove)
    run(world, stack, declared)

    assert shared(world) == []
    assert claimed(world) == {}
    assert not reports[-1].is_declared


def test_a_run_that_authorizes_after_its_declaration_went_gives_way(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")

    def remove() -> None:
        stack.delete()
        world.deliver_queued()

    declared = declared_of(stack)
    world.faults = Meanwhile("authorize_snapshot_access", remove)
    run(world, stack, declared)

    assert shared(world) == []
    assert claimed(world) == {}


def test_two_runs_at_once_come_to_the_same_end(world: ClusterWorld) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")
    declared = declared_of(stack)

    def run_beside_it() -> None:
        world.wake(stack, declared)
        world.deliver_queued()

    world.faults = Meanwhile("create_tags", run_beside_it)
    run(world, stack)

    assert shared(world) == ["wednesday", "thursday"]
    assert claimed(world) == {"wednesday": [""], "thursday": [""]}


@pytest.mark.parametrize(
    "call", ["create_tags", "authorize_snapshot_access", "revoke_snapshot_access"]
)
def test_the_run_after_a_crash_finishes_its_work(
    call: str, world: ClusterWorld
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")
    world.faults = FaultAt(call, CRASH_AFTER)
    assert run(world, stack).has_crashed
    world.faults = NoFaults()
    world.clock += 900

    run(world, stack)

    assert shared(world) == ["wednesday", "thursday"]
    assert claimed(world) == {"wednesday": [""], "thursday": [""]}


def test_one_pair_that_fails_does_not_hold_up_the_others_and_leaves_no_claim(
    world: ClusterWorld, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = deploy(world, shares(ANALYTICS, PARTNER))
    world.take_snapshot("thursday")
    authorize = world.redshift.authorize_snapshot_access

    def refuse(**parameters: str) -> object:
        if parameters["AccountWithRestoreAccess"] == ANALYTICS:
            raise client_error("AuthorizationQuotaExceeded")
        return authorize(**parameters)

    monkeypatch.setattr(world.redshift, "authorize_snapshot_access", refuse)

    run(world, stack)

    assert [*reports[-1].failed] == [str(THURSDAY)]
    assert [*map(str, reports[-1].authorized)] == [f"thursday/{PARTNER}"]
    assert shared(world) == ["wednesday"]
    assert shared(world, PARTNER) == ["wednesday", "thursday"]
    assert claimed(world) == {"wednesday": ["", ""], "thursday": [""]}


def test_a_snapshot_that_redshift_does_not_share_yet_is_tried_a_few_times(
    world: ClusterWorld, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")

    def refuse(**_: str) -> object:
        raise client_error("InvalidClusterSnapshotState")

    monkeypatch.setattr(world.redshift, "authorize_snapshot_access", refuse)

    calls = run(world, stack).calls

    assert calls.count("authorize_snapshot_access") == 5
    assert "in its present state" in str(reports[-1].failed[str(THURSDAY)])


def test_a_refusal_is_not_believed_before_the_access_could_show(
    world: ClusterWorld, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")
    authorize = world.redshift.authorize_snapshot_access

    def refuse_although_it_worked(**parameters: str) -> object:
        authorize(**parameters)
        raise client_error("InvalidClusterSnapshotState")

    monkeypatch.setattr(
        world.redshift, "authorize_snapshot_access", refuse_although_it_worked
    )

    run(world, stack)

    assert not reports[-1].failed
    assert shared(world) == ["wednesday", "thursday"]


def test_a_busy_cluster_is_left_to_the_next_run(
    world: ClusterWorld, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")

    def refuse(**_: str) -> object:
        raise client_error("InvalidClusterState")

    monkeypatch.setattr(world.redshift, "create_tags", refuse)

    delivery = run(world, stack)

    assert delivery.seconds < 20
    assert "present state of its cluster" in str(reports[-1].failed[str(THURSDAY)])


def test_an_account_that_is_no_longer_allowed_gets_nothing_new(
    world: ClusterWorld, reports: list[Report]
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")
    world.allowed_accounts = {PARTNER}

    run(world, stack)

    assert "is not among" in str(reports[-1].failed[str(THURSDAY)])
    assert shared(world) == ["wednesday"]


def test_a_run_that_cannot_look_says_so(
    world: ClusterWorld, reports: list[Report]
) -> None:
    stack = deploy(world)
    world.denied_for_good = "describe_cluster_snapshots"

    run(world, stack)

    report = reports[-1]
    assert report.shared is None
    assert "role may not do this" in str(report.failed["sales"])


def test_a_run_that_fails_unexpectedly_says_so_and_fails(
    world: ClusterWorld, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = deploy(world)

    def fail(**_: str) -> object:
        raise KeyError("a bug")

    monkeypatch.setattr(world.redshift, "describe_cluster_snapshots", fail)

    with pytest.raises(KeyError):
        run(world, stack)

    assert "unexpected error (KeyError)" in str(reports[-1].failed["sales"])


def test_what_cannot_be_released_holds_up_no_other_and_is_released_later(
    world: ClusterWorld, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = deploy(world, shares(ANALYTICS, PARTNER, newest=3))
    for name in ("thursday", "friday"):
        world.take_snapshot(name)
    revoke = world.redshift.revoke_snapshot_access

    def refuse(**parameters: str) -> object:
        if parameters["SnapshotIdentifier"] == "monday":
            raise client_error("InternalError")
        return revoke(**parameters)

    monkeypatch.setattr(world.redshift, "revoke_snapshot_access", refuse)
    run(world, stack)
    assert [*reports[-1].failed] == [
        str(MONDAY),
        str(MONDAY._replace(account=PARTNER)),
    ]
    assert shared(world) == ["monday", "wednesday", "thursday", "friday"]

    monkeypatch.undo()
    run(world, stack)

    assert shared(world) == ["wednesday", "thursday", "friday"]


def test_a_denied_release_is_not_borne_twice(
    world: ClusterWorld, reports: list[Report]
) -> None:
    stack = deploy(world, shares(ANALYTICS, PARTNER))
    world.take_snapshot("thursday")
    world.denied_for_good = "revoke_snapshot_access"

    delivery = run(world, stack)

    assert len(reports[-1].failed) == 2
    assert delivery.seconds < 90


def test_an_unreachable_redshift_ends_a_release(
    world: ClusterWorld, reports: list[Report]
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")

    def disconnect() -> None:
        world.is_unreachable = True

    world.faults = Meanwhile("revoke_snapshot_access", disconnect)

    run(world, stack)

    assert [*reports[-1].failed] == ["sales"]


def test_a_single_share_keeps_a_snapshot_that_this_declaration_lets_go(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    single = world.stack("beta")
    single.create({"Share": share(TUESDAY)})
    world.run()
    world.take_snapshot("thursday")

    calls = run(world, stack).calls

    assert shared(world) == ["tuesday", "wednesday", "thursday"]
    assert "revoke_snapshot_access" not in calls


def test_a_retained_declaration_lets_old_snapshots_go_while_it_stands(
    world: ClusterWorld,
) -> None:
    stack = deploy(world, shares(is_retained=True))
    world.take_snapshot("thursday")

    run(world, stack)

    assert shared(world) == ["wednesday", "thursday"]
    assert claimed(world) == {"wednesday": ["retained"], "thursday": ["retained"]}


def test_what_is_released_while_it_expires_is_gone(world: ClusterWorld) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")
    world.faults = Meanwhile(
        "describe_cluster_snapshots",
        lambda: world.ledger.expire_snapshot("tuesday"),
        # After the look that finds it, before the one that the revocation needs.
        after=4,
    )

    run(world, stack)

    assert shared(world) == ["wednesday", "thursday"]


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        "wake up",
        None,
        {"Records": [{"EventSource": "aws:sns"}]},
        {"RequestType": "Delete"},
        {"ResponseURL": "https://elsewhere.test"},
    ],
)
def test_whatever_is_no_request_only_wakes_the_function_up(
    event: object, world: ClusterWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")
    handle = cluster_delivery.handle
    monkeypatch.setattr(
        cluster_delivery,
        "handle",
        lambda invocation, *rest: handle(invocation._replace(event=event), *rest),
    )

    run(world, stack)

    assert shared(world) == ["wednesday", "thursday"]


def test_a_run_after_a_replacement_keeps_up_the_new_declaration(
    world: ClusterWorld,
) -> None:
    stack = deploy(world)
    update(world, stack, shares(newest=1))
    world.take_snapshot("thursday")

    run(world, stack)

    assert shared(world) == ["thursday"]
    assert WEDNESDAY.snapshot not in claimed(world)


def test_denied_questions_about_the_stack_end_the_run(
    world: ClusterWorld, reports: list[Report]
) -> None:
    stack = deploy(world)
    world.take_snapshot("thursday")
    world.faults = FaultAt("describe_stack_resource", ACCESS_DENIED_LONG)

    run(world, stack)

    assert [*reports[-1].failed] == ["sales"]
    assert shared(world) == ["tuesday", "wednesday"]
