"""Checks whether names and ARNs are well formed, as far as synthesis knows them."""

from collections.abc import Callable
from itertools import takewhile
from typing import NamedTuple

from cdk_redshift_snapshot_share._private.text import check_text
from cdk_redshift_snapshot_share._private.tokens import (
    describe,
    is_known,
    is_placeholder,
    is_token,
    lower,
    replace_tokens,
    split,
    take_known,
)
from cdk_redshift_snapshot_share._private.values import show
from redshift_snapshot_share_handler import syntax

_ARN_PREFIX = "arn:"
_ARN_PROP = "snapshot_arn"

# This text is valid wherever an identifier may contain a token.
_LEGAL_IN_A_NAME = "x"

# A valid value for each field of an ARN. The last field is `<cluster>/<snapshot>`.
_LEGAL_FIELDS = (
    "arn",
    "aws",
    "redshift",
    "us-east-1",
    "123456789012",
    "snapshot",
    "c/s",
)
_PARTITION, _REGION, _ACCOUNT = 1, 3, 4


class SnapshotArn(NamedTuple):
    """The parts of a snapshot's ARN that synthesis knows."""

    text: str
    """The ARN, in lower case except for its tokens."""

    partition: str | None
    """Partition, if known."""

    region: str | None
    """Region, if known."""

    owner_account: str | None
    """Account that owns the snapshot, if known."""

    cluster_identifier: str | None
    """Its cluster or a token for it; none if a token contains more than the cluster."""

    snapshot_identifier: str | None
    """Its identifier or a token for it; none if a token contains more than the identifier."""


def check_snapshot_identifier(value: str, prop: str = "snapshot_identifier") -> str:
    """Check the identifier of a manual snapshot.

    Args:
        value: The identifier.
        prop: What messages call it.

    Returns:
        The identifier, in lower case except for its tokens.

    Raises:
        TypeError: If it is not a string.
        ValueError: If the known part of it cannot be in an identifier.
    """
    remedy = f"the ARN as {_ARN_PROP}, or what follows its last slash as {prop}"
    return _check_identifier(value, prop, remedy, syntax.parse_snapshot_identifier)


def check_cluster_identifier(
    value: str, prop: str = "snapshot_cluster_identifier"
) -> str:
    """Check the identifier of a cluster, as `check_snapshot_identifier` does."""
    remedy = f"what follows its last colon as {prop}"
    return _check_identifier(value, prop, remedy, syntax.parse_cluster_identifier)


def check_prefix(value: str, prop: str = "snapshot_identifier_prefix") -> str:
    """Check what identifiers begin with, as `check_snapshot_identifier` does."""
    remedy = f"the beginning of what follows its last slash as {prop}"
    return _check_identifier(
        value, prop, remedy, syntax.parse_snapshot_identifier_prefix
    )


def parse_snapshot_arn(value: str) -> SnapshotArn:
    """Split an ARN into its parts. It may contain tokens anywhere.

    Raises:
        TypeError: If it is not a string.
        ValueError: If the known part of it cannot be in the ARN of a manual snapshot.
    """
    check_text(value, _ARN_PROP)
    if is_known(value) and ":" not in value:
        raise ValueError(
            f"{_ARN_PROP} must be like arn:aws:redshift:<region>:<account>:snapshot:"
            f"<cluster>/<snapshot>, got {show(value)}; give an identifier as "
            "snapshot_identifier"
        )
    # ARNs are often composed of tokens, such as the stack's Region. The known parts are
    # checked all the same, with valid text in place of the tokens.
    fields = _split_arn(value)
    if is_known(value):
        syntax.parse_snapshot_arn(value)
    else:
        checkable = (
            legal if field is None else replace_tokens(field, _LEGAL_IN_A_NAME)
            for field, legal in zip(fields, _LEGAL_FIELDS, strict=True)
        )
        syntax.parse_snapshot_arn(":".join(checkable), describe(value))
    cluster, _, name = (fields[-1] or "").partition("/")
    return SnapshotArn(
        text=lower(value),
        partition=fields[_PARTITION],
        region=fields[_REGION],
        owner_account=fields[_ACCOUNT],
        cluster_identifier=lower(cluster) or None,
        snapshot_identifier=lower(name) or None,
    )


def _check_identifier(
    value: str, prop: str, remedy: str, parse: Callable[[str, str, str], str]
) -> str:
    check_text(value, prop)
    if value.lower().startswith(_ARN_PREFIX):
        raise ValueError(
            f"{prop} must be an identifier, got the ARN {show(describe(value))}; give "
            f"{remedy}"
        )
    if is_placeholder(value):
        return value
    if not is_token(value):
        return parse(value, prop, value)
    parse(replace_tokens(value, _LEGAL_IN_A_NAME), prop, describe(value))
    return lower(value)


def _split_arn(value: str) -> list[str | None]:
    """Split an ARN into fields. A field that is not known is none.

    The last field is known even if it contains tokens, unless one token contains both its
    parts.
    """
    fields = split(value, ":", len(_LEGAL_FIELDS))
    if len(fields) < len(_LEGAL_FIELDS):  # One token contains several fields.
        leading = [*takewhile(is_known, fields)]
        return [*leading, *[None] * (len(_LEGAL_FIELDS) - len(leading))]
    *others, name = fields
    has_parts = "/" in name and not is_placeholder(name)
    return [*map(take_known, others), name if has_parts or is_known(name) else None]
