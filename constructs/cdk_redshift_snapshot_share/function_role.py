"""The role of the function, with no more than its shares need."""

from typing import Any

from aws_cdk import Stack, aws_iam as iam, aws_kms as kms, aws_logs as logs
from constructs import Construct

from cdk_redshift_snapshot_share import permissions
from cdk_redshift_snapshot_share.acknowledgements import acknowledge, wildcard
from cdk_redshift_snapshot_share.snapshot_policies import SnapshotPolicies
from cdk_redshift_snapshot_share.snapshot_resource import SnapshotResource


class FunctionRole:
    """A role that is given, or one of the function's own, and what is added to it."""

    def __init__(
        self,
        scope: Construct,
        *,
        role: iam.IRole | None,
        log_group: logs.ILogGroup,
        in_vpc: bool,
    ) -> None:
        self._stack = Stack.of(scope)
        if role is None:
            own_role = iam.Role(
                scope, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
            )
            _acknowledge(own_role, self._stack)
            self.role: iam.IRole = own_role
            # The function waits for its role, with all that is in it.
            self.snapshot_policies = SnapshotPolicies(own_role, own_role)
        else:
            _check_stack(role, self._stack)
            self.role = role
            self.snapshot_policies = SnapshotPolicies(scope, role)
        self._describes_any_key = False
        self._described_keys: set[kms.IKey] = set()
        for statement in self._statements(log_group, in_vpc=in_vpc):
            self._permit(statement)
        if role is not None:
            _check_policy(role)

    def permit_sharing(
        self, snapshot: SnapshotResource, encryption_key: kms.IKey | None
    ) -> None:
        """Let the function share a snapshot.

        Raises:
            ValueError: If IAM does not let one role share that many.
        """
        self.snapshot_policies.allow(snapshot)
        if encryption_key is None:
            self._permit_describing_any_key()
        elif encryption_key not in self._described_keys:
            self._described_keys.add(encryption_key)
            grant = encryption_key.grant(self.role, permissions.DESCRIBE_KEY)
            if not grant.success:  # an imported alias does not tell its key
                self._permit_describing_any_key()

    def _statements(
        self, log_group: logs.ILogGroup, *, in_vpc: bool
    ) -> list[dict[str, Any]]:
        return [
            *permissions.sharing(self._stack),
            permissions.logging(log_group.log_group_arn),
            *(permissions.networking(self._stack) if in_vpc else ()),
        ]

    def _permit_describing_any_key(self) -> None:
        if not self._describes_any_key:
            self._describes_any_key = True
            self._permit(permissions.describing_any_key(self._stack))

    def _permit(self, statement: dict[str, Any]) -> None:
        self.role.add_to_principal_policy(iam.PolicyStatement.from_json(statement))


def _check_policy(role: iam.IRole) -> None:
    # A role that must not be changed says of every statement that it was added.
    if not any(isinstance(child, iam.CfnPolicy) for child in role.node.find_all()):
        raise ValueError(
            "role must be one that permissions can be added to, got one that is immutable "
            "or of another account; leave it out, or import it with mutable=True"
        )


def _check_stack(role: iam.IRole, stack: Stack) -> None:
    role_stack = Stack.of(role)
    if role_stack.node.addr != stack.node.addr:
        raise ValueError(
            "role must be defined in, or imported into, the stack of the provider, "
            f"{stack.node.path}, got one of stack {role_stack.node.path}"
        )


def _acknowledge(role: Construct, stack: Stack) -> None:
    acknowledge(
        role,
        {
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
        },
    )
