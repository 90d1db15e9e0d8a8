"""Shares of a cluster's newest snapshots, as they are declared."""

from collections.abc import Iterable

from aws_cdk import Annotations, CfnResource
from constructs import Construct

from cdk_redshift_snapshot_share._private.accounts import check_accounts
from cdk_redshift_snapshot_share._private.allowed_accounts import AllowedAccounts
from cdk_redshift_snapshot_share._private.cluster_props import (
    ClusterProps,
    check_newest,
    check_retention,
    check_schedule,
)
from cdk_redshift_snapshot_share._private.existing_access import check_existing_share
from cdk_redshift_snapshot_share._private.iam.policy_arn import (
    PolicyArn,
    compose_cluster_arn,
)
from cdk_redshift_snapshot_share._private.iam.role_policies import RolePolicies
from cdk_redshift_snapshot_share._private.late_warnings import warn_late
from cdk_redshift_snapshot_share._private.named_cluster import check_cluster
from cdk_redshift_snapshot_share._private.props import check_prefix
from cdk_redshift_snapshot_share._private.removal_policy import (
    check_removal_policy,
    produce_removal_policy,
    write_removal_policy,
)
from cdk_redshift_snapshot_share._private.share_function import DEFAULT_CHILD_ID
from cdk_redshift_snapshot_share._private.stack_clusters import MatchingSnapshots
from cdk_redshift_snapshot_share._private.stack_shares import StackShares
from cdk_redshift_snapshot_share._private.tokens import (
    describe,
    is_known,
    is_token,
    replace_tokens,
)
from redshift_snapshot_share_handler import contract
from redshift_snapshot_share_handler.contract import ClusterProperty

KEY_QUOTA_WARNING_ID = "cdk-redshift-snapshot-share:accountsPerKey"

_KEY_QUOTA_REMEDY = "share fewer snapshots, or with fewer accounts"
_ACCOUNTS_PROP = "accounts_with_restore_access"
# Lambda takes 4,096 bytes of environment variables; the declaration takes up to 1,100.
_MAX_ALLOWED_LENGTH = 2_600
_MAX_IDENTIFIER_LENGTH = 255
_COPY_TIME_LENGTH = len("-YYYY-MM-DD-hh-mm-ss")


