"""Props that are text."""

from cdk_redshift_snapshot_share.tokens import described

_DYNAMIC_REFERENCE = "{{resolve:"


def check_text(prop: str, value: str) -> None:
    """Check that a prop is text, and will be deployed as it is but for its tokens.

    Raises:
        TypeError: If it is not a string.
        ValueError: If it is a dynamic reference: CloudFormation resolves it anew with
            each resource that it updates, so a share and its policy may get two values.
    """
    if not isinstance(value, str):
        raise TypeError(f"{prop} must be a string, got {value!r}")
    if _DYNAMIC_REFERENCE in value:
        raise ValueError(
            f"{prop} must not be a dynamic reference, got {described(value)!r}; give a "
            "token, such as that of ssm.StringParameter.value_for_string_parameter"
        )
