"""Summarizes many measurements of one quantity."""

from collections.abc import Iterable
from statistics import median, quantiles


def spread(values: Iterable[float]) -> dict[str, float]:
    """Give the median and the middle half of some measurements."""
    numbers = sorted(values)
    low, _, high = quantiles(numbers, n=4) if len(numbers) > 1 else (numbers[0],) * 3
    return {
        "median": round(median(numbers), 3),
        "low": round(low, 3),
        "high": round(high, 3),
        "count": len(numbers),
    }
