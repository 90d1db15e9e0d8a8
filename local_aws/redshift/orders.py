"""Tags of CreateClusterSnapshot that control the local Redshift."""

import re
from typing import NamedTuple

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.service import Redshift

CREATING_SECONDS_TAG = "local-aws:creating-seconds"
FINAL_STATUS_TAG = "local-aws:final-status"
ESTIMATES_COMPLETION_TAG = "local-aws:estimates-completion"
AUTOMATED_TAG = "local-aws:automated"

_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]+)?")
_WORDS = {"true": True, "false": False}


class Orders(NamedTuple):
    """How a new snapshot behaves while it is created."""

    is_automated: bool
    creating_seconds: float
    final_status: str
    estimates_completion: bool


def take_orders(tags: dict[str, str], redshift: Redshift) -> Orders:
    """Remove the orders from the tags of a request, because the snapshot does not keep them.

    Args:
        tags: The tags. Orders are removed from them.
        redshift: The Redshift, whose settings apply without orders.

    Raises:
        RedshiftError: If the value of such a tag is invalid.
    """
    is_automated = _take_word(tags, AUTOMATED_TAG, default=False)
    return Orders(
        is_automated=is_automated,
        creating_seconds=_take_seconds(
            tags, default=0 if is_automated else redshift.creating_seconds
        ),
        final_status=tags.pop(FINAL_STATUS_TAG, "available"),
        estimates_completion=_take_word(
            tags, ESTIMATES_COMPLETION_TAG, default=redshift.estimates_completion
        ),
    )


def _take_seconds(tags: dict[str, str], *, default: float) -> float:
    seconds = tags.pop(CREATING_SECONDS_TAG, None)
    if seconds is None:
        return default
    if not _SECONDS.fullmatch(seconds):
        raise _invalid(CREATING_SECONDS_TAG, seconds)
    return float(seconds)


def _take_word(tags: dict[str, str], tag: str, *, default: bool) -> bool:
    word = tags.pop(tag, None)
    if word is None:
        return default
    if word not in _WORDS:
        raise _invalid(tag, word)
    return _WORDS[word]


def _invalid(tag: str, value: str) -> RedshiftError:
    return RedshiftError("InvalidParameterValue", f"Invalid {tag} {value}")
