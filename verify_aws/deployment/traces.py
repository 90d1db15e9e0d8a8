"""What deployments leave for the report."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple


class Deployment(NamedTuple):
    """What a deployed stack left for the report.

    Args:
        events: Its events, oldest first.
        functions: Its functions.
        began: When it began.
    """

    events: Sequence[Mapping[str, Any]]
    functions: frozenset[str]
    began: datetime
