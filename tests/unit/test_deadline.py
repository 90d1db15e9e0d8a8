import pytest

from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from tests.unit.stubs import Clock


def test_a_wait_inside_the_deadline_is_slept() -> None:
    clock = Clock()

    clock.deadline(10).wait(9.9, "why")

    assert clock.sleeps == [9.9]


@pytest.mark.parametrize("seconds", [10, 10.1, 3600])
def test_fails_at_once_when_a_wait_would_reach_the_deadline(seconds: float) -> None:
    clock = Clock()

    with pytest.raises(SnapshotShareError) as raised:
        clock.deadline(10).wait(seconds, "Rate exceeded")

    assert raised.value.reason is Reason.OUT_OF_TIME
    assert "the last problem was: Rate exceeded" in str(raised.value)
    assert clock.sleeps == []


def test_waits_share_one_deadline() -> None:
    clock = Clock()
    deadline = clock.deadline(10)
    deadline.wait(6, "why")

    with pytest.raises(SnapshotShareError):
        deadline.wait(6, "why")


def test_fails_when_the_deadline_is_already_over() -> None:
    with pytest.raises(SnapshotShareError):
        Clock().deadline(-5).wait(0, "why")


def test_the_real_clock_is_the_default() -> None:
    deadline = Deadline(60)
    before = deadline.now()

    deadline.wait(0.01, "why")

    assert deadline.now() - before >= 0.01
