"""Shares of one snapshot, as they are declared."""

from collections.abc import Sequence

from aws_cdk import CfnResource, Duration
from constructs import Construct

from cdk_redshift_snapshot_share._private.existing_access import (
    check_existing_share,
)
from cdk_redshift_snapshot_share._private.late_warnings import warn_late
from cdk_redshift_snapshot_share._private.named_snapshot import check_snapshot
from cdk_redshift_snapshot_share._private.removal_policy import (
    check_removal_policy,
    write_removal_policy,
)
from cdk_redshift_snapshot_share._private.share_function import DEFAULT_CHILD_ID
from cdk_redshift_snapshot_share._private.share_props import ShareProps
from cdk_redshift_snapshot_share._private.stack_shares import StackShares
from cdk_redshift_snapshot_share._private.values import show
from cdk_redshift_snapshot_share.existing_share import ExistingShare
from cdk_redshift_snapshot_share.provider import SnapshotShareProvider
from redshift_snapshot_share_handler import contract
from redshift_snapshot_share_handler.contract import Property


class Declaration:
    """Shares of one snapshot, as they are declared.

    Everything is checked before anything is defined. So a declaration that fails leaves
    nothing behind, and may be corrected under the same construct id.
    """

    def __init__(self, scope: Construct, props: ShareProps) -> None:
        self._scope = scope
        self._snapshot = check_snapshot(props)
        self._options = _write_options(props.existing_share, props.wait_for_snapshot)
        self._removal_policy = check_removal_policy(props.removal_policy)
        if not isinstance(props.provider, SnapshotShareProvider | None):
            raise TypeError(
                f"provider must be a SnapshotShareProvider, got {show(props.provider)}"
            )
        self._provider = props.provider
        self._shares = StackShares.of(scope)
        key = props.encryption_key
        self._key = None if key is None else self._shares.find_key(key)

    def check(self, accounts: Sequence[str]) -> None:
        """Check that the snapshot can be shared with accounts.

        Raises:
            ValueError: If it cannot.
        """
        self._shares.check(self._snapshot, accounts)
        if self._key:
            self._key.check(accounts)
        provider = self._provider or self._shares.providers.default
        if provider:
            function = self._shares.providers.find_function(provider)
            function.check(self._snapshot, accounts, uses_key=self._key is not None)

    def add(self, share: Construct, account: str) -> CfnResource:
        """Define the share with one account, in its construct."""
        provider = self._provider or SnapshotShareProvider.get_or_create(self._scope)
        function = self._shares.providers.find_function(provider)
        if self._provider is None:
            self._shares.providers.add_share(share)
        function.add(self._snapshot, self._key.key if self._key else None)
        self._shares.add(self._snapshot, account)
        resource = CfnResource(
            share,
            function.resource_id,
            type=contract.RESOURCE_TYPE,
            properties={
                "ServiceToken": function.service_token,
                "ServiceTimeout": str(contract.SERVICE_TIMEOUT_SECONDS),
                **self._snapshot.properties,
                Property.ACCOUNT_WITH_RESTORE_ACCESS: account,
                **self._options,
            },
        )
        if function.resource_id != DEFAULT_CHILD_ID:
            share.node.default_child = resource
        resource.apply_removal_policy(self._removal_policy)
        write_removal_policy(resource)
        function.add_resource(resource)
        changes_key = self._key.add(share, account) if self._key else False
        warn_late(share, resource, self._snapshot.resource, changes_key=changes_key)
        return resource


def _write_options(
    existing_share: ExistingShare | None, wait_for_snapshot: Duration | None
) -> dict[str, str]:
    """Write the options of a share, including those that have their defaults.

    An Aspect that fills in missing values does not change an option that is written.
    """
    return {
        Property.EXISTING_SHARE: check_existing_share(existing_share),
        Property.WAIT_FOR_SNAPSHOT: str(_check_wait(wait_for_snapshot)),
    }


def _check_wait(wait: Duration | None) -> int:
    if wait is None:
        return contract.DEFAULT_WAIT_SECONDS
    if not isinstance(wait, Duration):
        raise TypeError(
            "wait_for_snapshot must be a Duration, such as Duration.minutes(10), "
            f"got {show(wait)}"
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
