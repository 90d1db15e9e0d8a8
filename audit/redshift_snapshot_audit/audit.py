"""Audits the Regions, one after the other."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from redshift_snapshot_audit.aws_error import AuditError, describe_error
from redshift_snapshot_audit.declarations import Declarations
from redshift_snapshot_audit.entry import Entry
from redshift_snapshot_audit.judge import Judge
from redshift_snapshot_audit.keys import Keys
from redshift_snapshot_audit.region_audit import RegionAudit
from redshift_snapshot_audit.session import Session
from redshift_snapshot_audit.snapshots import Scope, Snapshots
from redshift_snapshot_audit.verdict import Verdict

ReportProgress = Callable[[str, int], None]


class Request(NamedTuple):
    """What is asked for."""

    regions: Sequence[str]
    scope: Scope
    verdicts: Collection[Verdict]
    allowed_accounts: frozenset[str]


def audit(
    session: Session, owner_account: str, request: Request, progress: ReportProgress
) -> Iterator[Entry]:
    """Audit, one entry at a time.

    Args:
        session: The credentials.
        owner_account: The account that they are of.
        request: What is asked for.
        progress: Called with the Region and the number of its snapshots that were read.

    Yields:
        The entries with one of the requested verdicts, and all entries about what could not
        be read.

    Raises:
        AuditError: If no Region could be read, or nothing has a requested name.
    """
    failures: list[Entry] = []
    unmatched = set(request.scope.names)
    for region in request.regions:
        progress(region, 0)
        region_audit = _region_audit(session, owner_account, region, request, progress)
        try:
            for entry in region_audit.entries(
                request.scope, wants_missing=Verdict.MISSING in request.verdicts
            ):
                if entry.verdict in {*request.verdicts, Verdict.UNREADABLE}:
                    yield entry
        except (ClientError, BotoCoreError) as error:
            why = f"the snapshots could not be read: {describe_error(error)}"
            failures.append(Entry(Verdict.UNREADABLE, region, why))
        unmatched -= region_audit.matched
    if len(failures) == len(request.regions):
        raise AuditError("; ".join(f"{each.region}: {each.why}" for each in failures))
    yield from failures
    if unmatched and not failures:
        raise AuditError(
            f"{', '.join(request.regions)}: no snapshot or cluster named "
            f"{', '.join(sorted(unmatched))}; check the name and the Region"
        )


def _region_audit(
    session: Session,
    owner_account: str,
    region: str,
    request: Request,
    progress: ReportProgress,
) -> RegionAudit:
    snapshots = Snapshots(session.client("redshift", region), owner_account)
    declarations = Declarations(session.client("cloudformation", region))
    keys = Keys(session.client("kms", region))
    return RegionAudit(
        region,
        snapshots,
        declarations,
        Judge(region, declarations, keys, request.allowed_accounts),
        lambda number: progress(region, number),
    )
