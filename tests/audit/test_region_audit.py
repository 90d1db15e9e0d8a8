"""The audit of one Region: its scope, its pages, and missing snapshots."""

from collections.abc import Collection, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from redshift_snapshot_audit.declarations import Declarations
from redshift_snapshot_audit.judge import Judge
from redshift_snapshot_audit.keys import Keys
from redshift_snapshot_audit.region_audit import RegionAudit
from redshift_snapshot_audit.snapshots import Scope, Snapshots
from tests.audit.doubles import (
    ANALYTICS,
    OWNER,
    REGION,
    Answer,
    FakeCloudFormation,
    FakeKms,
    FakeRedshift,
    refusal,
    resource,
    snapshot,
)

A, B = snapshot("a", (ANALYTICS,)), snapshot("b", (ANALYTICS,), ClusterIdentifier="two")

EVERYTHING = Scope()


class Region:
    def __init__(
        self, redshift: FakeRedshift, cloudformation: FakeCloudFormation | None = None
    ) -> None:
        self.cloudformation = cloudformation or FakeCloudFormation()
        self.progress: list[int] = []
        declarations = Declarations(self.cloudformation)
        self.audit = RegionAudit(
            REGION,
            Snapshots(redshift, OWNER),
            declarations,
            Judge(REGION, declarations, Keys(FakeKms()), frozenset()),
            self.progress.append,
        )

    def verdicts(
        self, scope: Scope = EVERYTHING, *, wants_missing: bool = True
    ) -> list[tuple[str, str]]:
        return [
            (entry.snapshot, entry.verdict.value)
            for entry in self.audit.entries(scope, wants_missing=wants_missing)
        ]


def test_all_pages_are_read() -> None:
    redshift = FakeRedshift(A, B)
    region = Region(redshift)

    assert region.verdicts() == [("a", "unclaimed"), ("b", "unclaimed")]
    assert region.progress == [1, 2]
    assert redshift.parameters == [
        {"OwnerAccount": OWNER, "PaginationConfig": {"PageSize": 100}}
    ]


def test_snapshots_that_others_share_with_us_are_not_ours_to_audit() -> None:
    foreign = {**A, "OwnerAccount": "999999999999"}

    assert Region(FakeRedshift(foreign)).verdicts() == []


@pytest.mark.parametrize(
    ("scope", "found", "matched"),
    [
        (Scope(("a",)), ["a"], {"a"}),
        (Scope(("a", "b", "c")), ["a", "b"], {"a", "b"}),
        (Scope(clusters=("two",)), ["b"], {"two"}),
        (Scope(("a",), ("two",)), [], set()),
        (Scope(("b",), ("two",)), ["b"], {"b", "two"}),
    ],
)
def test_only_what_is_in_the_scope_is_judged(
    scope: Scope, found: list[str], matched: Collection[str]
) -> None:
    region = Region(FakeRedshift(A, B))

    assert [name for name, _ in region.verdicts(scope)] == found
    assert region.audit.matched == matched


def test_a_declared_snapshot_that_is_gone_is_missing() -> None:
    gone = resource(pair=f"gone/{ANALYTICS}")
    region = Region(FakeRedshift(A), FakeCloudFormation(gone))

    [_, entry] = region.audit.entries(Scope(), wants_missing=True)

    assert (entry.snapshot, entry.account, entry.verdict) == (
        "gone",
        ANALYTICS,
        "missing",
    )
    assert entry.why == "Sales/Share declares it, there is no such snapshot"
    assert entry.declared_by == ("Sales/Share",)


def test_a_snapshot_that_is_gone_is_ignored_while_its_resource_changes() -> None:
    going = resource(pair=f"gone/{ANALYTICS}", status="DELETE_IN_PROGRESS")

    assert Region(FakeRedshift(), FakeCloudFormation(going)).verdicts() == []


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        (Scope(("gone",)), ["gone"]),
        (Scope(("a",)), ["a"]),
        (Scope(clusters=("tickit",)), ["a"]),
    ],
    ids=["named", "another is named", "a cluster is named"],
)
def test_a_declared_snapshot_that_is_gone_can_be_out_of_the_scope(
    scope: Scope, names: list[str]
) -> None:
    gone = resource(pair=f"gone/{ANALYTICS}")
    region = Region(FakeRedshift(A), FakeCloudFormation(gone))

    assert [name for name, _ in region.verdicts(scope)] == names


def test_a_declared_snapshot_that_appears_after_its_page_is_looked_at() -> None:
    class Growing(FakeRedshift):
        def describe_cluster_snapshots(self, **parameters: Any) -> Iterator[Answer]:
            yield from super().describe_cluster_snapshots(**parameters)
            self.snapshots.append(B)

    declared = resource(pair=f"b/{ANALYTICS}")

    assert Region(Growing(A), FakeCloudFormation(declared)).verdicts() == [
        ("a", "unclaimed"),
        ("b", "unclaimed"),
    ]


def test_the_stacks_are_not_read_unless_something_needs_them() -> None:
    region = Region(FakeRedshift(snapshot("a")), FakeCloudFormation(resource()))

    assert region.verdicts(wants_missing=False) == []
    assert region.cloudformation.calls == []


def test_stacks_that_could_not_be_read_have_an_entry_of_their_own() -> None:
    cloudformation = FakeCloudFormation(errors={"": refusal("AccessDenied")})

    assert Region(FakeRedshift(), cloudformation).verdicts() == [("", "unreadable")]


def test_a_refusal_of_redshift_is_raised() -> None:
    region = Region(FakeRedshift(A, error=refusal("AccessDenied")))

    with pytest.raises(ClientError, match="AccessDenied"):
        region.verdicts()


def test_a_refusal_of_redshift_to_find_a_snapshot_is_raised() -> None:
    class Refusing(FakeRedshift):
        def describe_cluster_snapshots(self, **_: Any) -> Iterator[Answer]:
            raise refusal("AccessDenied")

    with pytest.raises(ClientError, match="AccessDenied"):
        Region(Refusing()).verdicts(Scope(("a",)))
