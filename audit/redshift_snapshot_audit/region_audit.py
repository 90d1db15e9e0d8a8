"""Audits one Region: its snapshots one after the other, then the missing access."""

from collections.abc import Callable, Iterator

from redshift_snapshot_audit.declarations import Declarations
from redshift_snapshot_audit.entry import Entry
from redshift_snapshot_audit.judge import Judge
from redshift_snapshot_audit.snapshots import Scope, Snapshot, Snapshots
from redshift_snapshot_audit.verdict import Verdict


class RegionAudit:
    """The audit of one Region; used once."""

    def __init__(
        self,
        region: str,
        snapshots: Snapshots,
        declarations: Declarations,
        judge: Judge,
        report_progress: Callable[[int], None],
    ) -> None:
        """Set what the audit works with.

        Args:
            region: The Region.
            snapshots: The account's snapshots there.
            declarations: What the stacks there declare.
            judge: Compares the two.
            report_progress: Called with the number of snapshots that were read.
        """
        self._region = region
        self._snapshots = snapshots
        self._declarations = declarations
        self._judge = judge
        self._report_progress = report_progress
        #: The names in the scope for which there is something to audit.
        self.matched: set[str] = set()

    def entries(self, scope: Scope, *, wants_missing: bool) -> Iterator[Entry]:
        """Audit.

        Args:
            scope: Which snapshots.
            wants_missing: Whether to look for missing access. All stacks must be read for
                this.

        Raises:
            ClientError: If the snapshots cannot be read.
            BotoCoreError: As above.
        """
        if wants_missing:
            self._declarations.read()
            unseen = set(filter(scope.covers_name, self._declarations.snapshots()))
        else:
            unseen = set()
        for number, snapshot in enumerate(self._snapshots.read(scope), start=1):
            self._report_progress(number)
            unseen.discard(snapshot.identifier)
            yield from self._audit(snapshot, scope)
        for name in sorted(unseen):
            yield from self._audit_unseen(name, scope)
        for reason in self._declarations.unreadable():
            yield Entry(Verdict.UNREADABLE, self._region, reason)

    def _audit(self, snapshot: Snapshot, scope: Scope) -> Iterator[Entry]:
        if scope.covers(snapshot):
            self.matched |= scope.names & {snapshot.identifier, snapshot.cluster}
            yield from self._judge.entries(snapshot)

    def _audit_unseen(self, name: str, scope: Scope) -> Iterator[Entry]:
        """Audit a snapshot that a stack declares, but that was not among those read."""
        # It may have been created since.
        snapshot = self._snapshots.find(name)
        if snapshot is not None:
            yield from self._audit(snapshot, scope)
        elif not scope.clusters:
            # Its cluster is unknown.
            self.matched |= scope.names & {name}
            yield from self._judge.without_snapshot(name)
