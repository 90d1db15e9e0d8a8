"""What shares need of the function that their provider defines."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import CfnResource
from aws_cdk.aws_kms import IKey

from cdk_redshift_snapshot_share._private.allowed_accounts import AllowedAccounts
from cdk_redshift_snapshot_share._private.iam.policy_arn import compose_policy_arn
from cdk_redshift_snapshot_share._private.iam.role_policies import RolePolicies
from cdk_redshift_snapshot_share._private.named_snapshot import NamedSnapshot
from cdk_redshift_snapshot_share._private.stack_environment import StackEnvironment

# A child of this id is its parent's default child, as in all of CDK. To say so would
# take two calls of jsii's other process per share.
DEFAULT_CHILD_ID = "Resource"


@dataclass(frozen=True, slots=True)
class ShareFunction:
    """What shares need of the function that their provider defines."""

    service_token: str
    """ARN to which CloudFormation sends the requests of shares."""

    resource_id: str
    """Construct id of a share's custom resource. It depends on the function, because a
    custom resource must not change its function."""

    allowed_accounts: AllowedAccounts
    """The accounts that it may share with."""

    policies: RolePolicies
    """The policies of its role."""

    environment: StackEnvironment
    """The account and Region that it runs in."""

    chosen_props: tuple[str, ...]
    """The props of its provider that differ from those of a default provider."""

    is_chosen: bool
    """Whether its provider is the default of the stack."""

    def check(
        self, snapshot: NamedSnapshot, accounts: Sequence[str], *, uses_key: bool
    ) -> None:
        """Check that the function can share a snapshot.

        Args:
            snapshot: The snapshot.
            accounts: The accounts to share it with.
            uses_key: Whether the policy of a key will name the accounts.

        Raises:
            ValueError: If an account is not allowed, if IAM does not let one role share so
                many snapshots, or if the function would have to wait for itself.
        """
        self.allowed_accounts.check(accounts)
        self.policies.check(compose_policy_arn(snapshot, self.environment))
        self.policies.check_names(snapshot.names, "the snapshot")
        if uses_key:
            self.policies.check_names(
                accounts, "an account that may use encryption_key"
            )

    def add(self, snapshot: NamedSnapshot, encryption_key: IKey | None) -> None:
        """Let the function share a snapshot."""
        self.policies.add(
            compose_policy_arn(snapshot, self.environment), encryption_key
        )

    def add_resource(self, resource: CfnResource) -> None:
        """Add the custom resource of a share."""
        self.policies.add_resource(resource)
