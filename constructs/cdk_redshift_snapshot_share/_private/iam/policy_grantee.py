"""The grantee of permissions that belong in a policy of ours."""

import jsii
from aws_cdk import aws_iam as iam


@jsii.implements(iam.IPrincipal)
class PolicyGrantee:
    """The grantee of permissions that belong in a policy of ours.

    `iam.Policy` is also a grantee, but it has no principal that a resource's policy can
    name. A key that does not trust the identities of its account needs such a principal.

    Args:
        policy: The policy to which the permissions are added.
        principal: The principal that a resource's policy names, if it needs one.
    """

    def __init__(self, policy: iam.Policy, principal: iam.IPrincipal) -> None:
        self._policy = policy
        self._principal = principal

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The grantee itself."""
        return self

    @property
    def assume_role_action(self) -> str:
        """Action that assumes the principal."""
        return self._principal.assume_role_action

    @property
    def policy_fragment(self) -> iam.PrincipalPolicyFragment:
        """The principal as policies name it."""
        return self._principal.policy_fragment

    @property
    def principal_account(self) -> str | None:
        """Account of the principal."""
        return self._policy.env.account

    def add_to_principal_policy(
        self, statement: iam.PolicyStatement
    ) -> iam.AddToPrincipalPolicyResult:
        """Add a statement to the policy."""
        self._policy.add_statements(statement)
        return iam.AddToPrincipalPolicyResult(
            statement_added=True, policy_dependable=self._policy
        )
