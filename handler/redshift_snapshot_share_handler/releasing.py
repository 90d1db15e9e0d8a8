"""Takes claims of a declaration back: look, revoke, remove the claims, look again."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.failures import Failures
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.settling import Settling
from redshift_snapshot_share_handler.snapshot import Snapshot


class Held(NamedTuple):
    """A claim on a snapshot that is to be taken back."""

    snapshot: Snapshot
    pair: Pair
    claim: Claim


class Releasing:
    """The work of taking claims of one declaration back; used once.

    On each snapshot, access is revoked before the claims are removed, so that a crash at
    any point leaves the claims for the next run, or the next Delete, to see.

    Attributes:
        released: The pairs whose claim was removed.
        failures: Why a claim could not be taken back.
    """

    def __init__(
        self,
        services: Services,
        *,
        look: Callable[[], list[Snapshot]],
        is_due: Callable[[Pair, Claim], bool],
        takes_back: Callable[[], bool],
        given: Mapping[Pair, Claim] | None = None,
    ) -> None:
        """Name the work.

        Args:
            services: Whose claims they are, and the services.
            look: Looks at the snapshots that may have such claims.
            is_due: Tells whether a claim that shows is to be taken back.
            takes_back: Tells, when it comes to that, whether the stack undoes what it did:
                then access that was there before stays.
            given: Claims to be taken back whether they show or not.
        """
        self._services = services
        self._redshift = services.redshift
        self._look = look
        self._is_due = is_due
        self._takes_back = takes_back
        self._undoes: bool | None = None
        self._given = dict(given or {})
        self._given_up: set[Pair] = set()
        self._tried: set[Pair] = set()
        self.released: dict[Pair, None] = {}
        self.failures = Failures(services.retry)

    def release(self, *, is_thorough: bool = False) -> None:
        """Take the claims back, until a look shows none of them.

        Args:
            is_thorough: Whether to wait until claims that were written just now would
                show.

        Raises:
            SnapshotShareError: If nobody can look, or the deadline comes first.
        """
        begun, settling = Settling(self._services), Settling(self._services)
        while True:
            snapshots = self._look()
            held = [*self._find_held(snapshots)]
            strays = [*self._find_strays(snapshots)]
            is_new = any(one.pair not in self._tried for one in held)
            if is_new or ((held or strays) and settling.is_over()):
                self._take_back(held)
                for snapshot, pair in strays:
                    with self.failures.noting(pair):
                        self._redshift.revoke(snapshot, pair)
                settling.restart()
            elif held or strays:
                settling.wait("the revocation did not show")
            elif is_thorough and not begun.is_over():
                begun.wait("claims may show late")
            else:
                return

    def _find_held(self, snapshots: list[Snapshot]) -> Iterator[Held]:
        for snapshot in snapshots:
            for pair, claim in self._find_claims(snapshot):
                if pair not in self.failures.lasting and not self._stays(claim):
                    yield Held(snapshot, pair, claim)

    def _find_claims(self, snapshot: Snapshot) -> Iterator[tuple[Pair, Claim]]:
        shown = {}
        for tag in snapshot.tags:
            account = self._services.claimant.account_of(tag.get("Key", ""))
            if account:
                pair = Pair(snapshot.identifier, account)
                claim = snapshot.claims(account)[tag["Key"]]
                if self._is_due(pair, claim):
                    shown[pair] = claim
        hidden = {
            pair: claim
            for pair, claim in self._given.items()
            if pair.snapshot_identifier == snapshot.identifier
            and pair not in self._tried
        }
        yield from {**hidden, **shown}.items()

    def _find_strays(
        self, snapshots: list[Snapshot]
    ) -> Iterator[tuple[Snapshot, Pair]]:
        """Find access that nobody claims any more.

        Somebody gave it between our look and the end of our claim, or took their claim off
        at the same time.
        """
        for snapshot in snapshots:
            for pair in sorted(self._given_up):
                if (
                    pair.snapshot_identifier == snapshot.identifier
                    and pair not in self.failures.lasting
                    and snapshot.has_unclaimed_access(pair.account)
                ):
                    yield snapshot, pair

    def _take_back(self, held: list[Held]) -> None:
        by_snapshot: dict[str, list[Held]] = {}
        for one in held:
            by_snapshot.setdefault(one.snapshot.identifier, []).append(one)
        for one_snapshot in by_snapshot.values():
            self._take_back_one(one_snapshot)

    def _take_back_one(self, held: list[Held]) -> None:
        """Take back what is claimed on one snapshot: one call removes all its claims."""
        keys = {}
        for one in held:
            self._tried.add(one.pair)
            with self.failures.noting(one.pair):
                if (one.claim.adopted and self._undoes) or self._revoke(one):
                    keys[one.pair] = one.claim.key
        if keys:
            with self.failures.noting(*keys):
                self._redshift.remove_claims(held[0].snapshot, keys)
                self.released.update(dict.fromkeys(keys))

    def _revoke(self, held: Held) -> bool:
        """Revoke, if nobody else claims; tell whether the claim can be removed."""
        _, pair, claim = held
        # Looked at again for each pair: others may claim meanwhile.
        snapshot = self._redshift.look(pair)
        if snapshot is None:
            return False
        if not self._is_due(pair, snapshot.claims(pair.account).get(claim.key, claim)):
            # Another request claimed it anew.
            return False
        if not snapshot.is_claimed(pair.account, ignoring_claim=claim.key):
            # Also where no access shows: it may show late, and Redshift knows.
            self._redshift.revoke(snapshot, pair, ignoring_claim=claim.key)
        self._given_up.add(pair)
        return True

    def _stays(self, claim: Claim) -> bool:
        """Tell whether a claim stays, with the access: it was retained, and found again."""
        if self._undoes is None:
            self._undoes = self._takes_back()
        return self._undoes and claim.adopted and claim.retained
