"""Values that are known only at deployment."""

import re

from aws_cdk import Token

_TOKEN = re.compile(r"(\$\{Token\[[^\]]+\]\})")

# What lookups such as `ssm.StringParameter.value_from_lookup` give until the CDK CLI has
# looked: it can do so only after a first synthesis, which must not fail for that.
_PLACEHOLDER = "dummy-value-for-"


def is_token(value: str) -> bool:
    """Tell whether deployment decides the value, or a part of it.

    No legal account, identifier or ARN has a `$`, so most values need not be asked about
    in the other process that jsii runs.
    """
    return "${" in value and Token.is_unresolved(value)


def is_placeholder(value: str) -> bool:
    """Tell whether the value, or a part of it, is still to be looked up."""
    return _PLACEHOLDER in value


def is_known(value: str) -> bool:
    """Tell whether synthesis knows the whole value."""
    return not is_placeholder(value) and not is_token(value)


def known(value: str) -> str | None:
    """Return the value if synthesis knows it."""
    return value if is_known(value) else None


def described(value: str) -> str:
    """Write a value for people, to whom the number of a token says nothing."""
    return replaced(value, "<a token>")


def replaced(value: str, replacement: str) -> str:
    """Put something in the place of each token."""
    return _TOKEN.sub(replacement, value)


def lowered(value: str) -> str:
    """Write a value in lower case, but for its tokens."""
    return "".join(
        piece if _TOKEN.match(piece) else piece.lower() for piece in _TOKEN.split(value)
    )


def split(value: str, separator: str, most: int) -> list[str]:
    """Divide a value into so many parts at most, and no token."""
    parts = [""]
    for piece in _TOKEN.split(value):
        if _TOKEN.match(piece):
            parts[-1] += piece
        else:
            rest, *others = piece.split(separator, most - len(parts))
            parts[-1] += rest
            parts += others
    return parts
