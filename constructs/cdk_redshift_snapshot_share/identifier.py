"""Identifiers of snapshots and clusters, checked as far as synthesis knows them."""

from collections.abc import Callable

from cdk_redshift_snapshot_share.text import check_text
from cdk_redshift_snapshot_share.tokens import (
    described,
    is_placeholder,
    is_token,
    lowered,
    replaced,
)
from redshift_snapshot_share_handler import syntax

# Legal wherever a token may stand in an identifier.
_LEGAL = "x"


def snapshot_identifier(value: str, prop: str = "snapshot_identifier") -> str:
    """Check the identifier of a manual snapshot.

    Args:
        value: The identifier.
        prop: What messages call it.

    Returns:
        The identifier, in lower case but for its tokens.

    Raises:
        TypeError: If it is not a string.
        ValueError: If what is known of it is not of an identifier.
    """
    return _checked(value, prop, syntax.parse_snapshot_identifier)


def cluster_identifier(value: str, prop: str = "snapshot_cluster_identifier") -> str:
    """Check the identifier of a cluster, as `snapshot_identifier` does a snapshot's."""
    return _checked(value, prop, syntax.parse_cluster_identifier)


def _checked(value: str, prop: str, parse: Callable[[str, str, str], str]) -> str:
    check_text(prop, value)
    if is_placeholder(value):
        return value
    if not is_token(value):
        return parse(value, prop, value)
    parse(replaced(value, _LEGAL), prop, described(value))
    return lowered(value)
