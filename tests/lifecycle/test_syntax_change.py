"""Rules are taken out by their syntax, so that comments and formatting can be edited."""

import pytest

from tests.lifecycle.syntax_change import changed


def _sample(numbers: list[int]) -> int:
    total = 0
    for number in numbers:
        # This comment does not matter.
        if (number > 0) and (number % 2 == 0):
            total += number
            continue
        total -= 1
    return total


def test_expression_is_found_whatever_its_formatting() -> None:
    without = changed(_sample, "number > 0 and number % 2 == 0", "True")

    assert _sample([1, 2]) == 1
    assert without([1, 2]) == 3


def test_statements_are_found_in_any_block() -> None:
    without = changed(_sample, "total += number\ncontinue", "return 7")

    assert without([1, 2]) == 7


def test_fails_when_the_function_has_no_such_syntax() -> None:
    with pytest.raises(AssertionError, match="_sample has changed"):
        changed(_sample, "number > 1", "True")
