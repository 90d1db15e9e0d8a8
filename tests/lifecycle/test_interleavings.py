"""Every order of the calls of the critical scenarios, and every crash."""

import pytest

from tests.lifecycle.choices import Choices, run_all
from tests.lifecycle.faults import CRASH_AFTER, CRASH_BEFORE, KINDS, OneFault
from tests.lifecycle.scenarios import (
    MOST_SWITCHES,
    SCENARIOS,
    Scenario,
    adopting_create_and_delete_beside_it,
    create_and_delete_beside_it,
    duplicate_update,
    play_scenario,
    two_stacks_remove_at_once,
)
from tests.lifecycle.world import World

# All that it runs is covered by the other tests, and measuring that takes most of its time.
pytestmark = pytest.mark.no_cover


def _check(scenario: Scenario, world: World) -> None:
    play_scenario(scenario, world)
    assert not world.ledger.violations, "\n".join(world.trace)


@pytest.mark.parametrize(
    "scenario",
    # Its 27,434 orders are for `make soak`.
    [scenario for scenario in SCENARIOS if scenario is not duplicate_update],
    ids=lambda scenario: scenario.__name__,
)
def test_promises_hold_in_every_order_of_calls(scenario: Scenario) -> None:
    run_all(
        lambda choices: _check(scenario, World(choices, most_switches=MOST_SWITCHES))
    )


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_promises_hold_whatever_goes_wrong_at_any_one_call(scenario: Scenario) -> None:
    """The plainest order; after a crash, with what CloudFormation sends next."""
    run_all(
        lambda choices: _check(
            scenario, World(Choices(), faults=OneFault(choices, KINDS))
        )
    )


@pytest.mark.parametrize(
    "scenario",
    [
        create_and_delete_beside_it,
        adopting_create_and_delete_beside_it,
        two_stacks_remove_at_once,
    ],
    ids=lambda scenario: scenario.__name__,
)
def test_promises_hold_in_every_order_with_a_crash_at_any_call(
    scenario: Scenario,
) -> None:
    """Of more scenarios, with more orders, in `make soak`."""
    run_all(
        lambda choices: _check(
            scenario,
            World(
                choices,
                faults=OneFault(choices, (CRASH_BEFORE, CRASH_AFTER)),
                most_switches=1,
            ),
        )
    )
