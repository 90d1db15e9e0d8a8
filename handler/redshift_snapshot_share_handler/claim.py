"""A claim: the tag on a snapshot that records which resource of a stack declares a share.

The access is revoked with the last claim. No resource changes another resource's tag.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import takewhile
from typing import NamedTuple

from redshift_snapshot_share_handler.contract import CLAIM_KEY_PREFIX

_ADOPTED = "adopted"
_RETAINED = "retained"
_LONGEST_VALUE = 256
_DIGITS = 12
# Characters that Redshift does not allow in a tag's value, and white space, which separates
# our words.
_NOT_ALLOWED = re.compile(r"[^\w.:/=+@-]", re.ASCII)


class Claim(NamedTuple):
    """One claim, as its tag states it.

    Attributes:
        key: The tag's key.
        owner: `<stack name>/<logical id>`, for people.
        request_id: The request that wrote it.
        adopted: Whether the account had access before the resource was created. It then
            keeps the access if the stack rolls the resource back.
        retained: Whether the access should stay when the resource is removed.
    """

    key: str
    owner: str
    request_id: str
    adopted: bool = False
    retained: bool = False

    @property
    def value(self) -> str:
        """The tag's value: `<stack name>/<logical id> <RequestId>[ adopted][ retained]`."""
        words = [self.request_id]
        words += [_ADOPTED] if self.adopted else []
        words += [_RETAINED] if self.retained else []
        end = f" {' '.join(words)}"
        return self.owner[: _LONGEST_VALUE - len(end)] + end


def claims_of(account: str, tags: Iterable[Mapping[str, str]]) -> dict[str, Claim]:
    """Read the claims for an account from a snapshot's tags, by key.

    Other tags, and unknown words of a value, are ignored.
    """
    prefix = f"{CLAIM_KEY_PREFIX}{account}:"
    claims = {}
    for tag in tags:
        key = tag.get("Key", "")
        if key.startswith(prefix):
            owner, request_id, *rest = [*tag.get("Value", "").split(" "), "", ""]
            words = {*takewhile({_ADOPTED, _RETAINED}.__contains__, rest)}
            claims[key] = Claim(
                key,
                owner,
                request_id,
                adopted=_ADOPTED in words,
                retained=_RETAINED in words,
            )
    return claims


class Claimant(NamedTuple):
    """The writer of claims: one resource of one stack, in one request.

    Attributes:
        stack_id: The ARN of the stack.
        stack_name: Its name.
        logical_resource_id: The resource.
        request_id: The request, or the run of the function.
        digest: What tells its declarations apart, if it has several claims per account;
            empty if PhysicalResourceId names a single pair.
    """

    stack_id: str
    stack_name: str
    logical_resource_id: str
    request_id: str
    digest: str = ""

    def key(self, account: str) -> str:
        """The tag key for an account. No other resource of any stack has the same key."""
        return f"{CLAIM_KEY_PREFIX}{account}:{self._hash_owner()}"

    def account_of(self, key: str) -> str | None:
        """The account in a tag key of this resource; None if the key is not its own."""
        start, _, digits = key.rpartition(":")
        if digits != self._hash_owner() or not start.startswith(CLAIM_KEY_PREFIX):
            return None
        return start.removeprefix(CLAIM_KEY_PREFIX)

    def claim(self, account: str, *, adopted: bool, retained: bool = False) -> Claim:
        """The claim that this request writes."""
        owner = _NOT_ALLOWED.sub("_", f"{self.stack_name}/{self.logical_resource_id}")
        return Claim(
            self.key(account),
            owner,
            self.request_id,
            adopted=adopted,
            retained=retained,
        )

    def _hash_owner(self) -> str:
        owner = f"{self.stack_id}\n{self.logical_resource_id}"
        if self.digest:
            owner += f"\n{self.digest}"
        return sha256(owner.encode()).hexdigest()[:_DIGITS]
