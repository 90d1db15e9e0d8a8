"""Shares a snapshot: looks, claims, authorizes and looks again."""

from typing import NoReturn

from redshift_snapshot_share_handler.claiming import Claiming
from redshift_snapshot_share_handler.declared_share import DeclaredShare
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.operation import Operation
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.settling import Settling
from redshift_snapshot_share_handler.snapshot import Snapshot
from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT
from redshift_snapshot_share_handler.waiting import Waiting

_MOST_LOOKS = 8
_LOOKS_WITHOUT_PAUSE = 2
_PAUSE_SECONDS = 4


class Authorization:
    """The work of one Create or Update on one share. It is used once."""

    def __init__(
        self,
        share: DeclaredShare,
        services: Services,
        *,
        is_update: bool,
        current: Pair | None,
        problem: SnapshotShareError | None = None,
    ) -> None:
        """Set what the work is about.

        Args:
            share: What is declared.
            services: The claimant, and the services.
            is_update: Whether the request is an Update.
            current: The pair that PhysicalResourceId names, if it names one.
            problem: Why the account may not get access.
        """
        self._share = share
        self._pair = share.pair
        self._services = services
        self._redshift = services.redshift
        self._is_current_pair = current == share.pair
        self._problem = problem
        self._operation = Operation(
            services.stack, is_update=is_update, is_current_pair=self._is_current_pair
        )
        self._claiming = Claiming(
            share,
            services,
            self._operation,
            is_current_pair=self._is_current_pair,
            # A claim that an earlier, failed Create left is removed by its Delete.
            takes_older_claim=is_update and current is not None,
        )
        self._waiting = Waiting(share, services)
        self._settling = Settling(services)
        self._refusal: SnapshotShareError | None = None
        self._keeps_access = False
        self._has_authorized = False

    def establish(self, seen: Snapshot | None = None) -> Snapshot | None:
        """Grant the account access, with this resource's claim.

        Args:
            seen: The snapshot, if the caller has just looked at it.

        Returns:
            The snapshot, with the access and the claim on it. None if the stack is rolling
            back to a share whose snapshot is gone.

        Raises:
            SnapshotShareError: If the snapshot cannot be shared.
        """
        look = 0
        while look < _MOST_LOOKS:
            snapshot = self._look_until_available(seen)
            seen = None
            if snapshot is None or self._keeps_access or self._is_settled(snapshot):
                return snapshot
            look += 1
            if self._may_show_late(snapshot):
                self._settling.wait("what was written did not show")
                continue
            if look > _LOOKS_WITHOUT_PAUSE:
                pause = _PAUSE_SECONDS * self._services.spread()
                self._services.deadline.wait(pause, "the access did not show")
            self._claim_and_authorize(snapshot)
            if self._waiting.is_blocked:
                # This wait has its own limit.
                self._waiting.wait("the cluster is busy")
                look -= 1
        raise self._refusal or self._error(Reason.UNSETTLED)

    def _look_until_available(self, seen: Snapshot | None) -> Snapshot | None:
        while True:
            snapshot = seen or self._redshift.look(self._pair)
            seen = None
            problem = self._problem or self._find_problem(snapshot)
            if problem:
                return self._go_back(snapshot, problem)
            assert snapshot is not None  # noqa: S101 - that would be a problem
            if not snapshot.is_being_created:
                return snapshot
            if self._operation.goes_back():
                # It was created again under the old name, and is not the snapshot that was
                # shared.
                self._keeps_access = True
                return snapshot
            self._waiting.check(self._refusal_of_creating(snapshot))
            self._operation.begin()
            if self._write_claim(snapshot):
                self._check_wanted()
            self._waiting.wait(f"snapshot {snapshot.identifier} is creating")

    def _find_problem(self, snapshot: Snapshot | None) -> SnapshotShareError | None:
        """Find what prevents sharing the snapshot, whatever the stack is doing."""
        if snapshot is None:
            return self._error(Reason.SNAPSHOT_NOT_FOUND)
        if snapshot.snapshot_type != "manual":
            return self._error(
                Reason.AUTOMATED_SNAPSHOT, snapshot_type=snapshot.snapshot_type
            )
        cluster, declared = snapshot.cluster_identifier, self._share.cluster_identifier
        if declared not in ("", cluster):
            return self._error(
                Reason.OTHER_CLUSTER, cluster=cluster, declared_cluster=declared
            )
        if not snapshot.is_available and not snapshot.is_being_created:
            return self._error(Reason.SNAPSHOT_NOT_AVAILABLE, status=snapshot.status)
        return None

    def _go_back(
        self, snapshot: Snapshot | None, problem: SnapshotShareError
    ) -> Snapshot | None:
        """Change nothing if the stack is rolling back to this share.

        This grants nobody anything, and a failure would leave the stack stuck.

        Raises:
            SnapshotShareError: The problem, if the stack does not go back.
        """
        if self._operation.goes_back():
            self._keeps_access = True
            return snapshot
        if problem.reason is Reason.SNAPSHOT_NOT_FOUND:
            raise self._redshift.explain_missing(self._pair)
        raise problem

    def _is_settled(self, snapshot: Snapshot) -> bool:
        """Tell whether a look shows everything that is declared."""
        ours, is_shared = self._claiming.find(snapshot), self._is_shared(snapshot)
        if (
            is_shared
            and ours is None
            and not self._is_current_pair
            and self._operation.goes_back()
        ):
            # The tags were removed, or the access is not ours to claim. In both cases the
            # account has access.
            return True
        if not is_shared or ours is None or not self._claiming.is_enough(ours):
            return False
        # A refusal other than "it exists" is believed once a look can no longer be late.
        is_confirmed = not self._refusal or self._refusal.reason is Reason.UNSETTLED
        return is_confirmed or self._settling.is_over()

    def _may_show_late(self, snapshot: Snapshot) -> bool:
        """Tell whether the difference from the declaration may be only a late view.

        Raises:
            SnapshotShareError: If our claim is really gone, because a Delete removed it.
        """
        ours, is_shared = self._claiming.find(snapshot), self._is_shared(snapshot)
        if self._claiming.written is not None:
            if self._settling.is_over():
                if ours is None:
                    self._give_way(snapshot)
                return False
            return ours is None or (self._has_authorized and not is_shared)
        # Nobody seems to claim the access, but another stack's claim may show late.
        is_unclaimed = ours is None and snapshot.has_unclaimed_access(
            self._pair.account
        )
        return (
            is_unclaimed and not self._is_current_pair and not self._settling.is_over()
        )

    def _claim_and_authorize(self, snapshot: Snapshot) -> None:
        is_shared = self._is_shared(snapshot)
        if not is_shared:
            self._check_key(snapshot)
        self._operation.begin()
        if not self._write_claim(snapshot) and self._waiting.is_blocked:
            return
        self._check_wanted()
        is_joined = snapshot.is_claimed(
            self._pair.account, ignoring_claim=self._claiming.key
        )
        if is_shared and not is_joined:
            self._refusal = None
            return
        # The access of others may be gone but still show. Redshift knows. Trying is enough,
        # because if the response was lost, the next try says that the access exists.
        self._has_authorized = True
        self._refusal = self._redshift.authorize(
            snapshot, self._pair, is_still_wanted=self._is_wanted
        )
        self._settling.restart()

    def _write_claim(self, snapshot: Snapshot) -> bool:
        """Write the claim, if this request has not; return whether that changed anything."""
        try:
            is_changed = self._claiming.write(snapshot)
        except SnapshotShareError as error:
            self._waiting.block(error)
            return False
        if is_changed:
            self._settling.restart()
        return is_changed

    def _check_wanted(self) -> None:
        self._claiming.check_wanted(has_authorized=self._has_authorized)

    def _is_wanted(self) -> bool:
        self._check_wanted()
        return True

    def _check_key(self, snapshot: Snapshot) -> None:
        key = snapshot.kms_key_id
        if (
            key
            and self._pair.account != SUPPORT_ACCOUNT
            and self._services.keys.is_aws_managed(key)
        ):
            raise self._error(Reason.AWS_MANAGED_KEY, key=key)

    def _give_way(self, snapshot: Snapshot) -> NoReturn:
        """Leave nothing of ours behind, because a Delete removed our claim."""
        written = self._claiming.written
        is_ours = self._has_authorized and not (written and written.adopted)
        if is_ours and snapshot.has_unclaimed_access(self._pair.account):
            self._redshift.revoke(
                snapshot, self._pair, ignoring_claim=self._claiming.key
            )
        self._redshift.remove_claim(snapshot, self._pair, self._claiming.key)
        raise self._error(Reason.OVERTAKEN)

    def _refusal_of_creating(self, snapshot: Snapshot) -> SnapshotShareError:
        left = snapshot.seconds_to_completion
        return self._error(
            Reason.WAIT_IS_OVER,
            status=snapshot.status,
            seconds=self._share.wait_seconds,
            estimate=f" (Redshift estimates {left} seconds more)" if left else "",
        )

    def _is_shared(self, snapshot: Snapshot) -> bool:
        return snapshot.is_shared_with(self._pair.account)

    def _error(self, reason: Reason, **values: object) -> SnapshotShareError:
        return SnapshotShareError(reason, **self._redshift.names(self._pair), **values)
