"""The grantee of permissions that belong in a policy of ours."""

import jsii
from aws_cdk import aws_iam as iam


@jsii.implements(iam.IPrincipal)
class PolicyGrantee:
    """The grantee of permissions that belong in a policy of ours.

    `iam.Policy` can be granted something too, but has no name for it in the policy of the
    other side. A key that does not trust the identities of its account needs one there.

    Args:
        policy: What the permissions are added to.
        principal: What the policy of the other side names, if it must.
    """

    def __init__(self, policy: iam.Policy, principal: iam.IPrincipal) -> None:
        self._policy = policy
        self._principal = principal

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """Itself."""
        return self

    @property
    def assume_role_action(self) -> str:
        """Action by which the principal is assumed."""
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
