"""The claims that stand for a declaration of a cluster's snapshots."""

from collections.abc import Callable, Collection

from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.declared_cluster import DeclaredCluster
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.services import Services
from redshift_snapshot_share_handler.snapshot import Snapshot
from redshift_snapshot_share_handler.syntax import SUPPORT_ACCOUNT


class Claims:
    """Which claim a pair has, which it should have, and what keeps it from having one."""

    def __init__(
        self,
        declared: DeclaredCluster,
        services: Services,
        allowed_accounts: Collection[str],
        *,
        takes_older: Callable[[], bool],
    ) -> None:
        """Name the declaration.

        Args:
            declared: What is declared.
            services: Who declares it, and the services.
            allowed_accounts: The accounts that may be given access; empty = any.
            takes_older: Tells, when it comes to that, whether a claim of another request,
                or of a run, is good enough: whether the declaration stands already.
        """
        self._declared = declared
        self._services = services
        self._allowed_accounts = allowed_accounts
        self._ask_takes_older = takes_older
        self._takes_older: bool | None = None
        self._keys_managed_by_aws: dict[str, bool] = {}

    def find(self, snapshot: Snapshot, pair: Pair) -> Claim | None:
        """Find this declaration's claim for a pair."""
        key = self._services.claimant.key(pair.account)
        return snapshot.claims(pair.account).get(key)

    def is_enough(self, ours: Claim) -> bool:
        """Tell whether a claim of this declaration can stay as it is.

        A claim that an earlier, failed request left is removed by that request's Delete.

        Raises:
            SnapshotShareError: If CloudFormation refuses.
        """
        if ours.request_id == self._services.claimant.request_id:
            return True
        if self._takes_older is None:
            self._takes_older = self._ask_takes_older()
        return self._takes_older

    def make(self, snapshot: Snapshot, pair: Pair) -> Claim:
        """Make the claim that a pair should have, or find that it has it.

        Raises:
            SnapshotShareError: If the account cannot, or may not, be given access.
        """
        ours = self.find(snapshot, pair)
        is_shared = snapshot.is_shared_with(pair.account)
        if not is_shared:
            self._check_account(pair)
            self._check_key(snapshot, pair)
        if ours is not None and self.is_enough(ours):
            return ours
        adopted = is_shared and self._is_adopted(snapshot, pair, ours)
        # What was a person's before is left to that person, without our claim; retained
        # access that was found again is left as it was found.
        was_retained = ours is not None and ours.retained
        retained = self._declared.is_retained and (was_retained or not adopted)
        return self._services.claimant.claim(
            pair.account, adopted=adopted, retained=retained
        )

    def _is_adopted(self, snapshot: Snapshot, pair: Pair, ours: Claim | None) -> bool:
        """Tell whether the access that shows was there before this declaration.

        Raises:
            SnapshotShareError: If somebody shared it by hand, and it is not to be adopted.
        """
        if ours is not None:
            return ours.adopted or ours.retained
        if snapshot.is_claimed(pair.account):
            return False
        if not self._declared.adopts_existing:
            raise self._error(pair, Reason.ALREADY_SHARED)
        return True

    def _check_account(self, pair: Pair) -> None:
        if self._allowed_accounts and pair.account not in self._allowed_accounts:
            raise self._error(pair, Reason.ACCOUNT_NOT_ALLOWED)

    def _check_key(self, snapshot: Snapshot, pair: Pair) -> None:
        key = snapshot.kms_key_id
        if not key or pair.account == SUPPORT_ACCOUNT:
            return
        if key not in self._keys_managed_by_aws:
            self._keys_managed_by_aws[key] = self._services.keys.is_aws_managed(key)
        if self._keys_managed_by_aws[key]:
            raise self._error(pair, Reason.AWS_MANAGED_KEY, key=key)

    def _error(
        self, pair: Pair, reason: Reason, **values: object
    ) -> SnapshotShareError:
        names = self._services.redshift.names(pair)
        return SnapshotShareError(reason, **names, **values)
