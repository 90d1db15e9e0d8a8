"""Weighs the claims and declarations of one case."""

from dataclasses import dataclass, field

from redshift_snapshot_audit.case import Case
from redshift_snapshot_audit.claim_tag import ClaimTag
from redshift_snapshot_audit.declarations import Declarations
from redshift_snapshot_audit.declared_resource import DeclaredResource
from redshift_snapshot_audit.verdict import Verdict


@dataclass(slots=True)
class Evidence:
    """The reasons for an account's access, and the problems with it.

    Args:
        declared_by: The resources that declare it, or may do so soon.
        retained_by: The resources that left it on purpose, according to their claims.
        problems: The reasons for each finding.
    """

    declared_by: list[DeclaredResource] = field(default_factory=list)
    retained_by: list[str] = field(default_factory=list)
    problems: dict[Verdict, list[str]] = field(default_factory=dict)

    def object(self, verdict: Verdict, why: str) -> None:
        """Add a reason for a finding."""
        self.problems.setdefault(verdict, []).append(why)


def weigh(case: Case, declarations: Declarations) -> Evidence:
    """Compare the claims on a pair with the resources that declare it."""
    evidence = Evidence()
    for claim in case.claims:
        owner = declarations.owner_of(claim.digits)
        if owner is None or not _declares(owner, case):
            _weigh_foreign_claim(evidence, claim, owner, declarations)
        else:
            evidence.declared_by.append(owner)
            _weigh_declaration(evidence, owner, case, is_claimed=True)
    for resource in declarations.of_snapshot(case.snapshot.identifier):
        if resource not in evidence.declared_by and _declares(resource, case):
            evidence.declared_by.append(resource)
            _weigh_declaration(evidence, resource, case, is_claimed=False)
    if case.has_access and not case.claims and not evidence.declared_by:
        evidence.object(Verdict.UNCLAIMED, _nobody(declarations))
    return evidence


def _weigh_declaration(
    evidence: Evidence, resource: DeclaredResource, case: Case, *, is_claimed: bool
) -> None:
    """Weigh a resource that declares this pair, if no deployment is changing it."""
    if not resource.is_settled:
        return
    if not case.has_access:
        evidence.object(Verdict.MISSING, f"{resource.label} declares it, no access")
    elif not is_claimed:
        why = f"{resource.label} declares it, but its claim tag is gone"
        evidence.object(Verdict.UNCLAIMED, why)


def _weigh_foreign_claim(
    evidence: Evidence,
    claim: ClaimTag,
    owner: DeclaredResource | None,
    declarations: Declarations,
) -> None:
    """Weigh a claim that no resource of this pair has written."""
    if claim.is_retained and not claim.is_malformed:
        evidence.retained_by.append(claim.owner)
    elif owner is not None and owner.is_changing:
        evidence.declared_by.append(owner)
    elif owner is not None:
        declared = f"which declares {owner.pair or owner.physical_id}"
        evidence.object(Verdict.LEFTOVER, f"claim of {owner.label}, {declared}")
    elif claim.is_malformed:
        tag = f"{claim.key} = {claim.value!r}"
        evidence.object(Verdict.UNCLAIMED, f"malformed claim tag {tag}")
    elif declarations.may_hide(claim.owner):
        why = f"claim of {claim.owner}: that stack could not be read"
        evidence.object(Verdict.UNREADABLE, why)
    else:
        why = f"claim of {claim.owner}: {declarations.why_gone(claim.owner)}"
        evidence.object(Verdict.ORPHANED, why)


def _declares(resource: DeclaredResource, case: Case) -> bool:
    snapshot = case.snapshot
    return any(
        resource.declares(snapshot.identifier, snapshot.cluster, name)
        for name in case.names
    )


def _nobody(declarations: Declarations) -> str:
    if declarations.is_complete:
        return "nobody declares this access"
    return "nobody claims this access; not all stacks could be read"
