"""Random histories; `make soak` plays more of them, with new seeds."""

import pytest

from tests.lifecycle.soak import play_seeds, story_of
from tests.lifecycle.variations import Variation

# All that it runs is covered by the other tests, and measuring that takes most of its time.
pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize("portion", range(8))
def test_promises_hold_in_random_histories(portion: int) -> None:
    counts, broken = play_seeds(portion * 500, 500)

    assert broken is None, story_of(broken)
    assert counts["API calls"] > 500


@pytest.mark.parametrize("portion", range(4))
def test_promises_hold_in_histories_that_vary_everything(portion: int) -> None:
    counts, broken = play_seeds(portion * 500, 500, [*Variation])

    assert broken is None, story_of(broken, [*Variation])
    assert counts["API calls"] > 500


@pytest.mark.parametrize("variation", Variation, ids=lambda it: it.name)
def test_promises_hold_in_histories_with_one_variation(variation: Variation) -> None:
    counts, broken = play_seeds(0, 250, [variation])

    assert broken is None, story_of(broken, [variation])
    assert counts["API calls"] > 250


@pytest.mark.parametrize(
    "variation", [*Variation], ids=lambda variation: variation.name
)
def test_each_variation_gives_different_histories(variation: Variation) -> None:
    plain, _ = play_seeds(0, 1)
    varied, _ = play_seeds(0, 1, [variation])

    assert plain != varied
