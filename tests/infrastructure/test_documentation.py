"""What the documentation shows is Python, and what synthesis warns of is in it."""

import ast
import re
from pathlib import Path

import pytest

from cdk_redshift_snapshot_share._private import (
    cluster_declaration,
    encryption_key,
    late_warnings,
    stack_providers,
)

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
LINK = re.compile(r"\]\(([^)#:]*)(#[^):]*)?\)")
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = [
    pytest.param(block, id=f"{page.name} {number}")
    for page in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
    for number, block in enumerate(BLOCK.findall(page.read_text()), start=1)
]


def test_there_are_examples_in_the_documentation() -> None:
    assert len(BLOCKS) >= 6


@pytest.mark.parametrize("block", BLOCKS)
def test_example_in_the_documentation_is_python(block: str) -> None:
    ast.parse(block)


def test_the_readme_has_fewer_than_900_words() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").split()) < 900


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = [
        link + anchor
        for link, anchor in LINK.findall(page.read_text("utf-8"))
        if not _leads_somewhere((page.parent / link) if link else page, anchor)
    ]

    assert not broken


def _leads_somewhere(target: Path, anchor: str) -> bool:
    if not anchor:
        return target.exists()
    headings = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
    return anchor[1:] in {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in headings
    }


def test_troubleshooting_lists_every_warning_of_synthesis() -> None:
    page = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
    warnings = {
        value
        for module in (
            cluster_declaration,
            encryption_key,
            late_warnings,
            stack_providers,
        )
        for name, value in vars(module).items()
        if name.endswith("_WARNING_ID")
    }

    assert warnings == set(
        re.findall(r"^\| `(cdk-redshift-[\w:-]+)`", page, re.MULTILINE)
    )
