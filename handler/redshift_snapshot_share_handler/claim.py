"""A claim: the tag on a snapshot by which one resource of one stack declares a share.

Access goes when the last claim goes, and nobody rewrites anybody else's tag.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from redshift_snapshot_share_handler.contract import CLAIM_KEY_PREFIX

_ADOPTED = "adopted"
_LONGEST_VALUE = 256
_DIGITS = 12
# What Redshift allows in a tag's value, less white space, which separates our words.
_NOT_ALLOWED = re.compile(r"[^\w.:/=+@-]", re.ASCII)


class Claim(NamedTuple):
    """One claim, as its tag says it."""

    key: str
    owner: str
    request_id: str
    adopted: bool = False

    @property
    def value(self) -> str:
        """The tag's value: `<stack name>/<logical id> <RequestId>[ adopted]`."""
        end = f" {self.request_id}{f' {_ADOPTED}' if self.adopted else ''}"
        return self.owner[: _LONGEST_VALUE - len(end)] + end


def claims_of(account: str, tags: Iterable[Mapping[str, str]]) -> dict[str, Claim]:
    """Read the claims for an account from a snapshot's tags, by key.

    Other tags, and words of a value beyond those known, are passed over.
    """
    prefix = f"{CLAIM_KEY_PREFIX}{account}:"
    claims = {}
    for tag in tags:
        key = tag.get("Key", "")
        if key.startswith(prefix):
            owner, request_id, *rest = [*tag.get("Value", "").split(" "), "", ""]
            claims[key] = Claim(key, owner, request_id, adopted=_ADOPTED in rest[:1])
    return claims


class Claimant(NamedTuple):
    """One resource of one stack, in one request: who writes claims."""

    stack_id: str
    stack_name: str
    logical_resource_id: str
    request_id: str

    def key(self, account: str) -> str:
        """The tag key for an account; no other resource of any stack has the same."""
        owner = sha256(
            f"{self.stack_id}\n{self.logical_resource_id}".encode()
        ).hexdigest()
        return f"{CLAIM_KEY_PREFIX}{account}:{owner[:_DIGITS]}"

    def claim(self, account: str, *, adopted: bool) -> Claim:
        """The claim that this request writes."""
        owner = _NOT_ALLOWED.sub("_", f"{self.stack_name}/{self.logical_resource_id}")
        return Claim(self.key(account), owner, self.request_id, adopted=adopted)
