"""One account's access to one snapshot."""

from aws_cdk import CfnResource, Duration, RemovalPolicy, aws_kms as kms
from aws_cdk.interfaces.aws_redshift import ISnapshotRef
from constructs import Construct

from cdk_redshift_snapshot_share.account import account_or_token
from cdk_redshift_snapshot_share.encryption import allow_decryption
from cdk_redshift_snapshot_share.existing_share import ExistingShare
from cdk_redshift_snapshot_share.provider import SnapshotShareProvider
from cdk_redshift_snapshot_share.snapshot_attributes import SnapshotAttributes
from cdk_redshift_snapshot_share.snapshot_source import snapshot_source
from cdk_redshift_snapshot_share.stack_shares import StackShares
from redshift_snapshot_share_handler import contract
from redshift_snapshot_share_handler.contract import Property

_DEFAULT_CHILD = "Resource"


class SnapshotShare(Construct):
    """One account's access to one snapshot.

    Deploying it lets the account restore the manual Amazon Redshift snapshot of a
    provisioned cluster (`AuthorizeSnapshotAccess`); removing it, or changing the snapshot
    or the account, takes that access away (`RevokeSnapshotAccess`). Access that other
    shares declare as well, in this stack or another one, lasts as long as one of them.

    Give the snapshot in exactly one of three ways. Redshift shares snapshots within a
    Region, so it must be in the stack's own account and Region. Tokens may stand for the
    account and for all that names the snapshot: what deployment puts there must be in
    lower case, and is checked only then.

    Args:
        scope: Where to define it.
        construct_id: Its id there.
        account_with_restore_access: Account that may restore the snapshot: 12 digits, or
            `amazon-redshift-support` for AWS Support.
        snapshot_identifier: Identifier of the snapshot, in any case; 1 to 255 letters,
            digits and single hyphens.
        snapshot_arn: ARN of the snapshot, like `arn:aws:redshift:<region>:<account>:`
            `snapshot:<cluster>/<snapshot>`.
        snapshot: The snapshot as a resource, such as an `aws_redshift.CfnSnapshot`. It is
            created before it is shared and deleted after that is over.
        snapshot_cluster_identifier: Cluster that the snapshot was taken from; a snapshot
            of another cluster is not shared. Default: the cluster in `snapshot_arn` or
            of `snapshot`, else any cluster.
        existing_share: What to do when the account has access already and no share
            claims it. Default: the deployment fails.
        encryption_key: Customer managed key that encrypts the snapshot. The other account
            is allowed to decrypt with it (`kms:Decrypt`), for as long as the share is
            declared; for a key that is not of this app, synthesis warns with the
            statement to add. Default: key policies stay as they are, and the function may
            describe any key of the account in the Region, as AWS asks of whoever shares an
            encrypted snapshot.
        wait_for_snapshot: How long to wait for a snapshot that is still being created;
            whole seconds, up to 12 minutes. Default: 10 minutes.
        removal_policy: `RETAIN` leaves the account its access when the share is removed
            or changed, unless its first deployment failed. Default: `DESTROY`, the access
            goes.
        provider: Function that does the work, of the same stack. Default: the one that
            the stack's shares have in common, `SnapshotShareProvider.get_or_create`.

    Raises:
        TypeError: If the account is not a string.
        ValueError: If an argument is not as described; if the snapshot is automated,
            serverless, or of another account, Region or cluster; if the account owns the
            snapshot; if the stack declares the same share already, or shares the snapshot
            with 20 accounts; if the provider is of another stack, does not allow the
            account, or shares as many snapshots as IAM lets one role.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        account_with_restore_access: str,
        snapshot_identifier: str | None = None,
        snapshot_arn: str | None = None,
        snapshot: ISnapshotRef | None = None,
        snapshot_cluster_identifier: str | None = None,
        existing_share: ExistingShare = ExistingShare.FAIL,
        encryption_key: kms.IKey | None = None,
        wait_for_snapshot: Duration | None = None,
        removal_policy: RemovalPolicy = RemovalPolicy.DESTROY,
        provider: SnapshotShareProvider | None = None,
    ) -> None:
        account = account_or_token(account_with_restore_access)
        source = snapshot_source(
            snapshot_identifier=snapshot_identifier,
            snapshot_arn=snapshot_arn,
            snapshot=snapshot,
            snapshot_cluster_identifier=snapshot_cluster_identifier,
        )
        options = _options(existing_share, wait_for_snapshot)
        retains = _retains(removal_policy)
        shares = StackShares.of(scope)
        shares.declare(source, account)
        provider = provider or SnapshotShareProvider.get_or_create(scope)
        provider.check_share(shares, source, account)
        provider.add_share(source, encryption_key)

        super().__init__(scope, construct_id)
        resource = CfnResource(
            self,
            provider.resource_id,
            type=contract.RESOURCE_TYPE,
            properties={
                "ServiceToken": provider.service_token,
                "ServiceTimeout": str(contract.SERVICE_TIMEOUT_SECONDS),
                **source.properties,
                Property.ACCOUNT_WITH_RESTORE_ACCESS: account,
                **options,
            },
        )
        if provider.resource_id != _DEFAULT_CHILD:
            self.node.default_child = resource
        if retains:
            # As `RetainExceptOnCreate`: a failed first deployment leaves nothing.
            resource.apply_removal_policy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        if encryption_key is not None:
            allow_decryption(self, encryption_key, account)
        self._account = account
        self._attributes = SnapshotAttributes(resource)

    @property
    def account_with_restore_access(self) -> str:
        """Account that may restore the snapshot."""
        return self._account

    @property
    def snapshot_attributes(self) -> SnapshotAttributes:
        """What Redshift says about the snapshot."""
        return self._attributes


def _options(
    existing_share: ExistingShare, wait_for_snapshot: Duration | None
) -> dict[str, str]:
    """Say what differs from the handler's defaults."""
    options: dict[str, str] = {}
    if ExistingShare(existing_share) is not ExistingShare.FAIL:
        options[Property.EXISTING_SHARE] = existing_share
    if wait_for_snapshot is not None:
        seconds = _seconds(wait_for_snapshot)
        if seconds != contract.DEFAULT_WAIT_SECONDS:
            options[Property.WAIT_FOR_SNAPSHOT] = str(seconds)
    return options


def _seconds(wait: Duration) -> int:
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


def _retains(removal_policy: RemovalPolicy) -> bool:
    if removal_policy is RemovalPolicy.SNAPSHOT:
        raise ValueError("removal_policy must be DESTROY or RETAIN, got SNAPSHOT")
    return removal_policy is not RemovalPolicy.DESTROY
