"""Many accounts' access to one snapshot."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from aws_cdk import Duration, RemovalPolicy, aws_kms as kms
from aws_cdk.interfaces.aws_redshift import ISnapshotRef
from constructs import Construct

from cdk_redshift_snapshot_share.account import known_accounts
from cdk_redshift_snapshot_share.declaration import Declaration
from cdk_redshift_snapshot_share.existing_share import ExistingShare
from cdk_redshift_snapshot_share.provider import SnapshotShareProvider
from cdk_redshift_snapshot_share.snapshot_share import SnapshotShare


class SnapshotShares(Construct):
    """The same share for many accounts.

    One `SnapshotShare` for each, with the account as its id: the order of the list means
    nothing, and an account that is added or removed concerns no other.

    Args:
        scope: Where to define it.
        construct_id: Its id there.
        accounts_with_restore_access: Accounts that may restore the snapshot, up to 20 of
            them, known at synthesis.
        snapshot_identifier: As of `SnapshotShare`.
        snapshot_arn: As of `SnapshotShare`.
        snapshot: As of `SnapshotShare`.
        snapshot_cluster_identifier: As of `SnapshotShare`.
        existing_share: As of `SnapshotShare`.
        encryption_key: As of `SnapshotShare`.
        wait_for_snapshot: As of `SnapshotShare`.
        removal_policy: As of `SnapshotShare`.
        provider: As of `SnapshotShare`.

    Raises:
        TypeError: If the accounts are not a collection of strings.
        ValueError: If the accounts are not known at synthesis or one is listed twice, and
            for all that `SnapshotShare` raises it for.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        accounts_with_restore_access: Iterable[str],
        snapshot_identifier: str | None = None,
        snapshot_arn: str | None = None,
        snapshot: ISnapshotRef | None = None,
        snapshot_cluster_identifier: str | None = None,
        existing_share: ExistingShare | None = ExistingShare.FAIL,
        encryption_key: kms.IKey | None = None,
        wait_for_snapshot: Duration | None = None,
        removal_policy: RemovalPolicy | None = RemovalPolicy.DESTROY,
        provider: SnapshotShareProvider | None = None,
    ) -> None:
        accounts = known_accounts(
            "accounts_with_restore_access", accounts_with_restore_access
        )
        Declaration(
            scope,
            snapshot_identifier=snapshot_identifier,
            snapshot_arn=snapshot_arn,
            snapshot=snapshot,
            snapshot_cluster_identifier=snapshot_cluster_identifier,
            existing_share=existing_share,
            encryption_key=encryption_key,
            wait_for_snapshot=wait_for_snapshot,
            removal_policy=removal_policy,
            provider=provider,
        ).check(accounts)

        super().__init__(scope, construct_id)
        self._shares = {
            # Sorted, so that the template is the same whatever the order of the list.
            account: SnapshotShare(
                self,
                account,
                account_with_restore_access=account,
                snapshot_identifier=snapshot_identifier,
                snapshot_arn=snapshot_arn,
                snapshot=snapshot,
                snapshot_cluster_identifier=snapshot_cluster_identifier,
                existing_share=existing_share,
                encryption_key=encryption_key,
                wait_for_snapshot=wait_for_snapshot,
                removal_policy=removal_policy,
                provider=provider,
            )
            for account in sorted(accounts)
        }

    @property
    def shares(self) -> Mapping[str, SnapshotShare]:
        """The shares by account."""
        return MappingProxyType(self._shares)
