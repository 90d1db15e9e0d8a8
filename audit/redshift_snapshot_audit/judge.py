"""Turns the evidence about each account into entries of the report."""

from collections.abc import Iterable, Iterator

from redshift_snapshot_audit.case import Case, cases_of
from redshift_snapshot_audit.claim_tag import read_claim_tags
from redshift_snapshot_audit.declarations import Declarations
from redshift_snapshot_audit.declared_resource import DeclaredResource
from redshift_snapshot_audit.entry import Entry
from redshift_snapshot_audit.evidence import Evidence, weigh
from redshift_snapshot_audit.keys import Keys
from redshift_snapshot_audit.snapshots import Snapshot
from redshift_snapshot_audit.verdict import Verdict


class Judge:
    """Judges the snapshots of one Region."""

    def __init__(
        self,
        region: str,
        declarations: Declarations,
        keys: Keys,
        allowed_accounts: frozenset[str],
    ) -> None:
        """Set what the snapshots are compared with.

        Args:
            region: The Region.
            declarations: What its stacks declare.
            keys: Its KMS keys.
            allowed_accounts: The accounts that may have access; empty = any.
        """
        self._region = region
        self._declarations = declarations
        self._keys = keys
        self._allowed_accounts = allowed_accounts

    def entries(self, snapshot: Snapshot) -> Iterator[Entry]:
        """Judge one snapshot: give its findings, or `ok` or `retained`, for each account."""
        for case in cases_of(snapshot, self._declared_accounts(snapshot)):
            yield from self._judge(case)

    def without_snapshot(self, identifier: str) -> Iterator[Entry]:
        """Judge the declarations that name a snapshot which does not exist."""
        for resource in self._declarations.of_snapshot(identifier):
            if resource.is_settled:
                yield Entry(
                    Verdict.MISSING,
                    self._region,
                    f"{resource.label} declares it, there is no such snapshot",
                    snapshot=identifier,
                    account=resource.account,
                    has_access=False,
                    declared_by=(resource.label,),
                )

    def _declared_accounts(self, snapshot: Snapshot) -> Iterator[str]:
        # The stacks are not read for a snapshot that is not shared.
        is_shared = snapshot.grantees or any(read_claim_tags(snapshot.tags))
        if is_shared or self._declarations.is_read:
            for resource in self._declarations.of_snapshot(snapshot.identifier):
                yield resource.account

    def _judge(self, case: Case) -> Iterator[Entry]:
        evidence = weigh(case, self._declarations)
        doubt = self._weigh_access(case, evidence) if case.has_access else ""
        if evidence.problems:
            for verdict, reasons in evidence.problems.items():
                yield self._entry(case, evidence, verdict, "; ".join(reasons))
        elif case.has_access and evidence.declared_by:
            why = f"{_names(evidence.declared_by)}{doubt}"
            yield self._entry(case, evidence, Verdict.OK, why)
        elif evidence.retained_by:
            gone = "" if case.has_access else "; the access was revoked since"
            why = f"left by {', '.join(evidence.retained_by)}{gone}{doubt}"
            yield self._entry(case, evidence, Verdict.RETAINED, why)

    def _weigh_access(self, case: Case, evidence: Evidence) -> str:
        """Check the allow list and the key.

        Returns:
            The text to add to the reason of an entry without a finding.
        """
        if self._allowed_accounts and not self._allowed_accounts & case.names:
            by = _names(evidence.declared_by)
            why = f"not on the allow list{f', declared by {by}' if by else ''}"
            evidence.object(Verdict.FORBIDDEN, why)
        usability = self._keys.usability(case.snapshot.kms_key_id, case.account)
        if usability.problem:
            evidence.object(Verdict.UNUSABLE, usability.problem)
        return f"; {usability.doubt}" if usability.doubt else ""

    def _entry(
        self, case: Case, evidence: Evidence, verdict: Verdict, why: str
    ) -> Entry:
        return Entry(
            verdict,
            self._region,
            why,
            snapshot=case.snapshot.identifier,
            cluster=case.snapshot.cluster,
            account=case.account,
            has_access=case.has_access,
            declared_by=tuple(resource.label for resource in evidence.declared_by),
        )


def _names(resources: Iterable[DeclaredResource]) -> str:
    return ", ".join(
        resource.label
        if resource.is_settled
        else f"{resource.label} ({resource.status})"
        for resource in resources
    )
