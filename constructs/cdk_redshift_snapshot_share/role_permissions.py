"""What a role may do for the functions that share snapshots with it."""

from typing import Any, Self

from aws_cdk import Aws, Fn, Stack, aws_iam as iam, aws_kms as kms, aws_logs as logs
from constructs import Construct

from cdk_redshift_snapshot_share import permissions
from cdk_redshift_snapshot_share.acknowledgements import acknowledge, wildcard
from cdk_redshift_snapshot_share.snapshot_policies import SnapshotPolicies
from cdk_redshift_snapshot_share.snapshot_resource import SnapshotResource
from cdk_redshift_snapshot_share.stack_shares import StackShares

# An inline policy has 10,240 characters, and a key in it takes at most some 200.
_MAX_NAMED_KEYS = 20


class RolePermissions(Construct):
    """The policies that a role gets from this library, apart from what others add to it.

    One for all functions that have the role, as IAM's limits are those of the role.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        role: iam.IRole,
        policy_name: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = role
        self._snapshots = SnapshotPolicies(self, role)
        self._stack = Stack.of(self)
        self._policy = iam.Policy(self, "Policy", policy_name=policy_name)
        self._describes_any_key = False
        self._named_keys: set[str] = set()

        role.attach_inline_policy(self._policy)
        acknowledge(self._policy, _reasons(self._stack))
        for statement in permissions.sharing(self._stack):
            self._permit(statement)

    @classmethod
    def of_own_role(cls, scope: Construct) -> Self:
        """Define a role, with them in it."""
        role = iam.Role(
            scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )
        return cls(role, "Permissions", role)

    @classmethod
    def of_given_role(cls, role: iam.IRole, shares: StackShares) -> Self:
        """Find those of a role, or define them.

        Raises:
            ValueError: If the role is of another stack or cannot be added to.
        """
        _check_stack(role, shares.stack)
        # Not in the role: one that is imported takes no children.
        construct_id = shares.path_of(role).replace("/", "--")
        found = shares.node.try_find_child(construct_id)
        if isinstance(found, cls):
            return found
        # An imported role may get policies from other stacks, in other Regions as well:
        # none may have the name of another's.
        stack_id = Fn.select(2, Fn.split("/", Aws.STACK_ID))
        name = f"RedshiftSnapshotSharing-{role.node.addr[-8:]}-{stack_id}"
        defined = cls(shares, construct_id, role, name)
        if not defined._is_attached():
            shares.node.try_remove_child(construct_id)
            raise ValueError(
                "role must be one that permissions can be added to, got one that is "
                "immutable or of another account; leave it out, or import it with "
                "mutable=True"
            )
        return defined

    def permit_function(self, log_group: logs.ILogGroup, *, in_vpc: bool) -> None:
        """Let a function log, and run in a VPC."""
        log_group_arn = log_group.log_group_arn
        self._permit(permissions.logging(log_group_arn))
        finding = wildcard(self._stack.resolve(log_group_arn))
        if "*" in finding:
            acknowledge(
                self._policy,
                {finding: "so the ARN of an imported log group names its log streams"},
            )
        if in_vpc:
            for statement in permissions.networking(self._stack):
                self._permit(statement)

    def check_sharing(self, snapshot: SnapshotResource) -> None:
        """Check that the role has room for a snapshot.

        Raises:
            ValueError: If IAM does not let one role share that many.
        """
        self._snapshots.check(snapshot)

    def permit_sharing(
        self, snapshot: SnapshotResource, encryption_key: kms.IKey | None
    ) -> None:
        """Let the role share a snapshot that it has room for."""
        self._snapshots.allow(snapshot)
        if encryption_key is None or not self._names(encryption_key):
            self._permit_describing_any_key()

    def _names(self, key: kms.IKey) -> bool:
        """Let the role describe a key by its name, if it tells it and there is room."""
        if key.key_arn in self._named_keys:
            return True
        if len(self._named_keys) == _MAX_NAMED_KEYS:
            return False
        # An imported alias does not tell its key.
        if not key.grant(self._policy, permissions.DESCRIBE_KEY).success:
            return False
        self._named_keys.add(key.key_arn)
        return True

    def _permit_describing_any_key(self) -> None:
        if not self._describes_any_key:
            self._describes_any_key = True
            self._permit(permissions.describing_any_key(self._stack))

    def _permit(self, statement: dict[str, Any]) -> None:
        self._policy.add_statements(iam.PolicyStatement.from_json(statement))

    def _is_attached(self) -> bool:
        # A role that must not be changed takes the policy without a word.
        policy = self._policy.node.default_child
        return isinstance(policy, iam.CfnPolicy) and bool(
            self._stack.resolve(policy.roles)
        )


def _check_stack(role: iam.IRole, stack: Stack) -> None:
    role_stack = Stack.of(role)
    if role_stack.node.addr != stack.node.addr:
        raise ValueError(
            "role must be defined in, or imported into, the stack of the provider, "
            f"{stack.node.path}, got one of stack {role_stack.node.path}"
        )


def _reasons(stack: Stack) -> dict[str, str]:
    return {
        wildcard(stack.resolve(permissions.any_snapshot(stack))): (
            "policies are updated before a removed share is revoked, so revoking "
            "cannot be limited to the snapshots that are still declared"
        ),
        wildcard(stack.resolve(permissions.any_key(stack))): (
            "a snapshot may be encrypted with any key, and whoever shares it must be "
            "able to describe the key; encryption_key names it"
        ),
        wildcard(stack.resolve(permissions.any_network_resource(stack))): (
            "Lambda makes the network interfaces that connect the function to its VPC"
        ),
        wildcard("*"): (
            "describing snapshots, network interfaces or subnets cannot be limited "
            "to a resource"
        ),
    }
