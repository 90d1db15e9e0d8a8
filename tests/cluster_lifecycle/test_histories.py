"""Random histories of clusters; `make soak` plays more of them, with new seeds."""

import pytest

from tests.cluster_lifecycle.soak import play_seeds, story_of

# All that it runs is covered by the other tests, and measuring that takes most of its time.
pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize("portion", range(4))
def test_promises_hold_in_random_histories(portion: int) -> None:
    counts, broken = play_seeds(portion * 250, 250)

    assert broken is None, story_of(broken)
    assert counts["API calls"] > 250
