"""Checks whether a prop is text that is deployed unchanged."""

from cdk_redshift_snapshot_share._private.tokens import describe
from cdk_redshift_snapshot_share._private.values import show

_DYNAMIC_REFERENCE = "{{resolve:"


def check_text(value: str, prop: str) -> None:
    """Check that a prop is text that is deployed unchanged, except for its tokens.

    A dynamic reference is not deployed unchanged. CloudFormation resolves it again for each
    resource that it updates, so a share and its policy could get different values.
    """
    if not isinstance(value, str):
        raise TypeError(f"{prop} must be a string, got {show(value)}")
    if _DYNAMIC_REFERENCE in value:
        raise ValueError(
            f"{prop} must not be a dynamic reference, got {describe(value)!r}; give a "
            "token, such as that of ssm.StringParameter.value_for_string_parameter"
        )
