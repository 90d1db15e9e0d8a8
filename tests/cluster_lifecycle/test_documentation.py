"""The tests that `docs/cluster-lifecycle.md` names are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cluster-lifecycle.md").read_text("utf-8")
SOURCES = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py")]


def test_every_test_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    defined = {
        name for text in SOURCES for name in re.findall(r"def (test_\w+)\(", text)
    }

    assert len(named) > 30
    assert named <= defined


def test_every_row_has_a_test() -> None:
    rows = [
        line
        for section in ("## One run", "## Requests")
        for line in PAGE.split(section)[1].split("\n## ")[0].splitlines()
        if line.startswith("| ") and not line.startswith(("| ---", "| what", "| req"))
    ]

    assert len(rows) > 20
    for row in rows:
        assert "`test_" in row, row
