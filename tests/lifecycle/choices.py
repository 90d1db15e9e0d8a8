"""Where a history's chances come from: a seed, a list, or every list there is.

A history asks for all its chances here, so the list of what was picked *is* the history:
it can be played again, shortened, and enumerated. 0 always means the plainest thing.
"""

import random
from collections.abc import Callable, Sequence


class Choices:
    """Picks from a list; where that ends, the plainest.

    Args:
        given: What to pick.
    """

    def __init__(self, given: Sequence[int] = ()) -> None:
        self._given = given
        self.taken: list[int] = []
        self.counts: list[int] = []

    def pick(self, count: int) -> int:
        """Pick a number below a count."""
        if count <= 1:
            return 0
        position = len(self.taken)
        number = self._given[position] if position < len(self._given) else 0
        return self._take(min(number, count - 1), count)

    def chance(self, probability: float) -> bool:  # noqa: ARG002 - only a seed heeds it
        """Decide whether something that is not plain happens."""
        return self.pick(2) == 1

    def _take(self, number: int, count: int) -> int:
        self.taken.append(number)
        self.counts.append(count)
        return number


class SeededChoices(Choices):
    """Picks at random, the same for the same seed.

    Args:
        seed: Any number.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed).random

    def pick(self, count: int) -> int:
        if count <= 1:
            return 0
        return self._take(int(self._random() * count), count)

    def chance(self, probability: float) -> bool:
        return self._take(int(self._random() < probability), 2) == 1


def run_all(
    run: Callable[[Choices], None], *, until: Callable[[], bool] = lambda: False
) -> int:
    """Run something with every sequence of choices that it can come to.

    Args:
        run: Runs it.
        until: Says when to stop before.

    Returns:
        How many runs there were.
    """
    given: list[int] = []
    runs = 0
    while True:
        choices = Choices(given)
        run(choices)
        runs += 1
        taken, counts = choices.taken, choices.counts
        while taken and taken[-1] + 1 == counts[len(taken) - 1]:
            taken.pop()
        if not taken or until():
            return runs
        given = [*taken[:-1], taken[-1] + 1]


def shrink(
    taken: Sequence[int], fails: Callable[[list[int]], bool], *, most_runs: int = 4000
) -> list[int]:
    """Look for a shorter and plainer sequence that still fails.

    Args:
        taken: A sequence that fails.
        fails: Plays a sequence.
        most_runs: When to be content.
    """
    return _Shrinking(taken, fails, most_runs).run()


class _Shrinking:
    def __init__(
        self,
        taken: Sequence[int],
        fails: Callable[[list[int]], bool],
        most_runs: int,
    ) -> None:
        self._best = list(taken)
        self._fails = fails
        self._runs_left = most_runs

    def run(self) -> list[int]:
        before: list[int] = []
        while self._best != before and self._runs_left:
            before = self._best
            for length in (64, 32, 16, 8, 4, 3, 2, 1):
                self._leave_out_stretches(length)
            for position in range(len(self._best)):
                self._lower(position)
        return self._best

    def _leave_out_stretches(self, length: int) -> None:
        start = len(self._best) - length
        while start >= 0:
            best, rest = self._best, self._best[start + length :]
            if not self._is_better([*best[:start], *rest]):
                self._is_better([*best[:start], *[0] * length, *rest])
            start = min(start - max(1, length // 2), len(self._best) - length)

    def _lower(self, position: int) -> None:
        best = self._best
        for number in range(best[position] if position < len(best) else 0):
            if self._is_better([*best[:position], number, *best[position + 1 :]]):
                return

    def _is_better(self, candidate: list[int]) -> bool:
        while candidate and candidate[-1] == 0:
            candidate.pop()
        best = self._best
        if (len(candidate), candidate) >= (len(best), best) or not self._runs_left:
            return False
        self._runs_left -= 1
        if not self._fails(candidate):
            return False
        self._best = candidate
        return True
