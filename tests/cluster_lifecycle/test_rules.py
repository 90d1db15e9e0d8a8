"""Without any of the rules for clusters, a promise is broken."""

import pytest

from tests.cluster_lifecycle.rules import RULES
from tests.cluster_lifecycle.scenarios import (
    SCENARIOS,
    Scenario,
    find_broken_promise,
    make_world,
    play_scenario,
)
from tests.lifecycle.choices import Choices, run_all
from tests.lifecycle.faults import KINDS, OneFault
from tests.lifecycle.rules import Rule

# All that it runs is covered by the other tests, and measuring that takes most of its time.
pytestmark = pytest.mark.no_cover


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.text)
def test_without_the_rule_a_promise_is_broken(rule: Rule) -> None:
    with rule.taken_out():
        world = find_broken_promise(rule.shown_by)

    assert world is not None, "nothing in the model needs this rule"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_promises_hold_whatever_goes_wrong_at_any_one_call(scenario: Scenario) -> None:
    """Every crash among them."""

    def play(choices: Choices) -> None:
        world = make_world(faults=OneFault(choices, KINDS))
        play_scenario(scenario, world)
        assert not world.ledger.violations, "\n".join(world.trace)

    run_all(play)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_promises_hold_in_every_order_of_calls(scenario: Scenario) -> None:
    def play(choices: Choices) -> None:
        world = make_world(choices, most_switches=2)
        play_scenario(scenario, world)
        assert not world.ledger.violations, "\n".join(world.trace)

    run_all(play)
