"""The model finds a broken promise if any rule is missing."""

import pytest

from tests.lifecycle.rules import RULES, Rule
from tests.lifecycle.scenarios import find_broken_promise


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.text)
def test_without_the_rule_a_promise_is_broken(rule: Rule) -> None:
    with rule.taken_out():
        world = find_broken_promise(rule.shown_by)

    assert world is not None, "nothing in the model needs this rule"
