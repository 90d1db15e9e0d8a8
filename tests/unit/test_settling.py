import pytest

from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.settling import SETTLING_SECONDS, Settling
from tests.unit.stubs import Clock, services


def test_it_is_over_when_what_was_written_must_show() -> None:
    clock = Clock()
    settling = Settling(services(clock))

    assert not settling.is_over()
    clock.time += SETTLING_SECONDS - 0.01
    assert not settling.is_over()
    clock.time += 0.01
    assert settling.is_over()


def test_the_lag_that_redshift_may_have_is_inside_it() -> None:
    """Up to four seconds must cost time only."""
    assert SETTLING_SECONDS > 4


def test_the_second_pause_lasts_until_it_is_over() -> None:
    """Most of what is late shows within a second; the rest is one more look."""
    clock = Clock()
    settling = Settling(services(clock))

    settling.wait("the claim did not show")
    assert not settling.is_over()
    settling.wait("the claim did not show")

    assert clock.sleeps == [1, SETTLING_SECONDS - 1]
    assert settling.is_over()


def test_the_first_pause_is_spread_and_the_end_is_not() -> None:
    clock = Clock()
    settling = Settling(services(clock, jitter=0))

    settling.wait("the claim did not show")
    settling.wait("the claim did not show")

    assert clock.sleeps == [0.5, SETTLING_SECONDS - 0.5]


@pytest.mark.parametrize(("passed", "pause"), [(4.25, 0.75), (5, 0), (60, 0)])
def test_no_pause_is_longer_than_what_is_left(passed: float, pause: float) -> None:
    clock = Clock()
    settling = Settling(services(clock))
    clock.time += passed

    settling.wait("the claim did not show")

    assert clock.sleeps == [pause]


def test_it_begins_again_with_each_write() -> None:
    clock = Clock()
    settling = Settling(services(clock))
    settling.wait("the claim did not show")
    settling.wait("the claim did not show")

    settling.restart()

    assert not settling.is_over()
    settling.wait("the access did not show")
    settling.wait("the access did not show")
    assert clock.sleeps[2:] == [1, SETTLING_SECONDS - 1]
    assert settling.is_over()


def test_fails_with_what_does_not_show_when_the_deadline_is_first() -> None:
    clock = Clock()
    settling = Settling(services(clock, seconds=3))
    settling.wait("the claim did not show")

    with pytest.raises(SnapshotShareError) as raised:
        settling.wait("the claim did not show")

    assert raised.value.reason is Reason.OUT_OF_TIME
    assert "the last problem was: the claim did not show" in str(raised.value)
    assert clock.sleeps == [1]
