"""One account's access to one snapshot."""

from aws_cdk import Duration, RemovalPolicy, aws_kms as kms
from constructs import Construct

from cdk_redshift_snapshot_share._private.accounts import check_account
from cdk_redshift_snapshot_share._private.declaration import Declaration
from cdk_redshift_snapshot_share._private.newer_classes import ISnapshotRef
from cdk_redshift_snapshot_share._private.removal import undo_on_failure
from cdk_redshift_snapshot_share._private.share_props import ShareProps
from cdk_redshift_snapshot_share.existing_share import ExistingShare
from cdk_redshift_snapshot_share.provider import SnapshotShareProvider
from cdk_redshift_snapshot_share.snapshot_attributes import SnapshotAttributes


class SnapshotShare(Construct):
    """One account's access to one snapshot.

    Deploying it lets the account restore a manual snapshot of a provisioned Amazon Redshift
    cluster (`AuthorizeSnapshotAccess`). Removing it, or changing the snapshot or the
    account, revokes that access (`RevokeSnapshotAccess`). If other shares declare the same
    access, in this stack or another one, it lasts until the last of them is removed.

    Name the snapshot in exactly one of three ways. Redshift shares snapshots within a
    Region, so it must be in the stack's own account and Region. The account and anything
    that names the snapshot may be, or contain, tokens. Their values are validated only at
    deployment. Identifiers among them must be in lower case. IAM policies contain the same
    tokens, and IAM is case sensitive. Values from `ssm.StringParameter.value_from_lookup`
    are validated once the CDK CLI has resolved them.

    Args:
        scope: Where to define it.
        construct_id: Its id there.
        account_with_restore_access: Account that may restore the snapshot: 12 digits, or
            `amazon-redshift-support` for AWS Support. If it is a token, `encryption_key`
            requires 12 digits.
        snapshot_identifier: Identifier of the snapshot, in any case; 1 to 255 letters,
            digits and single hyphens.
        snapshot_arn: ARN of the snapshot, like `arn:aws:redshift:<region>:<account>:`
            `snapshot:<cluster>/<snapshot>`.
        snapshot: The snapshot as a resource, such as an `aws_redshift.CfnSnapshot`.
            CloudFormation creates it before the share and deletes it after. Requires
            aws-cdk-lib 2.272.0.
        snapshot_cluster_identifier: Cluster that the snapshot was taken from. A snapshot of
            another cluster is not shared. Default: the cluster in `snapshot_arn` or of
            `snapshot`; otherwise any cluster.
        existing_share: What to do if the account already has access that no share claims.
            Default: the deployment fails.
        encryption_key: Customer managed key that encrypts the snapshot. Its policy lets the
            other account decrypt (`kms:Decrypt`) while the share is declared, even with
            `RETAIN`. If the key is imported, synthesis warns with the statement to add. The
            function may describe the key, which AWS requires from anyone who shares an
            encrypted snapshot. Once its role names 20 keys, the function may describe any
            key of the account in the Region. Default: key policies stay as they are, and
            the function may describe any key of the account in the Region.
        wait_for_snapshot: How long to wait for a snapshot that is still being created, in
            whole seconds, up to 12 minutes. Default: 10 minutes.
        removal_policy: `RETAIN` keeps the access when the share is removed or changed. If
            its first deployment fails, the access is revoked. Default: `DESTROY`, which
            revokes the access.
        provider: Provider of the function that does the work. It must be in the same stack.
            Default: the stack's default provider, see
            `SnapshotShareProvider.get_or_create`.

    Raises:
        TypeError: If an argument is of another type.
        ValueError: If an argument is not as described; if the snapshot is automated,
            serverless, or of another account, Region, partition or cluster; if the account
            owns the snapshot; if the stack already declares the same share, already shares
            the snapshot with 20 accounts, or the key with 100; if AWS manages the key, or
            the key is of another environment; if an attribute of another share with the
            same provider names the snapshot; if the provider is of another stack, does not
            allow the account, or its role has no room for another snapshot. Nothing is
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
        account = check_account(account_with_restore_access)
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
        declaration.check([account])

        super().__init__(scope, construct_id)
        with undo_on_failure(scope, construct_id):
            self._add(declaration, account)

    def _add(self, declaration: Declaration, account: str) -> None:
        self._account = account
        self._attributes = SnapshotAttributes(declaration.add(self, account))

    @property
    def account_with_restore_access(self) -> str:
        """Account that may restore the snapshot."""
        return self._account

    @property
    def snapshot_attributes(self) -> SnapshotAttributes:
        """The attributes of the snapshot, as Redshift describes it."""
        return self._attributes
