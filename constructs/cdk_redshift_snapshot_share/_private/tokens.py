"""Values that are known only at deployment."""

import re
from typing import Any

import jsii
from aws_cdk import DefaultTokenResolver, Reference, StringConcat, Token, Tokenization
from constructs import Construct, IConstruct

_TOKEN = re.compile(r"(\$\{Token\[[^\]]+\]\})")

# Lookups such as `ssm.StringParameter.value_from_lookup` return this until the CDK CLI has
# resolved them. The CLI resolves them only after a first synthesis, which must not fail
# because of them.
_PLACEHOLDER = "dummy-value-for-"


def is_token(value: str) -> bool:
    """Tell whether the value, or a part of it, is known only at deployment.

    No valid account, identifier or ARN contains a `$`. So for most values, no call to
    jsii's other process is needed.
    """
    return "${" in value and Token.is_unresolved(value)


def is_placeholder(value: str) -> bool:
    """Tell whether the value, or a part of it, has not been looked up yet."""
    return _PLACEHOLDER in value


def is_known(value: str) -> bool:
    """Tell whether synthesis knows the whole value."""
    return not is_placeholder(value) and not is_token(value)


def take_known(value: str) -> str | None:
    """Return the value if synthesis knows it."""
    return value if is_known(value) else None


def describe(value: str) -> str:
    """Write a value for people. The number of a token would mean nothing to them."""
    return replace_tokens(value, "<a token>")


def replace_tokens(value: str, replacement: str) -> str:
    """Replace each token with something else."""
    return _TOKEN.sub(replacement, value)


def lower(value: str) -> str:
    """Write a value in lower case, except for its tokens."""
    return "".join(
        piece if _TOKEN.match(piece) else piece.lower() for piece in _TOKEN.split(value)
    )


def find_targets(value: str, scope: Construct) -> list[IConstruct]:
    """Find all constructs whose attributes a value contains."""
    resolver = _TargetFinder()
    Tokenization.resolve(value, scope=scope, resolver=resolver)
    return resolver.targets


class _TargetFinder(DefaultTokenResolver):
    """Resolves tokens as CDK does, and keeps the targets of references."""

    def __init__(self) -> None:
        super().__init__(StringConcat())
        self.targets: list[IConstruct] = []

    @jsii.member(jsii_name="resolveToken")
    def resolve_token(self, t: Any, context: Any, post_processor: Any) -> Any:
        """Resolve one token."""
        if isinstance(t, Reference):
            self.targets.append(t.target)
        return super().resolve_token(t, context, post_processor)


def split(value: str, separator: str, most: int) -> list[str]:
    """Split a value into at most so many parts, but never inside a token."""
    parts = [""]
    for piece in _TOKEN.split(value):
        if _TOKEN.match(piece):
            parts[-1] += piece
        else:
            rest, *others = piece.split(separator, most - len(parts))
            parts[-1] += rest
            parts += others
    return parts
