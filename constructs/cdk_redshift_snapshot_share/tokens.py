"""Values that are known only at deployment."""

from aws_cdk import Token


def is_token(value: str) -> bool:
    """Tell whether deployment decides the value, or a part of it.

    No legal account, identifier or ARN has a `$`, so most values need not be asked about
    in the other process that jsii runs.
    """
    return "${" in value and Token.is_unresolved(value)


def known(value: str) -> str | None:
    """Return the value if synthesis knows it."""
    return None if is_token(value) else value
