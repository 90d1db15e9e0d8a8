"""The only module that calls Redshift."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.errors import (
    NO_CONNECTION,
    Reason,
    SnapshotShareError,
    code_of,
    translate,
)
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.request import StackId
from redshift_snapshot_share_handler.retry import Retry
from redshift_snapshot_share_handler.snapshot import Snapshot

_SNAPSHOT_GONE = frozenset({"ClusterSnapshotNotFound", "ResourceNotFoundFault"})
_NOT_FOUND = frozenset({"ClusterNotFound", *_SNAPSHOT_GONE})
# Our keys are well-formed. So if DeleteTags refuses a key, the key is not there.
_CLAIM_GONE = frozenset({"InvalidParameterValue", "InvalidTagFault", *_SNAPSHOT_GONE})
# Somebody else acted between our look and our call, or Redshift is not yet consistent.
_OVERTAKEN = frozenset({Reason.STATE_REFUSED, Reason.UNSETTLED})
# Access that is authorized in the last minute may appear after all others have looked.
_AUTHORIZING_RESERVE_SECONDS = 60
_SERVER_ERROR = 500
# What messages name when a call is about no single pair.
_ALL = Pair("*", "*")

_LOG = logging.getLogger(__name__)


class Redshift:
    """The calls to Redshift that a share needs. Each is repeated as the run allows.

    Attributes:
        may_have_written: Whether a claim or access may have been written.
    """

    def __init__(self, client: Any, retry: Retry, stack: StackId) -> None:
        """Set the account and Region of the calls.

        Args:
            client: A botocore client of Redshift.
            retry: The patience for each call.
            stack: The stack whose account owns the snapshots.
        """
        self.may_have_written = False
        self._client = client
        self._retry = retry
        self._stack = stack

    def look(self, pair: Pair) -> Snapshot | None:
        """Describe the pair's snapshot (DescribeClusterSnapshots).

        Returns:
            The snapshot; None if the stack's account has no snapshot of that name.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        found = self._describe(pair, SnapshotIdentifier=pair.snapshot_identifier)
        return next(self._own(found), None)

    def explain_missing(self, pair: Pair) -> SnapshotShareError:
        """Find out why there is no snapshot to share (DescribeClusterSnapshots).

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        found = self._describe(pair, SnapshotIdentifier=pair.snapshot_identifier)
        is_of_others = bool(found) and not [*self._own(found)]
        reason = Reason.NOT_OWNER if is_of_others else Reason.SNAPSHOT_NOT_FOUND
        return SnapshotShareError(reason, **self.names(pair))

    def find_of_cluster(
        self, cluster_identifier: str, *, with_automated: bool = False
    ) -> list[Snapshot]:
        """Find the snapshots of a cluster (DescribeClusterSnapshots).

        Args:
            cluster_identifier: The cluster, whether it still exists or not.
            with_automated: Whether automated ones are wanted beside manual ones.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        kind = {} if with_automated else {"SnapshotType": "manual"}
        found = self._describe(_ALL, ClusterIdentifier=cluster_identifier, **kind)
        if found:
            return [*self._own(found)]
        # Redshift may not find those of a cluster that is gone.
        return [
            snapshot
            for snapshot in self.find_manual()
            if snapshot.cluster_identifier == cluster_identifier
        ]

    def find_manual(self) -> list[Snapshot]:
        """Find all manual snapshots, of any cluster (DescribeClusterSnapshots).

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        return [*self._own(self._describe(_ALL, SnapshotType="manual"))]

    def find_tagged(self, keys: Iterable[str], pair: Pair) -> list[Snapshot]:
        """Find the snapshots that have at least one of some tags (DescribeClusterSnapshots).

        Args:
            keys: The tags' keys.
            pair: The pair that messages name.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        return [*self._own(self._describe(pair, TagKeys=[*keys]))]

    def authorize(
        self, snapshot: Snapshot, pair: Pair, *, is_still_wanted: Callable[[], bool]
    ) -> SnapshotShareError | None:
        """Let the account restore the snapshot (AuthorizeSnapshotAccess).

        Args:
            snapshot: The snapshot.
            pair: It, and the account.
            is_still_wanted: Asked before the call is tried again.

        Returns:
            Redshift's refusal, if the snapshot has changed since the look.

        Raises:
            SnapshotShareError: If Redshift refuses for another reason.
        """
        try:
            self._write(
                self._client.authorize_snapshot_access,
                pair,
                (),
                is_still_wanted=is_still_wanted,
                reserve_seconds=_AUTHORIZING_RESERVE_SECONDS,
                SnapshotIdentifier=pair.snapshot_identifier,
                SnapshotClusterIdentifier=snapshot.cluster_identifier,
                AccountWithRestoreAccess=pair.account,
            )
        except SnapshotShareError as error:
            if error.reason not in _OVERTAKEN and not snapshot.is_shared_with(
                pair.account
            ):
                raise
            _LOG.info("AWS refused as expected", extra={"reason": str(error)})
            return error
        return None

    def revoke(
        self, snapshot: Snapshot, pair: Pair, *, ignoring_claim: str = ""
    ) -> None:
        """Revoke access that nobody claims (RevokeSnapshotAccess).

        Somebody may claim the access while the call is tried again, or after it took effect
        and its response was lost. Then the access is left.

        Args:
            snapshot: The snapshot.
            pair: It, and the account.
            ignoring_claim: The key of a claim that does not count.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """

        def is_still_wanted() -> bool:
            # Revoke whether or not the access shows, because it may show late.
            now = self.look(pair)
            return now is not None and not now.is_claimed(
                pair.account, ignoring_claim=ignoring_claim
            )

        self._call(
            self._client.revoke_snapshot_access,
            pair,
            {"AuthorizationNotFound", *_SNAPSHOT_GONE},
            is_still_wanted=is_still_wanted,
            SnapshotIdentifier=pair.snapshot_identifier,
            SnapshotClusterIdentifier=snapshot.cluster_identifier,
            AccountWithRestoreAccess=pair.account,
        )

    def write_claim(self, snapshot: Snapshot, pair: Pair, claim: Claim) -> None:
        """Put a claim on the snapshot (CreateTags).

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        self.write_claims(snapshot, {pair: claim})

    def write_claims(self, snapshot: Snapshot, claims: Mapping[Pair, Claim]) -> None:
        """Put claims on the snapshot, all or none (CreateTags).

        Args:
            snapshot: The snapshot.
            claims: At least one, by what it is for.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        self._write(
            self._client.create_tags,
            next(iter(claims)),
            (),
            ResourceName=snapshot.arn,
            Tags=[
                {"Key": claim.key, "Value": claim.value} for claim in claims.values()
            ],
        )

    def remove_claim(self, snapshot: Snapshot, pair: Pair, key: str) -> None:
        """Remove a claim from the snapshot (DeleteTags). An absent claim counts as removed.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        self.remove_claims(snapshot, {pair: key})

    def remove_claims(self, snapshot: Snapshot, keys: Mapping[Pair, str]) -> None:
        """Take claims off the snapshot (DeleteTags); none left is as good.

        Args:
            snapshot: The snapshot.
            keys: At least one, by what it is for.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        response = self._call(
            self._client.delete_tags,
            next(iter(keys)),
            _CLAIM_GONE,
            ResourceName=snapshot.arn,
            TagKeys=[*keys.values()],
        )
        if response is None and len(keys) > 1:
            # One of them is not there, so perhaps none was removed.
            for pair, key in keys.items():
                self.remove_claims(snapshot, {pair: key})

    def copy(self, source: Snapshot, target: str, *, retention_days: int) -> bool:
        """Copy an automated snapshot to a manual one (CopyClusterSnapshot).

        Args:
            source: The automated snapshot.
            target: What the copy is called.
            retention_days: After how many days Redshift deletes the copy.

        Returns:
            Whether the copy was begun; it is not if there is one of that name.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        response = self._call(
            self._client.copy_cluster_snapshot,
            Pair(target, "*"),
            {"ClusterSnapshotAlreadyExists"},
            SourceSnapshotIdentifier=source.identifier,
            SourceSnapshotClusterIdentifier=source.cluster_identifier,
            TargetSnapshotIdentifier=target,
            ManualSnapshotRetentionPeriod=retention_days,
        )
        return response is not None

    def _describe(self, pair: Pair, **parameters: Any) -> list[dict[str, Any]]:
        """Read all pages. A page may be empty, and the snapshot on the next one."""
        found: list[dict[str, Any]] = []
        page: dict[str, str] = {}
        while True:
            response = self._call(
                self._client.describe_cluster_snapshots,
                pair,
                _NOT_FOUND,
                **parameters,
                **page,
            )
            found += (response or {}).get("Snapshots") or ()
            marker = (response or {}).get("Marker")
            if not marker:
                return found
            page = {"Marker": marker}

    def _own(self, found: Iterable[dict[str, Any]]) -> Iterator[Snapshot]:
        for fields in found:
            if fields.get("OwnerAccount", self._stack.account) == self._stack.account:
                arn = self._arn(fields)
                yield Snapshot({**fields, "SnapshotArn": arn}, arn)

    def _write(self, operation: Callable[..., Any], *call: Any, **options: Any) -> Any:
        """Make a call, and record whether it may have taken effect."""

        def write(**parameters: Any) -> Any:
            is_refused = False
            try:
                return operation(**parameters)
            except ClientError as error:
                status = error.response.get("ResponseMetadata", {})
                is_refused = status.get("HTTPStatusCode", 0) < _SERVER_ERROR
                raise
            except NO_CONNECTION:
                is_refused = True
                raise
            finally:
                self.may_have_written |= not is_refused

        return self._call(write, *call, **options)

    def _call(
        self,
        operation: Callable[..., Any],
        pair: Pair,
        expected: Collection[str],
        **parameters: Any,
    ) -> Any:
        """Make a call, and return None for the error codes that the caller expects."""
        try:
            return self._retry.call(operation, **parameters)
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and code_of(error) in expected:
                _LOG.info("AWS refused as expected", extra={"code": code_of(error)})
                return None
            raise translate(error, self.names(pair)) from error

    def names(self, pair: Pair) -> dict[str, str]:
        """The fields that the messages in `errors` have in common."""
        return {
            "snapshot": pair.snapshot_identifier,
            "account": pair.account,
            "region": self._stack.region,
            "owner_account": self._stack.account,
        }

    def _arn(self, fields: dict[str, Any]) -> str:
        # SDKs before April 2024 do not return SnapshotArn.
        stack = self._stack
        return str(
            fields.get("SnapshotArn")
            or f"arn:{stack.partition}:redshift:{stack.region}:{stack.account}:snapshot:"
            f"{fields['ClusterIdentifier']}/{fields['SnapshotIdentifier']}"
        )
