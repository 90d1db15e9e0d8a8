"""Writes entries as a table, in batches, so that a long report needs little memory."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from redshift_snapshot_audit.entry import Entry
from redshift_snapshot_audit.verdict import Verdict

_BATCH = 100
_SPACES = 2
_NARROWEST_SNAPSHOT = 12
_STYLES = {Verdict.OK: "green", Verdict.RETAINED: "cyan", Verdict.UNREADABLE: "yellow"}
_STYLE_OF_OTHERS = "red"


class TableReport:
    """A table on a terminal, or one line per entry in a pipe."""

    def __init__(self, console: Console, *, has_regions: bool) -> None:
        """Write nothing yet.

        Args:
            console: Where to write.
            has_regions: Whether there is a column for the Region.
        """
        self._console = console
        self._head = ["REGION"] * has_regions + [
            "SNAPSHOT",
            "ACCOUNT",
            "VERDICT",
            "WHY",
        ]
        self._widths = [len(name) for name in self._head]
        self._rows: list[Sequence[str]] = []
        self._is_first = True

    def add(self, entry: Entry) -> None:
        """Add a row."""
        row = (entry.snapshot, entry.account, entry.verdict.value, entry.why)
        has_regions = len(self._head) > len(row)
        self._rows.append((entry.region, *row) if has_regions else row)
        if len(self._rows) >= _BATCH:
            self._flush()

    def close(self) -> None:
        """Write the remaining rows."""
        if self._rows:
            self._flush()

    def _flush(self) -> None:
        self._widths = [
            max(width, *(len(row[column]) for row in self._rows))
            for column, width in enumerate(self._widths)
        ]
        table = Table(
            *self._columns(),
            box=None,
            pad_edge=False,
            padding=(0, _SPACES, 0, 0),
            show_header=self._is_first,
            header_style="bold",
        )
        for *cells, verdict, why in self._rows:
            style = _STYLES.get(Verdict(verdict), _STYLE_OF_OTHERS)
            table.add_row(*map(Text, cells), Text(verdict, style), Text(why))
        if self._console.is_terminal:
            self._console.print(table)
        else:
            with self._console.capture() as capture:
                self._console.print(table)
            # Without the spaces that fill the last column.
            lines = [line.rstrip() for line in capture.get().splitlines()]
            self._console.out("\n".join(lines), highlight=False)
        self._rows.clear()
        self._is_first = False

    def _columns(self) -> list[Column]:
        """Make columns as wide as necessary. On a terminal, two of them share the rest."""
        *fixed, why = self._widths
        snapshot = fixed[-3]
        if self._console.is_terminal:
            rest = self._console.width - sum(fixed) + snapshot - _SPACES * len(fixed)
            snapshot = min(snapshot, max(_NARROWEST_SNAPSHOT, rest // 2))
            why = max(_NARROWEST_SNAPSHOT, rest - snapshot)
        fixed[-3] = snapshot
        return [
            Column(name, width=width, overflow="fold")
            for name, width in zip(self._head, [*fixed, why], strict=True)
        ]
