"""The attributes of the custom resource that shares a cluster's snapshots."""

from collections.abc import Callable, Mapping, Sequence

from redshift_snapshot_share_handler.contract import (
    TRUNCATED_ATTRIBUTE,
    ClusterAttribute,
)


def fit_attributes(
    identifiers: Sequence[str], size: Callable[[Mapping[str, str]], int], limit: int
) -> dict[str, str]:
    """Name the snapshots that are shared, as many as there is room for.

    Args:
        identifiers: The snapshots, newest first.
        size: The bytes that a set of attributes takes.
        limit: The bytes there are.
    """
    count = len(identifiers)
    attributes = _attributes_of(identifiers, count)
    while size(attributes) > limit and count:
        # The oldest ones are left out; the count says how many there are.
        count -= 1
        attributes = _attributes_of(identifiers, count)
    return attributes


def _attributes_of(identifiers: Sequence[str], count: int) -> dict[str, str]:
    names = ClusterAttribute.SHARED_SNAPSHOT_IDENTIFIERS.value
    is_cut = count < len(identifiers)
    return {
        ClusterAttribute.SHARED_SNAPSHOT_COUNT.value: str(len(identifiers)),
        names: ",".join(identifiers[:count]),
        TRUNCATED_ATTRIBUTE: names if is_cut else "",
    }
