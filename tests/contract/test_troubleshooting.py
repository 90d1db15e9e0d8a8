"""`docs/troubleshooting.md` has the messages of the code, and no others."""

from pathlib import Path

import pytest

from redshift_snapshot_share_handler.errors import Reason

PAGE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading."""
    [section] = [
        text
        for text in PAGE.read_text("utf-8").split("\n## ")
        if text.startswith(f"{heading}\n")
    ]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_table_has_every_reason_in_the_order_of_the_code() -> None:
    assert [(message, remedy) for message, _, remedy in rows("Messages")] == [
        (f"`{reason.value.message}`", reason.value.remedy) for reason in Reason
    ]


@pytest.mark.parametrize(
    "heading", ["Messages", "Warnings at synthesis", "Symptoms without a message"]
)
def test_every_row_is_complete(heading: str) -> None:
    assert rows(heading)
    for row in rows(heading):
        assert len(row) == 3
        assert all(row)
