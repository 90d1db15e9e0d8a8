"""The table: in batches, folded on a terminal, one line per entry elsewhere."""

from io import StringIO

import pytest
from rich.console import Console

from redshift_snapshot_audit.entry import Entry
from redshift_snapshot_audit.table import TableReport
from redshift_snapshot_audit.verdict import Verdict
from tests.audit.doubles import ANALYTICS, REGION

LONG = "a-snapshot-with-a-name-that-is-much-longer-than-a-column-of-a-terminal"


def table(names: list[str], *, width: int, is_terminal: bool) -> list[str]:
    file = StringIO()
    console = Console(
        file=file,
        force_terminal=is_terminal,
        width=width,
        no_color=True,
        color_system=None,
    )
    report = TableReport(console, has_regions=False)
    for name in names:
        why = f"nobody declares this access to {name}"
        report.add(Entry(Verdict.UNCLAIMED, REGION, why, name, "c", ANALYTICS))
    report.close()
    return file.getvalue().splitlines()


def test_a_long_report_has_one_head_and_a_line_per_entry() -> None:
    names = [f"snapshot-{number}" for number in range(250)]

    lines = table(names, width=1000, is_terminal=False)

    assert lines[0].split() == ["SNAPSHOT", "ACCOUNT", "VERDICT", "WHY"]
    assert [line.split()[0] for line in lines[1:]] == names
    assert {line.index(ANALYTICS) for line in lines[1:]} == {13, 14}


def test_later_entries_can_make_columns_wider() -> None:
    lines = table(["a"] * 100 + [LONG, "b"], width=1000, is_terminal=False)

    assert [line.index(ANALYTICS) for line in lines[1:]] == [10] * 100 + [
        len(LONG) + 2
    ] * 2


@pytest.mark.parametrize("width", [80, 60])
def test_nothing_is_cut_on_a_narrow_terminal(width: int) -> None:
    lines = table([LONG], width=width, is_terminal=True)

    assert len(lines) > 2
    assert all(len(line) <= width for line in lines)
    columns = {name: lines[0].index(name) for name in lines[0].split()}
    name = "".join(line[: columns["ACCOUNT"]].strip() for line in lines[1:])
    assert name == LONG
    assert LONG in "".join(line[columns["WHY"] :].strip() for line in lines[1:])
