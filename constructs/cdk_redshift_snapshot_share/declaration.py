"""Shares of one snapshot, as they are declared."""

from collections.abc import Sequence

from aws_cdk import CfnResource, Duration, RemovalPolicy, aws_kms as kms
from aws_cdk.interfaces.aws_redshift import ISnapshotRef
from constructs import Construct

from cdk_redshift_snapshot_share.existing_share import ExistingShare
from cdk_redshift_snapshot_share.provider import SnapshotShareProvider
from cdk_redshift_snapshot_share.snapshot_source import snapshot_source
from cdk_redshift_snapshot_share.stack_shares import StackShares
from redshift_snapshot_share_handler import contract
from redshift_snapshot_share_handler.contract import Property


class Declaration:
    """Shares of one snapshot, as they are declared.

    All is checked before anything is defined, so that one that fails leaves nothing
    behind, and may be corrected under the same construct id.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        snapshot_identifier: str | None,
        snapshot_arn: str | None,
        snapshot: ISnapshotRef | None,
        snapshot_cluster_identifier: str | None,
        existing_share: ExistingShare | None,
        encryption_key: kms.IKey | None,
        wait_for_snapshot: Duration | None,
        removal_policy: RemovalPolicy | None,
        provider: SnapshotShareProvider | None,
    ) -> None:
        self._snapshot = snapshot_source(
            snapshot_identifier=snapshot_identifier,
            snapshot_arn=snapshot_arn,
            snapshot=snapshot,
            snapshot_cluster_identifier=snapshot_cluster_identifier,
        )
        self._options = _options(existing_share, wait_for_snapshot)
        self._retains = _retains(removal_policy)
        if not isinstance(provider, SnapshotShareProvider | None):
            raise TypeError(
                f"provider must be a SnapshotShareProvider, got {provider!r}"
            )
        self._provider = provider
        self._scope = scope
        self._shares = StackShares.of(scope)
        self._key = (
            None
            if encryption_key is None
            else self._shares.encryption_key(encryption_key)
        )

    def check(self, accounts: Sequence[str]) -> None:
        """Check that the snapshot can be shared with accounts.

        Raises:
            ValueError: If it cannot.
        """
        self._shares.check(self._snapshot, accounts)
        if self._key:
            self._key.check(accounts)
        provider = self._provider or SnapshotShareProvider.find(self._scope)
        if provider:
            provider.check_shares(self._shares, self._snapshot, accounts)

    def define(self, share: Construct, account: str) -> CfnResource:
        """Define the share with one account, in its construct."""
        provider = self._provider or SnapshotShareProvider.get_or_create(self._scope)
        provider.add_share(self._snapshot, self._key.key if self._key else None)
        self._shares.add(self._snapshot, account)
        resource = CfnResource(
            share,
            provider.resource_id,
            type=contract.RESOURCE_TYPE,
            properties={
                "ServiceToken": provider.service_token,
                "ServiceTimeout": str(contract.SERVICE_TIMEOUT_SECONDS),
                **self._snapshot.properties,
                Property.ACCOUNT_WITH_RESTORE_ACCESS: account,
                **self._options,
            },
        )
        if self._retains:
            # As `RetainExceptOnCreate`: a failed first deployment leaves nothing.
            resource.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        if self._key:
            self._key.allow_decryption(share, account)
        return resource


def _options(
    existing_share: ExistingShare | None, wait_for_snapshot: Duration | None
) -> dict[str, str]:
    """Say what differs from the handler's defaults."""
    options: dict[str, str] = {}
    if existing_share not in (None, *ExistingShare):
        raise ValueError(
            f"existing_share must be {' or '.join(ExistingShare)}, got {existing_share!r}"
        )
    if existing_share == ExistingShare.ADOPT:
        options[Property.EXISTING_SHARE] = existing_share
    if wait_for_snapshot is not None:
        seconds = _seconds(wait_for_snapshot)
        if seconds != contract.DEFAULT_WAIT_SECONDS:
            options[Property.WAIT_FOR_SNAPSHOT] = str(seconds)
    return options


def _seconds(wait: Duration) -> int:
    if not isinstance(wait, Duration):
        raise TypeError(
            "wait_for_snapshot must be a Duration, such as Duration.minutes(10), "
            f"got {wait!r}"
        )
    if wait.is_unresolved():
        raise ValueError("wait_for_snapshot must be known at synthesis, got a token")
    milliseconds = wait.to_milliseconds()
    seconds = milliseconds // 1000
    if milliseconds % 1000 or seconds > contract.MAX_WAIT_SECONDS:
        raise ValueError(
            "wait_for_snapshot must be whole seconds, at most "
            f"{contract.MAX_WAIT_SECONDS // 60} minutes, got {wait.to_human_string()}"
        )
    return int(seconds)


def _retains(removal_policy: RemovalPolicy | None) -> bool:
    match removal_policy:
        case None | RemovalPolicy.DESTROY:
            return False
        case RemovalPolicy.RETAIN | RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE:
            return True
    given = getattr(removal_policy, "name", repr(removal_policy))
    raise ValueError(
        "removal_policy must be DESTROY, RETAIN or RETAIN_ON_UPDATE_OR_DELETE, got "
        f"{given}"
    )
