"""Shares snapshots of a cluster as declared: claim, check, authorize, look again."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum

from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.claims import Claims
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.failures import Failures
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.settling import Settling
from redshift_snapshot_share_handler.snapshot import Snapshot

_MOST_TRIES = 5
_TRIES_WITHOUT_PAUSE = 2
_PAUSE_SECONDS = 4
# Perhaps the snapshot is not as it was when we looked; or its cluster is busy.
_PASSING = frozenset(
    {
        Reason.CLUSTER_NOT_AVAILABLE,
        Reason.SNAPSHOT_NOT_FOUND,
        Reason.STATE_REFUSED,
    }
)


class UnwantedError(Exception):
    """The declaration does not stand, or not any more."""


class Need(Enum):
    """What a pair needs, as a look shows it."""

    NOTHING = "it is as declared, or has failed"
    TIME = "what was written may only show late"
    WORK = "it is to be shared"


class Sharing:
    """The work of sharing with the accounts of a declaration; used for one run.

    Attributes:
        claimed: The claims that this run wrote, or found, to share under.
        authorized: The pairs that this run authorized, or tried to.
        granted: Those of them that had no access before.
        failures: Why a pair cannot be shared, or not yet.
        settling: The time in which a look may not show what was written.
    """

    def __init__(
        self, services: Services, claims: Claims, *, is_wanted: Callable[[], bool]
    ) -> None:
        """Name the work.

        Args:
            services: Who declares it, and the services.
            claims: The claims that stand for what is declared.
            is_wanted: Asked after each claim, before access is given.
        """
        self._services = services
        self._redshift = services.redshift
        self._claims = claims
        self._is_wanted = is_wanted
        self._tries: Counter[Pair] = Counter()
        self.settling = Settling(services)
        self.claimed: dict[Pair, Claim] = {}
        self.authorized: dict[Pair, None] = {}
        self.granted: dict[Pair, None] = {}
        self.failures = Failures(services.retry, _PASSING)

    def find_need(self, snapshot: Snapshot, pair: Pair) -> Need:
        """Tell what a pair needs.

        Raises:
            SnapshotShareError: If nothing more can be done for any pair.
        """
        if pair in self.failures.lasting:
            return Need.NOTHING
        ours, is_shared = self._claims.find(snapshot, pair), _is_shared(snapshot, pair)
        is_late = not self.settling.is_over()
        if pair in self.claimed and ours is None:
            if self.give_way(snapshot, pair):
                error = self._error(pair, Reason.OVERTAKEN)
                self.failures.lasting.setdefault(pair, error)
            return Need.TIME if is_late else Need.NOTHING
        if is_shared and ours is not None and self._claims.is_enough(ours):
            # A refusal is believed once the picture cannot be late.
            return (
                Need.TIME if is_late and pair in self.failures.passing else Need.NOTHING
            )
        is_awaited = pair in self.authorized and not is_shared
        is_unclaimed = ours is None and snapshot.has_unclaimed_access(pair.account)
        if is_late and (is_awaited or is_unclaimed):
            return Need.TIME
        if self._tries[pair] > _MOST_TRIES:
            self.failures.lasting[pair] = self.failures.passing.get(
                pair, self._error(pair, Reason.UNSETTLED)
            )
            return Need.NOTHING
        return Need.WORK

    def share(self, pairs: Sequence[Pair]) -> None:
        """Share one snapshot.

        Args:
            pairs: It, and the accounts, as the last look showed that it needs.

        Raises:
            UnwantedError: If the declaration does not stand.
            SnapshotShareError: If nothing more can be done for any pair.
        """
        self._tries.update(pairs)
        if any(self._tries[pair] > _TRIES_WITHOUT_PAUSE for pair in pairs):
            pause = _PAUSE_SECONDS * self._services.spread()
            self._services.deadline.wait(pause, "the access did not show")
        # The look that found them may be old: others may have claimed or shared since.
        now = self._redshift.look(pairs[0])
        if now is None:
            return
        claims: dict[Pair, Claim] = {}
        for pair in pairs:
            if self.find_need(now, pair) is Need.WORK:
                with self.failures.noting(pair):
                    claims[pair] = self._claims.make(now, pair)
        claimed = self._claim(now, claims)
        if not claimed:
            return
        self.check_wanted()
        for pair in claimed:
            is_joined = now.is_claimed(pair.account, ignoring_claim=claims[pair].key)
            # Others' access may be gone by now though it still shows: Redshift knows.
            if is_joined or not _is_shared(now, pair):
                self._authorize(now, pair)

    def give_way(self, snapshot: Snapshot, pair: Pair) -> bool:
        """Leave nothing of ours behind if the claim that this run shares under is gone for good.

        A Delete or another run took it. Or the snapshot expired, and another one came
        under its name.

        Returns:
            Whether it is gone, and not only late.

        Raises:
            SnapshotShareError: If nothing more can be done for any pair.
        """
        if not self.settling.is_over():
            return False
        claim = self.claimed.pop(pair)
        with self.failures.noting(pair):
            if (
                pair in self.authorized
                and not claim.adopted
                and snapshot.has_unclaimed_access(pair.account)
            ):
                self._redshift.revoke(snapshot, pair, ignoring_claim=claim.key)
            self._redshift.remove_claim(snapshot, pair, claim.key)
        return True

    def take_blocked(self) -> dict[Pair, SnapshotShareError]:
        """Take out the pairs that cannot be shared yet because the cluster is busy."""
        blocked = self.failures.take(Reason.CLUSTER_NOT_AVAILABLE)
        for pair in blocked:
            # This has an end of its own.
            del self._tries[pair]
        return blocked

    def check_wanted(self) -> None:
        """Ask whether the declaration stands.

        Raises:
            UnwantedError: If it does not.
        """
        if not self._is_wanted():
            raise UnwantedError

    def _claim(
        self, snapshot: Snapshot, claims: Mapping[Pair, Claim]
    ) -> Collection[Pair]:
        """Write the claims that are not there.

        Returns:
            The pairs that are claimed then.
        """
        missing = {
            pair: claim
            for pair, claim in claims.items()
            if self._claims.find(snapshot, pair) != claim
        }
        refused = self._write(snapshot, missing) if missing else frozenset()
        claimed = {pair: claim for pair, claim in claims.items() if pair not in refused}
        # Also those that another delivery, or run, has written: they may be removed too.
        self.claimed.update(claimed)
        return claimed

    def _write(
        self, snapshot: Snapshot, claims: Mapping[Pair, Claim]
    ) -> Collection[Pair]:
        try:
            self._redshift.write_claims(snapshot, claims)
        except SnapshotShareError as error:
            if error.reason is Reason.TOO_MANY_TAGS and len(claims) > 1:
                # As many as there is room for.
                return {
                    pair
                    for pair, claim in claims.items()
                    if self._write(snapshot, {pair: claim})
                }
            self.failures.note(error, *claims)
            return claims.keys()
        self.settling.restart()
        return frozenset()

    def _authorize(self, snapshot: Snapshot, pair: Pair) -> None:
        def is_still_wanted() -> bool:
            self.check_wanted()
            return True

        # Tried is enough: if the response was lost, trying again says that it exists.
        self.authorized[pair] = None
        with self.failures.noting(pair):
            refusal = self._redshift.authorize(
                snapshot, pair, is_still_wanted=is_still_wanted
            )
            self.failures.passing.pop(pair, None)
            if refusal is None:
                self.granted[pair] = None
            elif refusal.reason is not Reason.UNSETTLED:
                self.failures.passing[pair] = refusal
        self.settling.restart()

    def _error(self, pair: Pair, reason: Reason) -> SnapshotShareError:
        return SnapshotShareError(reason, **self._redshift.names(pair))


def _is_shared(snapshot: Snapshot, pair: Pair) -> bool:
    return snapshot.is_shared_with(pair.account)
