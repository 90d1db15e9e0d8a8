"""The long form of the lifecycle model: random histories with new seeds, on every core.

And every order of the calls of the larger scenarios.

Run as `python -m tests.lifecycle.soak [histories] [first seed] [variation ...]`. Exits with
1, and shows the shortest history that it can find, if a promise is broken. Variations are
named as in `variations.py`. Default: all of them.
"""

import os
import random
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.lifecycle import scenarios
from tests.lifecycle.choices import Choices, SeededChoices, run_all, shrink
from tests.lifecycle.faults import CRASH_AFTER, CRASH_BEFORE, OneFault
from tests.lifecycle.handler import repeatable_handler
from tests.lifecycle.histories import play
from tests.lifecycle.scenarios import Scenario, play_scenario
from tests.lifecycle.variations import Variation
from tests.lifecycle.world import World

_HISTORIES = 20_000
_CRASHES = (CRASH_BEFORE, CRASH_AFTER)
# Too many for `make test`.
_ORDERS: tuple[tuple[Scenario, tuple[str, ...]], ...] = (
    (scenarios.duplicate_update, ()),
    (scenarios.duplicate_create, _CRASHES),
    (scenarios.rename_rolled_back, _CRASHES),
    (scenarios.update_and_reversed_update_beside_it, _CRASHES),
    (scenarios.adopting_update_and_reversed_update_beside_it, _CRASHES),
)
# `make test` allows three. Without a bound, the orders of one scenario take hours.
_MOST_SWITCHES = 4
_PORTION = 250


def main(
    histories: int = _HISTORIES,
    first_seed: int | None = None,
    variations: Collection[Variation] = (*Variation,),
) -> int:
    """Play histories; tell what was played.

    Args:
        histories: How many.
        first_seed: Where the seeds begin. Default: anywhere.
        variations: What they may vary.

    Returns:
        The exit code.
    """
    first = random.randrange(10**9) if first_seed is None else first_seed
    _say(f"{histories} histories, seeds from {first}")
    began = time.monotonic()
    counts: Counter[str] = Counter()
    played = 0
    play_portion = partial(play_seeds, variations=variations)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        portions = range(first, first + histories, _PORTION)
        sizes = [min(_PORTION, first + histories - start) for start in portions]
        for size, (found, broken) in zip(
            sizes, pool.map(play_portion, portions, sizes), strict=True
        ):
            counts += found
            played += size
            if broken is not None:
                pool.shutdown(cancel_futures=True)
                _say(story_of(broken, variations))
                return 1
        seconds = time.monotonic() - began
        _say(f"{played} histories in {seconds:.0f} s, {played / seconds:.0f} a second")
        for name, count in counts.most_common():
            _say(f"{count:>12,} {name}")
        for name, runs, trace in pool.map(play_orders, range(len(_ORDERS))):
            if trace:
                _say(trace)
                return 1
            _say(f"{runs:>12,} orders of {name}")
    _say(f"{time.monotonic() - began:.0f} s in all")
    return 0


def play_seeds(
    first: int, count: int, variations: Collection[Variation] = ()
) -> tuple[Counter[str], int | None]:
    """Play histories one after the other.

    Returns:
        What happened in them, and the seed of the first that broke a promise.
    """
    counts: Counter[str] = Counter()
    with repeatable_handler():
        for seed in range(first, first + count):
            world = play(SeededChoices(seed), variations)
            counts += world.counts
            if world.ledger.violations:
                return counts, seed
    return counts, None


def play_orders(number: int) -> tuple[str, int, str]:
    """Play every order of the calls of a scenario, and a crash at every call.

    Returns:
        The scenario, how many runs it took, and the history if it broke a promise.
    """
    scenario, kinds = _ORDERS[number]
    broken: list[World] = []

    def run(choices: Choices) -> None:
        faults = OneFault(choices, kinds)
        world = World(choices, faults=faults, most_switches=_MOST_SWITCHES)
        play_scenario(scenario, world)
        if world.ledger.violations:
            broken.append(world)

    with repeatable_handler():
        runs = run_all(run, until=lambda: bool(broken))
    return scenario.__name__, runs, "\n".join(broken[0].trace) if broken else ""


def story_of(seed: int, variations: Collection[Variation] = ()) -> str:
    """The shortest history that breaks the promise that a seed's history breaks."""
    with repeatable_handler():
        choices = SeededChoices(seed)
        promise = play(choices, variations).ledger.violations[0].split(":")[0]

        def fails(given: list[int]) -> bool:
            return any(
                violation.startswith(promise)
                for violation in play(Choices(given), variations).ledger.violations
            )

        given = shrink(choices.taken, fails)
        world = play(Choices(given), variations)
    return "\n".join(_lines(seed, given, world.trace))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _named(names: Sequence[str]) -> Collection[Variation]:
    return [Variation[name] for name in names] or [*Variation]


def _lines(seed: int, given: list[int], trace: list[str]) -> Iterator[str]:
    yield f"seed {seed}, shrunk to play(Choices({given})):"
    for line in trace:
        yield f"  {line}"


if __name__ == "__main__":
    sys.exit(
        main(
            int(sys.argv[1]) if sys.argv[1:] else _HISTORIES,
            int(sys.argv[2]) if sys.argv[2:] else None,
            _named(sys.argv[3:]),
        )
    )
