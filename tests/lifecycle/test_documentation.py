"""docs/lifecycle.md names tests and rules that exist, and all of the rules."""

import re
from pathlib import Path

from tests.lifecycle.rules import RULES

_HERE = Path(__file__).parent
_DOCUMENT = (_HERE.parents[1] / "docs" / "lifecycle.md").read_text()


def test_every_test_that_the_document_names_exists() -> None:
    source = "".join(path.read_text() for path in _HERE.glob("test_*.py"))

    named = set(re.findall(r"`(test_\w+)`", _DOCUMENT))

    assert named
    assert {name for name in named if f"def {name}(" not in source} == set()


def test_every_rule_that_is_taken_out_is_in_the_document() -> None:
    assert {rule.text for rule in RULES if f"| {rule.text} |" not in _DOCUMENT} == set()
