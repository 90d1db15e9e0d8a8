"""Turns a snapshot into attributes for CloudFormation. Every attribute is a string."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from redshift_snapshot_share_handler.contract import (
    ATTRIBUTES,
    TRUNCATED_ATTRIBUTE,
)
from redshift_snapshot_share_handler.snapshot import accounts_with_restore_access

_LIST_ATTRIBUTES_IN_ORDER_OF_CUTTING = (
    "RestorableNodeTypes",
    "AccountsWithRestoreAccess",
)


def attributes_of(fields: Mapping[str, Any]) -> dict[str, str]:
    """Every attribute of a `Snapshot` structure. An absent field is an empty string."""
    special: Mapping[str, Callable[[], str]] = {
        "AccountsWithRestoreAccess": lambda: ",".join(
            accounts_with_restore_access(fields)
        ),
        "RestorableNodeTypes": lambda: ",".join(
            fields.get("RestorableNodeTypes") or ()
        ),
        "Tags": lambda: _tags_text(fields.get("Tags") or []),
    }
    attributes = {
        name: special[name]() if name in special else _text(fields.get(name))
        for name in ATTRIBUTES
    }
    return {**attributes, TRUNCATED_ATTRIBUTE: ""}


def cut_to_fit(
    attributes: Mapping[str, str], size: Callable[[Mapping[str, str]], int], limit: int
) -> dict[str, str]:
    """Cut attributes until they fit.

    Tags are cut first, whole tags from the end. Then the other lists are cut, whole
    elements from the end. Then the longest attribute is cut. `Truncated` names what was
    cut.

    Args:
        attributes: The attributes, as `attributes_of` returns them.
        size: Counts the bytes of a set of attributes.
        limit: The most bytes that the attributes may have.

    Raises:
        ValueError: If not even empty attributes fit.
    """
    fitting = dict(attributes)
    cut: list[str] = []
    while (excess := size(fitting) - limit) > 0:
        name, value = _cut_one(fitting, excess)
        fitting[name] = value
        if name not in cut:
            cut.append(name)
            fitting[TRUNCATED_ATTRIBUTE] = ",".join(cut)
    return fitting


def _cut_one(attributes: Mapping[str, str], excess: int) -> tuple[str, str]:
    tags = json.loads(attributes["Tags"])
    if tags:
        return "Tags", _tags_text(tags[:-1])
    for name in _LIST_ATTRIBUTES_IN_ORDER_OF_CUTTING:
        if attributes[name]:
            return name, ",".join(attributes[name].split(",")[:-1])
    rest = (name for name in ATTRIBUTES if name != "Tags")
    longest = max(rest, key=lambda name: len(attributes[name]))
    value = attributes[longest]
    if not value:
        raise ValueError("not even empty attributes fit the answer")
    # Cut in steps, because a character may take four bytes and other attributes may be as
    # long.
    return longest, value[: len(value) - max(1, min(excess // 4, len(value) // 2))]


def _tags_text(tags: list[Mapping[str, str]]) -> str:
    return json.dumps(
        [{"Key": tag.get("Key", ""), "Value": tag.get("Value", "")} for tag in tags],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            # botocore leaves a time without a zone as it is. Redshift's times are in UTC.
            utc = value.astimezone(UTC) if value.tzinfo else value
            return utc.replace(tzinfo=None).isoformat() + "Z"
        case float():
            # Never 1e+16.
            return format(Decimal(repr(value)).normalize(), "f")
        case _:
            return str(value)
