"""The model of clusters, long: `python -m tests.cluster_lifecycle.soak [count [seed]]`."""

import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.cluster_lifecycle.handler import repeatable_cluster_handler
from tests.cluster_lifecycle.histories import play
from tests.lifecycle.choices import Choices, SeededChoices, shrink

_HISTORIES = 20_000
_PORTION = 250


def main(histories: int = _HISTORIES, first_seed: int | None = None) -> int:
    """Play histories; tell what was played.

    Args:
        histories: How many.
        first_seed: Where the seeds begin. Default: anywhere.

    Returns:
        The exit code.
    """
    first = random.randrange(10**9) if first_seed is None else first_seed
    _say(f"{histories} histories of clusters, seeds from {first}")
    began = time.monotonic()
    counts: Counter[str] = Counter()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        starts = range(first, first + histories, _PORTION)
        sizes = [min(_PORTION, first + histories - start) for start in starts]
        for found, broken in pool.map(play_seeds, starts, sizes):
            counts += found
            if broken is not None:
                pool.shutdown(cancel_futures=True)
                _say(story_of(broken))
                return 1
    seconds = time.monotonic() - began
    _say(
        f"{histories} histories in {seconds:.0f} s, {histories / seconds:.0f} a second"
    )
    for name, count in counts.most_common():
        _say(f"{count:>12,} {name}")
    return 0


def play_seeds(first: int, count: int) -> tuple[Counter[str], int | None]:
    """Play histories one after the other.

    Returns:
        What happened in them, and the seed of the first that broke a promise.
    """
    counts: Counter[str] = Counter()
    with repeatable_cluster_handler():
        for seed in range(first, first + count):
            world = play(SeededChoices(seed))
            counts += world.counts
            if world.ledger.violations:
                return counts, seed
    return counts, None


def story_of(seed: int) -> str:
    """The shortest history that breaks the promise that a seed's history breaks."""
    with repeatable_cluster_handler():
        choices = SeededChoices(seed)
        promise = play(choices).ledger.violations[0].split(":")[0]

        def fails(given: list[int]) -> bool:
            return any(
                violation.startswith(promise)
                for violation in play(Choices(given)).ledger.violations
            )

        given = shrink(choices.taken, fails, most_runs=1000)
        trace = play(Choices(given)).trace
    return "\n".join([f"seed {seed}, shrunk to play(Choices({given})):", *trace])


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(
        main(
            int(sys.argv[1]) if sys.argv[1:] else _HISTORIES,
            int(sys.argv[2]) if sys.argv[2:] else None,
        )
    )
