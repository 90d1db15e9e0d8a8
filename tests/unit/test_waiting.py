import pytest

from redshift_snapshot_share_handler.declared_share import DeclaredShare
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.waiting import Waiting
from tests.unit.stubs import ACCOUNT, Clock, services

IS_CREATING = SnapshotShareError(
    Reason.WAIT_IS_OVER, snapshot="sales", status="creating", seconds=1, estimate=""
)
IS_BUSY = SnapshotShareError(
    Reason.CLUSTER_NOT_AVAILABLE, snapshot="sales", text="resizing"
)


def waiting(
    clock: Clock, wait_seconds: int = 600, jitter: float = 1, seconds: float = 840
) -> Waiting:
    share = DeclaredShare(
        Pair("sales", ACCOUNT), "", adopts_existing=False, wait_seconds=wait_seconds
    )
    return Waiting(share, services(clock, seconds=seconds, jitter=jitter))


def test_the_polls_grow_to_30_seconds() -> None:
    clock = Clock()
    wait = waiting(clock)

    for _ in range(5):
        wait.wait("it is creating")

    assert clock.sleeps == [5, 10, 20, 30, 30]


def test_the_polls_of_many_runs_are_spread() -> None:
    clock = Clock()
    wait = waiting(clock, jitter=0)

    for _ in range(5):
        wait.wait("it is creating")

    assert clock.sleeps == [2.5, 5, 10, 15, 15]


def test_the_last_poll_is_when_the_time_is_over() -> None:
    clock = Clock()
    wait = waiting(clock, wait_seconds=12)

    for _ in range(2):
        wait.check(IS_CREATING)
        wait.wait("it is creating")
    # There is one more look, and no pause before it is refused.
    with pytest.raises(SnapshotShareError) as raised:
        wait.check(IS_CREATING)

    assert raised.value is IS_CREATING
    assert clock.sleeps == [5, 7]


def test_a_wait_begins_after_the_time_is_over_without_a_pause() -> None:
    clock = Clock()
    wait = waiting(clock, wait_seconds=10)
    wait.check(IS_CREATING)
    clock.time += 60

    wait.wait("it is creating")

    assert clock.sleeps == [0]


def test_the_time_counts_from_the_first_wait_on() -> None:
    """What the run did before is not the snapshot's fault."""
    clock = Clock()
    wait = waiting(clock, wait_seconds=10)
    clock.time += 60

    wait.check(IS_CREATING)
    clock.time += 9.9
    wait.check(IS_CREATING)
    clock.time += 0.1

    with pytest.raises(SnapshotShareError):
        wait.check(IS_CREATING)


def test_a_share_that_does_not_wait_is_refused_at_once() -> None:
    clock = Clock()

    with pytest.raises(SnapshotShareError) as raised:
        waiting(clock, wait_seconds=0).check(IS_CREATING)

    assert raised.value is IS_CREATING
    assert clock.sleeps == []


def test_a_busy_cluster_is_waited_for_until_the_claim_is_tried_again() -> None:
    clock = Clock()
    wait = waiting(clock)
    blocked = [wait.is_blocked]

    wait.block(IS_BUSY)
    blocked.append(wait.is_blocked)
    wait.wait("the cluster is busy")
    blocked.append(wait.is_blocked)

    assert blocked == [False, True, False]
    assert clock.sleeps == [5]


def test_a_busy_cluster_and_a_new_snapshot_share_one_time() -> None:
    clock = Clock()
    wait = waiting(clock, wait_seconds=15)

    wait.check(IS_CREATING)
    wait.wait("it is creating")
    wait.block(IS_BUSY)
    wait.wait("the cluster is busy")
    with pytest.raises(SnapshotShareError) as raised:
        wait.block(IS_BUSY)

    assert raised.value is IS_BUSY
    assert not wait.is_blocked
    assert clock.sleeps == [5, 10]


@pytest.mark.parametrize(
    "reason",
    [reason for reason in Reason if reason is not Reason.CLUSTER_NOT_AVAILABLE],
    ids=lambda reason: reason.name,
)
def test_no_other_refusal_of_a_claim_is_waited_out(reason: Reason) -> None:
    error = SnapshotShareError(
        Reason.CLUSTER_NOT_AVAILABLE, snapshot="sales", text="resizing"
    )
    error.reason = reason
    wait = waiting(Clock())

    with pytest.raises(SnapshotShareError) as raised:
        wait.block(error)

    assert raised.value is error
    assert not wait.is_blocked


def test_fails_with_what_is_waited_for_when_the_deadline_is_first() -> None:
    clock = Clock()
    wait = waiting(clock, seconds=12)
    wait.wait("snapshot sales is creating")

    with pytest.raises(SnapshotShareError) as raised:
        wait.wait("snapshot sales is creating")

    assert raised.value.reason is Reason.OUT_OF_TIME
    assert "the last problem was: snapshot sales is creating" in str(raised.value)
    assert clock.sleeps == [5]
