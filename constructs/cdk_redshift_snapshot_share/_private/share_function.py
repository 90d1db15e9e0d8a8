"""What shares need of the function that their provider defines."""

from collections.abc import Iterable
from dataclasses import dataclass

from aws_cdk.aws_kms import IKey

from cdk_redshift_snapshot_share._private.allowed_accounts import AllowedAccounts
from cdk_redshift_snapshot_share._private.iam.policy_arn import compose_policy_arn
from cdk_redshift_snapshot_share._private.iam.role_policies import RolePolicies
from cdk_redshift_snapshot_share._private.named_snapshot import NamedSnapshot
from cdk_redshift_snapshot_share._private.stack_environment import StackEnvironment


@dataclass(frozen=True, slots=True)
class ShareFunction:
    """What shares need of the function that their provider defines."""

    service_token: str
    """ARN that CloudFormation sends the requests of shares to."""

    resource_id: str
    """Construct id of a share's custom resource, which must not change its function."""

    allowed_accounts: AllowedAccounts
    """The accounts that it shares with."""

    policies: RolePolicies
    """What its role may do."""

    environment: StackEnvironment
    """Where it runs."""

    chosen_props: tuple[str, ...]
    """The props of its provider by which it differs from a default one."""

    is_chosen: bool
    """Whether its provider was said to be the default of the stack."""

    def check(self, snapshot: NamedSnapshot, accounts: Iterable[str]) -> None:
        """Check that the function can share a snapshot.

        Raises:
            ValueError: If an account is not allowed, or if IAM does not let one role share
                that many snapshots.
        """
        self.allowed_accounts.check(accounts)
        self.policies.check(compose_policy_arn(snapshot, self.environment))

    def add(self, snapshot: NamedSnapshot, encryption_key: IKey | None) -> None:
        """Let the function share a snapshot."""
        self.policies.add(
            compose_policy_arn(snapshot, self.environment), encryption_key
        )
