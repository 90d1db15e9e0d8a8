"""One run for a declaration: look at the snapshots, compare, put right what differs."""

from collections.abc import Callable, Collection, Mapping

from redshift_snapshot_share_handler.automated_copy import find_missing_copy
from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.claims import Claims
from redshift_snapshot_share_handler.cluster_look import ClusterLook, look_at_cluster
from redshift_snapshot_share_handler.declared_cluster import DeclaredCluster
from redshift_snapshot_share_handler.errors import SAME_FOR_ALL, SnapshotShareError
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.releasing import Releasing
from redshift_snapshot_share_handler.report import Report
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.sharing import Need, Sharing
from redshift_snapshot_share_handler.snapshot import Snapshot
from redshift_snapshot_share_handler.waiting import Waiting


class ClusterRun:
    """One run; it may come at any time, twice at once, late, or end at any call.

    Attributes:
        report: What it found and did.
    """

    def __init__(
        self,
        declared: DeclaredCluster,
        services: Services,
        allowed_accounts: Collection[str] = (),
        *,
        is_wanted: Callable[[], bool],
        takes_older_claims: Callable[[], bool],
        waits_for_cluster: bool,
    ) -> None:
        """Name the declaration.

        Args:
            declared: What is declared.
            services: Who declares it, and the services.
            allowed_accounts: The accounts that may be given access; empty = any.
            is_wanted: Asked after each claim, before access is given.
            takes_older_claims: Tells whether the declaration stands already, so that the
                claims of other requests are good enough.
            waits_for_cluster: Whether a cluster that is busy is waited for.
        """
        self._declared = declared
        self._services = services
        self._redshift = services.redshift
        self._claims = Claims(
            declared, services, allowed_accounts, takes_older=takes_older_claims
        )
        self._sharing = Sharing(services, self._claims, is_wanted=is_wanted)
        self._waiting = Waiting(declared, services) if waits_for_cluster else None
        self._seen = ClusterLook([], [])
        self.report = Report()

    def look(self) -> None:
        """Look at the cluster's snapshots (DescribeClusterSnapshots).

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        self._seen = look_at_cluster(self._declared, self._redshift)
        self.report.shared = [
            snapshot.identifier
            for snapshot in self._seen.wanted
            if all(
                self._claims.find(snapshot, pair)
                and snapshot.is_shared_with(pair.account)
                for pair in self._pairs_of(snapshot)
            )
        ]

    def share(self, *, asks_first: bool) -> None:
        """Share what is declared and not shared.

        Args:
            asks_first: Whether to ask whether that is wanted before the first claim, too.

        Raises:
            UnwantedError: If the declaration does not stand.
            SnapshotShareError: If nothing more can be done for any pair.
        """
        sharing = self._sharing
        try:
            while self._share_once(asks_first=asks_first):
                pass
        finally:
            self.report.authorized = [
                pair for pair in sharing.granted if pair not in sharing.failures.lasting
            ]
            self._note_failed(sharing.failures.lasting)

    def release_old(self) -> None:
        """Take back the claims on snapshots that are not to be shared any more.

        Raises:
            UnwantedError: If the declaration does not stand.
            SnapshotShareError: If nobody can look, or the deadline comes first.
        """
        key = self._services.claimant.account_of
        if any(key(tag.get("Key", "")) for one in self._seen.old for tag in one.tags):
            self._sharing.check_wanted()
            self._release(self._look_for_old, lambda *_: True)

    def copy_automated(self) -> None:
        """Copy the newest automated snapshot, unless that was done; note if that fails.

        The copy is shared by the run that finds it available.

        Raises:
            UnwantedError: If the declaration does not stand.
            SnapshotShareError: If nobody can ask, or the deadline comes first.
        """
        copy = find_missing_copy(self._declared, self._seen.found)
        if copy is None:
            return
        self._sharing.check_wanted()
        try:
            if self._redshift.copy(
                copy.source, copy.name, retention_days=self._declared.retention_days
            ):
                self.report.copied.append(copy.name)
        except SnapshotShareError as error:
            if error.reason in SAME_FOR_ALL:
                raise
            self.report.failed[copy.name] = error

    def count_pairs(self) -> int:
        """Count what is to be shared, as the last look showed it."""
        return len(self._seen.wanted) * len(self._declared.accounts)

    def withdraw(self, *, only_failed: bool = False) -> None:
        """Take back what this run has claimed, and the access that came with it.

        Args:
            only_failed: Whether only what it claimed for nothing.

        Raises:
            SnapshotShareError: If nobody can look, or the deadline comes first.
        """
        sharing = self._sharing
        request_id = self._services.claimant.request_id
        given = {
            pair: claim
            for pair, claim in sharing.claimed.items()
            if claim.request_id == request_id
            and (pair in sharing.failures.lasting or not only_failed)
        }
        if not only_failed:
            self.report.authorized, self.report.shared = [], None
        if given:
            self._release(
                self._redshift.find_manual,
                lambda pair, claim: pair in given and claim.request_id == request_id,
                given,
            )

    def _share_once(self, *, asks_first: bool) -> bool:
        """Look, and do what that shows to be missing; tell whether to look again."""
        self.look()
        sharing = self._sharing
        is_late = finds_older = False
        to_share = []
        for snapshot in self._seen.wanted:
            needs = {
                pair: sharing.find_need(snapshot, pair)
                for pair in self._pairs_of(snapshot)
            }
            is_late |= Need.TIME in needs.values()
            pairs = [pair for pair, need in needs.items() if need is Need.WORK]
            if pairs:
                to_share.append(pairs)
            finds_older |= any(self._claims.find(snapshot, pair) for pair in pairs)
        is_late |= self._give_way()
        if to_share and (asks_first or finds_older) and not sharing.claimed:
            # A run may come before its declaration, or after. A late Create must not
            # change the claims of a run.
            sharing.check_wanted()
        for pairs in to_share:
            sharing.share(pairs)
        blocked = sharing.take_blocked()
        if blocked:
            self._wait_for_cluster(blocked)
        elif is_late and not to_share:
            sharing.settling.wait("what was written did not show")
        return bool(to_share) or is_late

    def _give_way(self) -> bool:
        """Leave no access without a claim on what is not to be shared any more.

        Returns:
            Whether a claim does not show, and may only be late.
        """
        sharing = self._sharing
        return not all(
            sharing.give_way(snapshot, pair)
            for snapshot in self._seen.old
            for pair in self._pairs_of(snapshot)
            if pair in sharing.claimed and not self._claims.find(snapshot, pair)
        )

    def _wait_for_cluster(self, blocked: Mapping[Pair, SnapshotShareError]) -> None:
        if self._waiting is None or self._waiting.is_over():
            self._sharing.failures.lasting.update(blocked)
        else:
            self._waiting.wait("the cluster is busy")

    def _look_for_old(self) -> list[Snapshot]:
        self.look()
        return self._seen.old

    def _release(
        self,
        look: Callable[[], list[Snapshot]],
        is_due: Callable[[Pair, Claim], bool],
        given: Mapping[Pair, Claim] | None = None,
    ) -> None:
        releasing = Releasing(
            self._services,
            look=look,
            is_due=is_due,
            takes_back=lambda: given is not None,
            given=given,
        )
        try:
            releasing.release()
        finally:
            if given is None:
                self.report.released = [*releasing.released]
            self._note_failed(releasing.failures.lasting)

    def _note_failed(self, failed: Mapping[Pair, SnapshotShareError]) -> None:
        self.report.failed |= {str(pair): error for pair, error in failed.items()}

    def _pairs_of(self, snapshot: Snapshot) -> list[Pair]:
        return [Pair(snapshot.identifier, one) for one in self._declared.accounts]
