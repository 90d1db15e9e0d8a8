"""Redshift's rules for tags."""

import re
from collections.abc import Iterable, Mapping

from local_aws.redshift.errors import RedshiftError

MAX_TAGS = 50
_MAX_KEY_LENGTH = 128
_MAX_VALUE_LENGTH = 256

# Letters, digits and white space of any script, and a few marks.
_ALLOWED = re.compile(r"[\w\s.:/=+@-]*")


def parse_tags(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Check the tags of one request.

    Returns:
        Values by key.

    Raises:
        RedshiftError: If a key or value is not allowed, or a key occurs twice.
    """
    parsed: dict[str, str] = {}
    for tag in tags:
        key, value = tag.get("Key", ""), tag.get("Value", "")
        check_key(key)
        if len(value) > _MAX_VALUE_LENGTH or not _ALLOWED.fullmatch(value):
            raise RedshiftError("InvalidTagFault", f"The value of tag {key} is invalid")
        if key in parsed:
            raise RedshiftError("InvalidTagFault", f"The tag key {key} comes twice")
        parsed[key] = value
    return parsed


def check_key(key: str) -> None:
    """Check one key.

    Raises:
        RedshiftError: If it is not allowed.
    """
    if (
        not 1 <= len(key) <= _MAX_KEY_LENGTH
        or key.lower().startswith("aws:")
        or not _ALLOWED.fullmatch(key)
    ):
        raise RedshiftError("InvalidTagFault", f"The tag key {key!r} is invalid")


def merge_tags(tags: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Add tags to the tags of a resource. An existing key gets the new value.

    Returns:
        All tags of the resource.

    Raises:
        RedshiftError: If there would be too many.
    """
    merged = tags | new
    if len(merged) > MAX_TAGS:
        raise RedshiftError(
            "TagLimitExceededFault", f"A resource can have {MAX_TAGS} tags at most"
        )
    return merged