class ClusterDeclaration:
    """Shares of a cluster's newest snapshots, as they are declared.

    Everything is checked before anything is defined, as with `Declaration`.
    """

    def __init__(self, scope: Construct, props: ClusterProps) -> None:
        self._accounts = _check_accounts(props.accounts_with_restore_access)
        self._cluster = check_cluster(props.cluster_identifier, props.cluster)
        self._newest = check_newest(props.newest)
        prefix = props.snapshot_identifier_prefix
        self._prefix = None if prefix is None else check_prefix(prefix)
        self._retention_days = check_retention(props.copy_automated_for)
        if self._retention_days:
            _check_room_for_copies(self._prefix or "", self._cluster.identifier)
        self.schedule = check_schedule(props.schedule)
        self._existing_share = check_existing_share(props.existing_share)
        self._removal_policy = check_removal_policy(props.removal_policy)
        self.shares = StackShares.of(scope)
        self.allowed_accounts = AllowedAccounts(
            self.shares.providers.list_allowed_accounts()
            if props.allowed_accounts is None
            else props.allowed_accounts,
            _MAX_ALLOWED_LENGTH,
        )
        self._snapshots = MatchingSnapshots(self._cluster.identifier, self._prefix)
        key = props.encryption_key
        self._key = None if key is None else self.shares.find_key(key)
        self._check()

    def check_policies(self, policies: RolePolicies) -> None:
        """Check that a role, which has policies already, can have more of them.

        Raises:
            ValueError: If it has no room, or if it would have to wait for itself.
        """
        policies.check(self._arn)
        names = [self._cluster.identifier, self._prefix or ""]
        policies.check_names(names, "the cluster")
        if self._key:
            policies.check_names(
                self._accounts, "an account that may use encryption_key"
            )

    def add_to_policies(self, policies: RolePolicies) -> None:
        """Let a role share the snapshots, and copy them if that is declared."""
        policies.add(self._arn, self._key.key if self._key else None)
        if self._retention_days:
            cluster = self._cluster.identifier
            environment = self.shares.environment
            policies.add_copying(
                compose_cluster_arn(cluster, start, environment)
                for start in ("rs:", f"{self._prefix or ''}{cluster}-")
            )

    def add_resource(self, share: Construct, service_token: str) -> CfnResource:
        """Define the custom resource.

        Args:
            share: What it is in.
            service_token: ARN that CloudFormation sends its requests to.
        """
        resource = CfnResource(
            share,
            DEFAULT_CHILD_ID,
            type=contract.CLUSTER_RESOURCE_TYPE,
            properties={
                "ServiceToken": service_token,
                "ServiceTimeout": str(contract.SERVICE_TIMEOUT_SECONDS),
                **self._write_properties(),
            },
        )
        resource.apply_removal_policy(
            self._removal_policy, apply_to_update_replace_policy=False
        )
        # Each changed option replaces the resource. If CloudFormation kept the old one,
        # no snapshot that it shares would ever stop being shared. An override, as Aspects
        # may change the option.
        resource.add_override("UpdateReplacePolicy", "Delete")
        write_removal_policy(resource)
        if self._cluster.resource:
            resource.node.add_dependency(self._cluster.resource)
        self.shares.clusters.add(self._snapshots, self._accounts)
        self._add_to_key(share, resource)
        return resource

    def write_variable(self, resource: CfnResource) -> str:
        """Write the declaration for the function's environment."""
        stack = self.shares.environment.stack
        return stack.to_json_string(
            {
                **self._write_properties(),
                ClusterProperty.REMOVAL_POLICY: produce_removal_policy(resource),
                "LogicalResourceId": resource.logical_id,
            }
        )

    @property
    def _arn(self) -> PolicyArn:
        return compose_cluster_arn(
            self._cluster.identifier, self._prefix or "", self.shares.environment
        )

    def _write_properties(self) -> dict[str, str]:
        properties = {
            ClusterProperty.CLUSTER_IDENTIFIER: self._cluster.identifier,
            ClusterProperty.ACCOUNTS_WITH_RESTORE_ACCESS: ",".join(self._accounts),
            ClusterProperty.NEWEST: str(self._newest),
            ClusterProperty.EXISTING_SHARE: self._existing_share,
        }
        if self._prefix is not None:
            properties[ClusterProperty.SNAPSHOT_IDENTIFIER_PREFIX] = self._prefix
        if self._retention_days:
            days = str(self._retention_days)
            properties[ClusterProperty.MANUAL_SNAPSHOT_RETENTION_PERIOD] = days
        return {str(name): value for name, value in properties.items()}

    def _check(self) -> None:
        """Check what the stack and its other declarations say."""
        self.shares.check_environment(
            "the cluster", account=self._cluster.account, region=self._cluster.region
        )
        for account in self._accounts:
            if account == self._cluster.account or self.shares.is_own(account):
                raise ValueError(
                    f"{_ACCOUNTS_PROP} must be other accounts, got {describe(account)}, "
                    "which owns the snapshots and can restore them anyway"
                )
        self.allowed_accounts.check(self._accounts, f"each of {_ACCOUNTS_PROP}")
        self.shares.clusters.check(self._snapshots, self._accounts)
        if self._key:
            self._key.check(self._accounts)
            if self._uses_of_a_key > contract.MAX_ACCOUNTS_PER_KEY:
                raise ValueError(f"{self._describe_key_quota()}; {_KEY_QUOTA_REMEDY}")

    def _add_to_key(self, share: Construct, resource: CfnResource) -> None:
        if not self._key:
            if self._uses_of_a_key > contract.MAX_ACCOUNTS_PER_KEY:
                Annotations.of(share).add_warning_v2(
                    KEY_QUOTA_WARNING_ID,
                    f"{self._describe_key_quota()}, so this fails if one key encrypts "
                    f"them all; {_KEY_QUOTA_REMEDY}",
                )
            return
        added = [
            self._key.add(share, account, self._newest) for account in self._accounts
        ]
        warn_late(share, resource, None, changes_key=any(added))

    @property
    def _uses_of_a_key(self) -> int:
        return self._newest * len(self._accounts)

    def _describe_key_quota(self) -> str:
        return (
            f"Redshift allows {contract.MAX_ACCOUNTS_PER_KEY} accounts per KMS key, added "
            f"up over all snapshots that it encrypts, and the newest {self._newest} for "
            f"{len(self._accounts)} accounts need {self._uses_of_a_key}"
        )


def _check_accounts(values: Iterable[str]) -> list[str]:
    accounts = check_accounts(
        values, _ACCOUNTS_PROP, "; give each account as a token of its own"
    )
    if not accounts:
        # A list that became empty by mistake would revoke everybody's access.
        raise ValueError(
            f"{_ACCOUNTS_PROP} must name at least one account, got none; remove the "
            "construct to share with nobody"
        )
    # Sorted, so that the order of the list does not matter. Tokens have no order.
    return sorted(accounts, key=lambda it: (is_token(it), "" if is_token(it) else it))


def _check_room_for_copies(prefix: str, cluster: str) -> None:
    """Check that the copies of automated snapshots can have identifiers."""
    if ":" in replace_tokens(prefix, ""):
        raise ValueError(
            "snapshot_identifier_prefix must not contain a colon if copy_automated_for is "
            f"given, because the identifiers of the copies begin with it, got "
            f"{describe(prefix)!r}"
        )
    cluster_length = len(cluster) if is_known(cluster) else 1
    room = _MAX_IDENTIFIER_LENGTH - cluster_length - _COPY_TIME_LENGTH
    if is_known(prefix) and len(prefix) > room:
        raise ValueError(
            f"snapshot_identifier_prefix must be at most {room} characters if "
            "copy_automated_for is given, because the identifiers of the copies begin "
            f"with it and end with the cluster and a time, got {len(prefix)}"
        )
