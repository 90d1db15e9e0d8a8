"""How a measurement grows with what is measured."""

from collections.abc import Mapping
from itertools import pairwise

# Times vary by this much on a machine that also does other work.
_SAME_SLOPE = 1.5


def slopes(measured: Mapping[str, float]) -> list[float]:
    """Tell how many thousandths one more adds, from each count to the next.

    Args:
        measured: The values, by counts in rising order.
    """
    points = [(int(count), value) for count, value in measured.items()]
    return [
        1000 * (after[1] - before[1]) / (after[0] - before[0])
        for before, after in pairwise(points)
    ]


def slopes_text(found: list[float]) -> str:
    """Write slopes down, in their order."""
    return ", then ".join(f"{slope:.1f}" for slope in found)


def is_linear(found: list[float]) -> bool:
    """Tell whether the slopes are about the same."""
    return min(found) > 0 and max(found) <= _SAME_SLOPE * min(found)
