"""The only module that calls Redshift."""

from collections.abc import Callable, Collection
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from redshift_snapshot_share_handler.claim import Claim
from redshift_snapshot_share_handler.errors import (
    Reason,
    SnapshotShareError,
    code_of,
    translate,
)
from redshift_snapshot_share_handler.log import log
from redshift_snapshot_share_handler.pair import Pair
from redshift_snapshot_share_handler.request import StackId
from redshift_snapshot_share_handler.retry import Retry
from redshift_snapshot_share_handler.snapshot import Snapshot

_SNAPSHOT_GONE = frozenset({"ClusterSnapshotNotFound", "ResourceNotFoundFault"})
# Somebody was faster between our look and our call, or Redshift is not yet consistent.
_OVERTAKEN = frozenset({Reason.STATE_REFUSED, Reason.UNSETTLED})


class Redshift:
    """The calls that a share is made of, each with the patience of the run."""

    def __init__(self, client: Any, retry: Retry, stack: StackId) -> None:
        """Bind the calls to the stack's account and Region.

        Args:
            client: A botocore client of Redshift.
            retry: The patience for each call.
            stack: Whose account owns the snapshots.
        """
        self._client = client
        self._retry = retry
        self._stack = stack

    def look(self, pair: Pair) -> tuple[Snapshot | None, bool]:
        """Describe the pair's snapshot (DescribeClusterSnapshots).

        Returns:
            The snapshot, None if the stack's account has none of that name; and whether
            another account has shared one of that name with us.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        answer = self._call(
            self._client.describe_cluster_snapshots,
            pair,
            _SNAPSHOT_GONE,
            SnapshotIdentifier=pair.snapshot_identifier,
        )
        snapshots = answer.get("Snapshots", []) if answer else []
        for fields in snapshots:
            if fields.get("OwnerAccount", self._stack.account) == self._stack.account:
                return Snapshot(fields, self._arn(fields)), False
        return None, bool(snapshots)

    def authorize(self, snapshot: Snapshot, pair: Pair) -> SnapshotShareError | None:
        """Let the account restore the snapshot (AuthorizeSnapshotAccess).

        Returns:
            Redshift's refusal, if the snapshot is not as it was when we looked.

        Raises:
            SnapshotShareError: If Redshift refuses for another reason.
        """
        try:
            self._call(
                self._client.authorize_snapshot_access,
                pair,
                (),
                SnapshotIdentifier=pair.snapshot_identifier,
                SnapshotClusterIdentifier=snapshot.cluster_identifier,
                AccountWithRestoreAccess=pair.account,
            )
        except SnapshotShareError as error:
            if error.reason not in _OVERTAKEN:
                raise
            log("AWS refused as expected", reason=str(error))
            return error
        return None

    def revoke(
        self, snapshot: Snapshot, pair: Pair, *, ignoring_claim: str = ""
    ) -> None:
        """Take away access that nobody claims (RevokeSnapshotAccess).

        Somebody may claim it while the call is tried again, or since it took effect and its
        reply was lost: then it is left.

        Args:
            snapshot: The snapshot, seen with that access.
            pair: It, and the account.
            ignoring_claim: The key of a claim that does not count.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """

        def is_still_wanted() -> bool:
            now, _ = self.look(pair)
            return now is not None and now.has_unclaimed_access(
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
        self._call(
            self._client.create_tags,
            pair,
            (),
            ResourceName=snapshot.arn,
            Tags=[{"Key": claim.key, "Value": claim.value}],
        )

    def remove_claim(self, snapshot: Snapshot, pair: Pair, key: str) -> None:
        """Take a claim off the snapshot (DeleteTags); none left is as good.

        Raises:
            SnapshotShareError: If Redshift refuses.
        """
        self._call(
            self._client.delete_tags,
            pair,
            _SNAPSHOT_GONE,
            ResourceName=snapshot.arn,
            TagKeys=[key],
        )

    def _call(
        self,
        operation: Callable[..., Any],
        pair: Pair,
        expected: Collection[str],
        **parameters: Any,
    ) -> Any:
        """Call, and answer None for the error codes that the caller expects."""
        try:
            answer = self._retry.call(operation, **parameters)
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and code_of(error) in expected:
                log("AWS refused as expected", code=code_of(error))
                return None
            raise translate(error, self.names(pair)) from error
        return answer

    def names(self, pair: Pair) -> dict[str, str]:
        """The fields that the messages of `errors` have in common."""
        return {
            "snapshot": pair.snapshot_identifier,
            "account": pair.account,
            "region": self._stack.region,
            "owner_account": self._stack.account,
        }

    def _arn(self, fields: dict[str, Any]) -> str:
        # SDKs before April 2024 do not hand SnapshotArn out.
        stack = self._stack
        return str(
            fields.get("SnapshotArn")
            or f"arn:{stack.partition}:redshift:{stack.region}:{stack.account}:snapshot:"
            f"{fields['ClusterIdentifier']}/{fields['SnapshotIdentifier']}"
        )
