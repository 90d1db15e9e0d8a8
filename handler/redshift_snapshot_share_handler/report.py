"""What one run found and did."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from redshift_snapshot_share_handler.errors import SnapshotShareError
from redshift_snapshot_share_handler.pair import Pair


@dataclass
class Report:
    """What one run found and did.

    Attributes:
        shared: The snapshots that every declared account may restore, newest first; None
            if nobody could look.
        authorized: Who was given access.
        released: Whose claims were removed.
        copied: The copies of automated snapshots that were begun.
        failed: What could not be shared, or copied, and why.
        is_declared: Whether the declaration stands; if not, nothing was to be done.
    """

    shared: Sequence[str] | None = None
    authorized: list[Pair] = field(default_factory=list)
    released: list[Pair] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    failed: dict[str, SnapshotShareError] = field(default_factory=dict)
    is_declared: bool = True
