"""The verdicts, and which of them are findings."""

from enum import StrEnum


class Verdict(StrEnum):
    """What the audit concludes about one account's access to one snapshot."""

    OK = "ok"
    RETAINED = "retained"
    UNCLAIMED = "unclaimed"
    ORPHANED = "orphaned"
    MISSING = "missing"
    LEFTOVER = "leftover"
    FORBIDDEN = "forbidden"
    UNUSABLE = "unusable"
    UNREADABLE = "unreadable"

    @property
    def is_finding(self) -> bool:
        """Whether somebody should look at it."""
        return self not in {Verdict.OK, Verdict.RETAINED}
