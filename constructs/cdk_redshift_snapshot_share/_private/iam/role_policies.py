"""Defines what a role may do for the functions that use it."""

from collections.abc import Iterable
from typing import Any, Self

from aws_cdk import (
    Aws,
    CfnResource,
    Fn,
    Stack,
    aws_iam as iam,
    aws_kms as kms,
    aws_logs as logs,
)
from constructs import Construct, IConstruct

from cdk_redshift_snapshot_share._private.iam import statements
from cdk_redshift_snapshot_share._private.iam.nag import (
    acknowledge,
    acknowledge_wildcards,
    name_wildcard,
)
from cdk_redshift_snapshot_share._private.iam.policy_arn import PolicyArn
from cdk_redshift_snapshot_share._private.iam.policy_grantee import PolicyGrantee
from cdk_redshift_snapshot_share._private.iam.snapshot_policies import SnapshotPolicies
from cdk_redshift_snapshot_share._private.iam.statement_per_snapshot import (
    StatementPerSnapshot,
)
from cdk_redshift_snapshot_share._private.tokens import find_targets, is_token

# An inline policy can have 10,240 characters, and a key takes at most some 200 of them.
_MAX_NAMED_KEYS = 20


class RolePolicies(Construct):
    """The policies that this library gives to a role, apart from those that others add.

    One construct serves all functions with the role, because IAM's limits apply to the
    role. A role may not accept policies, because it is immutable or created in advance. It
    gets the statements instead, and ignores them, or CDK reports them.
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
        self._stack = Stack.of(self)
        self._describes_any_key = False
        self._named_keys: set[str] = set()
        self._waiting: list[IConstruct] = []
        self._snapshots: SnapshotPolicies | StatementPerSnapshot
        self._policy = self._attach_policy(policy_name)
        if self._policy:
            self._snapshots = SnapshotPolicies(self, role)
            acknowledge(self._policy, _list_reasons(self._stack))
        else:
            self._snapshots = StatementPerSnapshot(self._stack, self._add_statement)
        for statement in statements.list_sharing_statements(self._stack):
            self._add_statement(statement)

    @classmethod
    def define_with_role(cls, scope: Construct) -> Self:
        """Define a role that contains its policies."""
        role = iam.Role(
            scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
        )
        return cls(role, "Permissions", role)

    @classmethod
    def find(cls, scope: Construct, construct_id: str) -> Self | None:
        """Find those of a role that a user gave, if it has them already."""
        found = scope.node.try_find_child(construct_id) if construct_id else None
        return found if isinstance(found, cls) else None

    @classmethod
    def find_or_define(
        cls, scope: Construct, construct_id: str, role: iam.IRole
    ) -> Self:
        """Find the policies of a role, or define them.

        Args:
            scope: Where the policies are defined; the same for all roles of the stack.
            construct_id: The id of the policies there, as `check_role` returns it.
            role: The role.
        """
        found = cls.find(scope, construct_id)
        if found:
            return found
        # An imported role may also get policies from other stacks, even in other Regions.
        # No two of them may have the same name.
        stack_id = Fn.select(2, Fn.split("/", Aws.STACK_ID))
        name = f"RedshiftSnapshotSharing-{role.node.addr[-8:]}-{stack_id}"
        return cls(scope, construct_id, role, name)

    def add_function(self, log_group: logs.ILogGroup, *, in_vpc: bool) -> None:
        """Let a function log, and run in a VPC."""
        log_group_arn = log_group.log_group_arn
        self._add_statement(statements.write_logging_statement(log_group_arn))
        finding = name_wildcard(self._stack.resolve(log_group_arn))
        if self._policy and "*" in finding:
            acknowledge(
                self._policy,
                {
                    finding: "the ARN of an imported log group names its log streams with "
                    "a wildcard"
                },
            )
        if in_vpc:
            for statement in statements.list_networking_statements(self._stack):
                self._add_statement(statement)

    def check(self, arn: PolicyArn) -> None:
        """Check that the role has room for a snapshot.

        Raises:
            ValueError: If IAM does not let one role share so many snapshots.
        """
        self._snapshots.check(arn)

    def add(self, arn: PolicyArn, encryption_key: kms.IKey | None) -> None:
        """Let the role share a snapshot that it has room for."""
        self._snapshots.add(arn)
        if encryption_key is None or not self._add_key(encryption_key):
            self._add_any_key()

    def add_copying(self, arns: Iterable[PolicyArn]) -> None:
        """Let the role copy snapshots: those that it reads and those that it makes."""
        reasons = [[arn.write(self._stack), arn.reason] for arn in arns]
        self._add_statement(statements.write_copy_statement([it[0] for it in reasons]))
        if self._policy:
            acknowledge_wildcards(self._policy, lambda: reasons)

    def add_decryption(self, key: kms.IKey) -> None:
        """Let a function read the environment variables that a key encrypts."""
        key.grant_decrypt(self._choose_grantee(key))

    def add_resource(self, resource: CfnResource) -> None:
        """Add the custom resource of a share whose function has the role."""
        if self._policy:
            self._waiting.append(resource)

    def check_names(self, names: Iterable[str], what: str) -> None:
        """Check that no name in the policies is an attribute of a resource that needs them.

        Args:
            names: The names.
            what: What messages call them.

        Raises:
            ValueError: If a name is such an attribute.
        """
        for name in filter(is_token, names):
            for target in find_targets(name, self._stack):
                if target in self._waiting:
                    share = target.node.path.rpartition("/")[0]
                    raise ValueError(
                        f"{what} must not be named by an attribute of {share}, which has "
                        "the same provider or role, because that would be a circular "
                        "dependency; name it directly, or give one of the two shares "
                        "its own provider or role"
                    )

    def _add_key(self, key: kms.IKey) -> bool:
        """Let the role describe one key, if its ARN is known and there is room for it."""
        if key.key_arn in self._named_keys:
            return True
        if len(self._named_keys) == _MAX_NAMED_KEYS:
            return False
        # An imported alias does not show its key.
        if not key.grant(self._choose_grantee(key), statements.DESCRIBE_KEY).success:
            return False
        self._named_keys.add(key.key_arn)
        return True

    def _add_any_key(self) -> None:
        if not self._describes_any_key:
            self._describes_any_key = True
            self._add_statement(statements.write_key_statement(self._stack))

    def _choose_grantee(self, key: kms.IKey) -> iam.IGrantable:
        if not self._policy:
            return self.role
        if Stack.of(key).node.addr == self._stack.node.addr:
            return PolicyGrantee(self._policy, self.role)
        # The statement names the account. If it named the role, each stack would wait for
        # the other.
        return PolicyGrantee(self._policy, iam.AccountPrincipal(self._stack.account))

    def _add_statement(self, statement: dict[str, Any]) -> None:
        written = iam.PolicyStatement.from_json(statement)
        if self._policy:
            self._policy.add_statements(written)
        else:
            self.role.add_to_principal_policy(written)

    def _attach_policy(self, name: str | None) -> iam.Policy | None:
        policy = iam.Policy(self, "Policy", policy_name=name)
        self.role.attach_inline_policy(policy)
        cfn_policy = policy.node.default_child
        # A role that does not accept policies does not say so.
        if isinstance(cfn_policy, iam.CfnPolicy) and self._stack.resolve(
            cfn_policy.roles
        ):
            return policy
        self.node.try_remove_child("Policy")
        return None


def _list_reasons(stack: Stack) -> dict[str, str]:
    return {
        name_wildcard(stack.resolve(statements.name_any_snapshot(stack))): (
            "policies are updated before a removed share is revoked, so revoking "
            "cannot be limited to the snapshots that are still declared"
        ),
        name_wildcard(stack.resolve(statements.name_any_key(stack))): (
            "a snapshot may be encrypted with any key, and sharing it requires "
            "permission to describe that key; encryption_key names it"
        ),
        name_wildcard(stack.resolve(statements.name_anything_in_ec2(stack))): (
            "Lambda creates the network interfaces that connect the function to its VPC"
        ),
        name_wildcard("*"): (
            "describing snapshots, network interfaces or subnets cannot be limited "
            "to a resource"
        ),
    }
