"""Writes entries as JSON, one object per line."""

import json

from rich.console import Console

from redshift_snapshot_audit.entry import Entry


class JsonReport:
    """One JSON object per entry."""

    def __init__(self, console: Console, owner_account: str) -> None:
        """Write nothing yet.

        Args:
            console: Where to write.
            owner_account: The account that owns the snapshots.
        """
        self._console = console
        self._owner_account = owner_account

    def add(self, entry: Entry) -> None:
        """Write an object."""
        line = json.dumps(entry.as_json(self._owner_account))
        self._console.out(line, highlight=False)

    def close(self) -> None:
        """Do nothing, because every line is already written."""
