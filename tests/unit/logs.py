"""What the handler logged, as its readers get it."""

import logging
from collections.abc import Iterable
from typing import Any

PACKAGE = "redshift_snapshot_share_handler"
_OF_EVERY_RECORD = {*vars(logging.makeLogRecord({})), "message", "asctime"}


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """The message, and the values in `extra`."""
    extra = {
        name: value
        for name, value in vars(record).items()
        if name not in _OF_EVERY_RECORD
    }
    return {"message": record.getMessage(), **extra}


def all_text_of(records: Iterable[logging.LogRecord]) -> str:
    """Everything that any formatter could write: arguments, extra fields, tracebacks."""
    formatter = logging.Formatter()
    return "\n".join(
        f"{formatter.format(record)}\n{vars(record)!r}" for record in records
    )
