"""One account's access to one snapshot."""

from aws_cdk import Duration, RemovalPolicy, aws_kms as kms
from aws_cdk.interfaces.aws_redshift import ISnapshotRef
from constructs import Construct

from cdk_redshift_snapshot_share.account import account_or_token
from cdk_redshift_snapshot_share.declaration import Declaration
from cdk_redshift_snapshot_share.existing_share import ExistingShare
from cdk_redshift_snapshot_share.provider import SnapshotShareProvider
from cdk_redshift_snapshot_share.snapshot_attributes import SnapshotAttributes


class SnapshotShare(Construct):
    """One account's access to one snapshot.

    Deploying it lets the account restore the manual Amazon Redshift snapshot of a
    provisioned cluster (`AuthorizeSnapshotAccess`); removing it, or changing the snapshot
    or the account, takes that access away (`RevokeSnapshotAccess`). Access that other
    shares declare as well, in this stack or another one, lasts as long as one of them.

    Give the snapshot in exactly one of three ways. Redshift shares snapshots within a
    Region, so it must be in the stack's own account and Region. Tokens may stand for the
    account and for all that names the snapshot, in whole or in part: what deployment
    puts there must be in lower case, and is checked only then. What
    `ssm.StringParameter.value_from_lookup` gives is checked once the CDK CLI has looked.

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
            declared, whatever the removal policy; for a key that is not of this app,
            synthesis warns with the statement to add. The function may describe the key,
            as AWS asks of whoever shares an encrypted snapshot, or any key of the account
            in the Region once its role has more than 20. Default: key policies stay as
            they are, and the function may describe any key of the account in the Region.
        wait_for_snapshot: How long to wait for a snapshot that is still being created;
            whole seconds, up to 12 minutes. Default: 10 minutes.
        removal_policy: `RETAIN` leaves the account its access when the share is removed
            or changed, unless its first deployment failed. Default: `DESTROY`, the access
            goes.
        provider: Function that does the work, of the same stack. Default: the one that
            the stack's shares have in common, `SnapshotShareProvider.get_or_create`.

    Raises:
        TypeError: If an argument is of another type.
        ValueError: If an argument is not as described; if the snapshot is automated,
            serverless, or of another account, Region, partition or cluster; if the account
            owns the snapshot; if the stack declares the same share already, shares the
            snapshot with 20 accounts, or the key with 100; if AWS manages the key, or it
            is of another environment; if the provider is of another stack, does not allow
            the account, or its role shares as many snapshots as IAM lets it. Nothing is
            defined then.
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
        existing_share: ExistingShare | None = ExistingShare.FAIL,
        encryption_key: kms.IKey | None = None,
        wait_for_snapshot: Duration | None = None,
        removal_policy: RemovalPolicy | None = RemovalPolicy.DESTROY,
        provider: SnapshotShareProvider | None = None,
    ) -> None:
        account = account_or_token(account_with_restore_access)
        declaration = Declaration(
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
        )
        declaration.check([account])

        super().__init__(scope, construct_id)
        resource = declaration.define(self, account)
        self.node.default_child = resource
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
