"""Reads the claims on a snapshot: the tags that record which stack declares what."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from redshift_snapshot_share_handler.contract import CLAIM_KEY_PREFIX
from redshift_snapshot_share_handler.syntax import parse_account

_RETAINED = "retained"
_DIGITS = re.compile(r"[0-9a-f]{12}")
_MIN_WORDS = 2


class ClaimTag(NamedTuple):
    """A tag whose key begins like that of a claim.

    `account` is empty if the key names none. `digits` is the part of the key that only
    one resource of one stack has.
    """

    key: str
    value: str
    account: str
    digits: str

    @property
    def is_malformed(self) -> bool:
        """Whether this library cannot have written the tag."""
        stack_name, _, logical_id = self.owner.partition("/")
        return not (
            self.account
            and _DIGITS.fullmatch(self.digits)
            and stack_name
            and logical_id
            and len(self.value.split()) >= _MIN_WORDS
        )

    @property
    def owner(self) -> str:
        """The stack and resource that the tag's text names. Anyone can write such a text."""
        return self.value.partition(" ")[0]

    @property
    def is_retained(self) -> bool:
        """Whether the share was declared with `RemovalPolicy.RETAIN`."""
        return _RETAINED in self.value.split(" ")[_MIN_WORDS:]


def read_claim_tags(tags: Iterable[Mapping[str, str]]) -> Iterator[ClaimTag]:
    """Read the claims from a snapshot's tags. Other tags are ignored."""
    for tag in tags:
        key, value = tag.get("Key", ""), tag.get("Value", "")
        if key.startswith(CLAIM_KEY_PREFIX):
            account, _, digits = key.removeprefix(CLAIM_KEY_PREFIX).rpartition(":")
            try:
                is_account = parse_account(account) == account
            except ValueError:
                is_account = False
            yield ClaimTag(key, value, account if is_account else "", digits)
