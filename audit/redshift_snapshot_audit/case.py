"""One account and one snapshot, with the access and the claims."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from redshift_snapshot_audit.claim_tag import ClaimTag, read_claim_tags
from redshift_snapshot_audit.snapshots import Grantee, Snapshot


class Case(NamedTuple):
    """What is to be judged.

    `names` are the account and, for AWS Support, its other name. The account is empty if
    a malformed claim names none.
    """

    snapshot: Snapshot
    account: str
    names: frozenset[str]
    has_access: bool
    claims: tuple[ClaimTag, ...]


def cases_of(snapshot: Snapshot, declared_accounts: Iterable[str]) -> Iterator[Case]:
    """Name every account that has access, a claim or a declaration, in order.

    Args:
        snapshot: The snapshot.
        declared_accounts: The accounts that stacks declare it to be shared with.
    """
    claims = tuple(read_claim_tags(snapshot.tags))
    grantees = {grantee.name: grantee for grantee in snapshot.grantees}
    shown_as = {
        name: grantee.name for grantee in snapshot.grantees for name in _names(grantee)
    }
    others = {claim.account for claim in claims} | set(declared_accounts)
    for account in sorted({*grantees, *(shown_as.get(name, name) for name in others)}):
        names = _names(grantees.get(account, Grantee(account)))
        yield Case(
            snapshot=snapshot,
            account=account,
            names=names,
            has_access=account in grantees,
            claims=tuple(claim for claim in claims if claim.account in names),
        )


def _names(grantee: Grantee) -> frozenset[str]:
    if not grantee.name:
        return frozenset({""})
    return frozenset({grantee.account_id, grantee.alias} - {""})
