"""Automated snapshots are copied to manual ones, each once, and shared."""

import pytest

from redshift_snapshot_share_handler import metric
from redshift_snapshot_share_handler.report import Report
from tests.cluster_lifecycle.declarations import LOGICAL_ID, shares
from tests.cluster_lifecycle.steps import declared_of, deploy, run, shared
from tests.cluster_lifecycle.world import ClusterWorld
from tests.lifecycle.faults import ACCESS_DENIED_LONG, LOST_REPLY, FaultAt, Meanwhile
from tests.lifecycle.resource import Declaration
from tests.lifecycle.world import CLUSTER
from tests.unit.stubs import client_error

COPY = "sales-2026-11-23-03-00-00"


def copying(**more: str) -> Declaration:
    """What shares, and copies, snapshots of the cluster."""
    return shares(
        newest=2, is_retained=False, ManualSnapshotRetentionPeriod="7", **more
    )


def take_automated(world: ClusterWorld, name: str = "rs:sales-1") -> None:
    world.take_snapshot(name.replace(":", "-"))
    snapshot = world.redshift.backend.snapshots.pop(name.replace(":", "-"))
    snapshot.snapshot_identifier = name
    snapshot.snapshot_type = "automated"
    snapshot.attributes |= {"SnapshotIdentifier": name, "SnapshotType": "automated"}
    world.redshift.backend.snapshots[name] = snapshot


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    said: list[Report] = []
    monkeypatch.setattr(metric, "publish", lambda report, _: said.append(report))
    return said


def test_automated_snapshots_are_left_alone_unless_declared(
    world: ClusterWorld,
) -> None:
    take_automated(world)

    stack = deploy(world)
    run(world, stack)

    assert COPY not in world.redshift.backend.snapshots


def test_a_deployment_begins_and_a_later_run_shares(world: ClusterWorld) -> None:
    take_automated(world)

    stack = deploy(world, copying())
    copy = world.redshift.backend.snapshots[COPY]
    assert copy.snapshot_type == "manual"
    assert copy.retention_period == 7
    assert stack.get_att(LOGICAL_ID, "SharedSnapshotCount") == "2"

    world.clock += 3600
    run(world, stack)

    assert shared(world) == ["wednesday", COPY]


def test_an_idle_run_that_copies_makes_one_call(world: ClusterWorld) -> None:
    take_automated(world)
    stack = deploy(world, copying())
    world.clock += 3600
    run(world, stack)

    assert run(world, stack).calls == ["describe_cluster_snapshots"]


def test_the_newest_is_copied_and_old_ones_are_not(world: ClusterWorld) -> None:
    take_automated(world, "rs:sales-1")
    world.clock += 3600
    take_automated(world, "rs:sales-2")

    deploy(world, copying())

    copies = [name for name in world.redshift.backend.snapshots if "2026" in name]
    assert copies == ["sales-2026-11-23-04-00-00"]


def test_two_declarations_have_one_copy(world: ClusterWorld) -> None:
    take_automated(world)

    first = deploy(world, copying())
    deploy(world, copying(), "beta")
    run(world, first)

    copies = [name for name in world.redshift.backend.snapshots if "2026" in name]
    assert copies == [COPY]


def test_a_copy_that_somebody_began_meanwhile_is_done(
    world: ClusterWorld, reports: list[Report]
) -> None:
    stack = deploy(world, copying())
    take_automated(world)
    declared = declared_of(stack)
    world.faults = Meanwhile(
        "copy_cluster_snapshot",
        lambda: world.redshift.copy_cluster_snapshot(
            SourceSnapshotIdentifier="rs:sales-1",
            SourceSnapshotClusterIdentifier=CLUSTER,
            TargetSnapshotIdentifier=COPY,
        ),
    )

    run(world, stack, declared)

    assert not reports[-1].failed
    assert reports[-1].copied == []


def test_a_lost_reply_makes_no_second_copy(
    world: ClusterWorld, reports: list[Report]
) -> None:
    stack = deploy(world, copying())
    take_automated(world)
    world.faults = FaultAt("copy_cluster_snapshot", LOST_REPLY)

    run(world, stack)

    assert not reports[-1].failed
    assert COPY in world.redshift.backend.snapshots


def test_a_copy_is_begun_only_if_the_declaration_stands(world: ClusterWorld) -> None:
    stack = deploy(world, copying())
    take_automated(world)
    stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"

    run(world, stack)

    assert COPY not in world.redshift.backend.snapshots
    stack.status = "CREATE_COMPLETE"


@pytest.mark.parametrize("in_deployment", [False, True])
def test_a_quota_is_reported_and_nothing_is_deleted(
    in_deployment: bool,  # noqa: FBT001 - a parameter of the test
    world: ClusterWorld,
    reports: list[Report],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(**_: str) -> object:
        raise client_error("ClusterSnapshotQuotaExceeded")

    monkeypatch.setattr(world.redshift, "copy_cluster_snapshot", refuse)
    take_automated(world)

    stack = deploy(world, copying())
    if not in_deployment:
        run(world, stack)

    assert stack.status == "CREATE_COMPLETE"
    assert "as many manual snapshots" in str(reports[-1].failed[COPY])
    assert shared(world) == ["tuesday", "wednesday"]


def test_names_begin_with_the_prefix_and_are_cut_in_the_cluster(
    world: ClusterWorld,
) -> None:
    take_automated(world)

    deploy(world, copying(SnapshotIdentifierPrefix="weekly-"))

    assert f"weekly-{COPY}" in world.redshift.backend.snapshots


def test_a_copy_that_cannot_be_begun_does_not_fail_the_deployment(
    world: ClusterWorld,
) -> None:
    take_automated(world)
    # Asked after the claims on each of two snapshots, and before copying.
    world.faults = FaultAt("describe_stacks", ACCESS_DENIED_LONG, after=2)

    stack = deploy(world, copying())

    assert stack.status == "CREATE_COMPLETE"
    assert COPY not in world.redshift.backend.snapshots


def test_a_copy_that_times_out_ends_the_run(
    world: ClusterWorld, reports: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = deploy(world, copying())
    take_automated(world)

    def throttle(**_: str) -> object:
        raise client_error("Throttling")

    monkeypatch.setattr(world.redshift, "copy_cluster_snapshot", throttle)

    delivery = run(world, stack)

    assert delivery.seconds > 800
    assert "timed out" in str(reports[-1].failed["sales"])
