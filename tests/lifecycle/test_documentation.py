"""`docs/lifecycle.md` names a test for each case, and each of them exists."""

import re
from pathlib import Path

from tests.lifecycle.known_limits import KnownLimit
from tests.lifecycle.rules import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "lifecycle.md").read_text(encoding="utf-8")


def test_every_test_that_the_page_names_exists() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path(__file__).parent.glob("test_*.py")
    )
    named = set(re.findall(r"`(test_\w+)`", PAGE))

    missing = {name for name in named if f"def {name}(" not in sources}

    assert len(named) > 40
    assert not missing


def test_every_case_names_a_test() -> None:
    cases = [
        line for line in PAGE.splitlines() if re.match(r"\| .* \| .* \| .* \|$", line)
    ]

    assert [line for line in cases[2:] if "| test |" not in line and "---" not in line]
    assert not [
        line
        for line in cases
        if "`test_" not in line and "| test |" not in line and "---" not in line
    ]


def test_every_rule_that_is_taken_out_is_on_the_page() -> None:
    assert not [rule.text for rule in RULES if f"| {rule.text} |" not in PAGE]


def test_every_known_limit_of_the_model_is_on_the_page_and_no_other() -> None:
    section = PAGE.partition("\n## Known limits\n")[2].partition("\n## ")[0]
    bullets = re.findall(r"^- \*\*(.+?)\.?\*\*", section, re.MULTILINE)

    assert bullets == [limit.value for limit in KnownLimit]


def test_every_known_limit_is_named_where_the_model_forgives_it() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path(__file__).parent.glob("*.py")
        if path.name not in {"known_limits.py", Path(__file__).name}
    )

    assert not [
        limit for limit in KnownLimit if f"KnownLimit.{limit.name}" not in sources
    ]
