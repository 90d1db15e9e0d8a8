"""One entry of the report."""

from typing import Any, NamedTuple

from redshift_snapshot_audit.verdict import Verdict

#: The version of the JSON objects. It changes if a field changes its meaning or is removed.
VERSION = 1


class Entry(NamedTuple):
    """A verdict, what it is about, and the reason.

    A Region or a stack that could not be read has no snapshot, cluster or account.
    """

    verdict: Verdict
    region: str
    why: str
    snapshot: str = ""
    cluster: str = ""
    account: str = ""
    has_access: bool | None = None
    declared_by: tuple[str, ...] = ()

    def as_json(self, owner_account: str) -> dict[str, Any]:
        """The entry as `--json` writes it. A field that does not apply is null.

        Args:
            owner_account: The account that owns the snapshots.
        """
        return {
            "version": VERSION,
            "verdict": self.verdict.value,
            "finding": self.verdict.is_finding,
            "owner_account": owner_account,
            "region": self.region,
            "snapshot": self.snapshot or None,
            "cluster": self.cluster or None,
            "account": self.account or None,
            "has_access": self.has_access,
            "declared_by": list(self.declared_by),
            "why": self.why,
        }
