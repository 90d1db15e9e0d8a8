"""A role that a user gives to a function."""

from aws_cdk import Stack, aws_iam as iam

from cdk_redshift_snapshot_share._private.stack_environment import StackEnvironment
from cdk_redshift_snapshot_share._private.tokens import take_known
from cdk_redshift_snapshot_share._private.values import show


def check_role(role: iam.IRole, environment: StackEnvironment) -> str:
    """Check the role of a provider.

    Returns:
        The id for its policies. They are not children of the role, because an imported role
        accepts no children.

    Raises:
        TypeError: If it is not a role.
        ValueError: If it is of another stack or account.
    """
    if not hasattr(role, "attach_inline_policy"):
        raise TypeError(
            "role must be a role, such as an iam.Role or what "
            f"iam.Role.from_role_arn returns, got {show(role)}"
        )
    stack, role_stack = environment.stack, Stack.of(role)
    if role_stack.node.addr != stack.node.addr:
        raise ValueError(
            "role must be defined in, or imported into, the stack of the provider, "
            f"{stack.node.path}, got one of stack {role_stack.node.path}"
        )
    account = take_known(role.env.account)
    if account and environment.account and account != environment.account:
        raise ValueError(
            "role must be in the account of the stack, "
            f"{environment.account}, got one in {account}; use a role of that account, or leave it out"
        )
    return environment.find_path(role).replace("/", "--")
