"""Many accounts' access to one snapshot."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from aws_cdk import Duration, RemovalPolicy, aws_kms as kms
from constructs import Construct

from cdk_redshift_snapshot_share._private.accounts import check_known_accounts
from cdk_redshift_snapshot_share._private.declaration import Declaration
from cdk_redshift_snapshot_share._private.newer_classes import ISnapshotRef
from cdk_redshift_snapshot_share._private.removal import undo_on_failure
from cdk_redshift_snapshot_share._private.share_props import ShareProps
from cdk_redshift_snapshot_share.existing_share import ExistingShare
from cdk_redshift_snapshot_share.provider import SnapshotShareProvider
from cdk_redshift_snapshot_share.snapshot_share import SnapshotShare


class SnapshotShares(Construct):
    """Many accounts' access to one snapshot.

    Defines one `SnapshotShare` per account, with the account as its id. The order of the
    list does not matter. Adding or removing an account does not affect the others.

    Args:
        scope: Where to define it.
        construct_id: Its id there.
        accounts_with_restore_access: 1 to 20 accounts that may restore the snapshot. They
            must be known at synthesis.
        snapshot_identifier: See `SnapshotShare`.
        snapshot_arn: See `SnapshotShare`.
        snapshot: See `SnapshotShare`.
        snapshot_cluster_identifier: See `SnapshotShare`.
        existing_share: See `SnapshotShare`.
        encryption_key: See `SnapshotShare`.
        wait_for_snapshot: See `SnapshotShare`.
        removal_policy: See `SnapshotShare`.
        provider: See `SnapshotShare`.

    Raises:
        TypeError: If the accounts are not a collection of strings.
        ValueError: If there are no accounts, if they are not known at synthesis, or if one
            is listed twice, or if `SnapshotShare` would raise it. Nothing is defined then.
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
        accounts = check_known_accounts(
            accounts_with_restore_access,
            "accounts_with_restore_access",
            "; use one SnapshotShare per account that only deployment knows",
        )
        if not accounts:
            # A list that is empty by mistake would revoke everybody's access.
            raise ValueError(
                "accounts_with_restore_access must name at least one account, got none; "
                "remove the construct to share with nobody"
            )
        props = ShareProps(
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
        declaration = Declaration(scope, props)
        declaration.check(accounts)

        super().__init__(scope, construct_id)
        with undo_on_failure(scope, construct_id):
            self._shares: dict[str, SnapshotShare] = {
                # Sorted, so that the template is the same whatever the order of the list.
                account: _CheckedShare(self, declaration, account)
                for account in sorted(accounts)
            }

    @property
    def shares(self) -> Mapping[str, SnapshotShare]:
        """The shares by account."""
        return MappingProxyType(self._shares)


class _CheckedShare(SnapshotShare):
    """A share that `SnapshotShares` has checked together with all the others."""

    def __init__(
        self, scope: Construct, declaration: Declaration, account: str
    ) -> None:
        Construct.__init__(self, scope, account)
        self._add(declaration, account)
