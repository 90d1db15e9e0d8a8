"""Every verdict, from given responses of Redshift and CloudFormation."""

from typing import Any

import pytest

from redshift_snapshot_audit.declarations import Declarations
from redshift_snapshot_audit.entry import Entry
from redshift_snapshot_audit.judge import Judge
from redshift_snapshot_audit.keys import Keys
from redshift_snapshot_audit.snapshots import Snapshot
from redshift_snapshot_share_handler.contract import CLUSTER_RESOURCE_TYPE
from tests.audit.doubles import (
    ANALYTICS,
    KEY,
    OWNER,
    PARTNER,
    REGION,
    FakeCloudFormation,
    FakeKms,
    claim,
    refusal,
    resource,
    snapshot,
)

SHARE = resource()
SUPPORT = "amazon-redshift-support"
CLUSTER_SHARES = resource("Weekly", "tickit/d1gest", kind=CLUSTER_RESOURCE_TYPE)


def judge(
    fields: dict[str, Any],
    cloudformation: FakeCloudFormation,
    *,
    allow: tuple[str, ...] = (),
    kms: FakeKms | None = None,
) -> list[Entry]:
    declarations = Declarations(cloudformation)
    judged = Judge(
        REGION, declarations, Keys(kms or FakeKms()), frozenset(allow)
    ).entries(Snapshot.of(fields))
    return list(judged)


def verdicts(
    fields: dict[str, Any], *resources: Any, **options: Any
) -> list[tuple[str, str, str]]:
    entries = judge(fields, FakeCloudFormation(*resources), **options)
    return [(entry.account, entry.verdict.value, entry.why) for entry in entries]


def test_claimed_and_declared_access_is_ok() -> None:
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE),))

    [entry] = judge(fields, FakeCloudFormation(SHARE))

    assert entry.as_json(OWNER) == {
        "version": 1,
        "verdict": "ok",
        "finding": False,
        "owner_account": OWNER,
        "region": REGION,
        "snapshot": "sales",
        "cluster": "tickit",
        "account": ANALYTICS,
        "has_access": True,
        "declared_by": ["Sales/Share"],
        "why": "Sales/Share",
    }


def test_two_stacks_that_declare_one_access_are_both_named() -> None:
    other = resource(stack="Other")
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE), claim(other)))

    assert verdicts(fields, SHARE, other) == [
        (ANALYTICS, "ok", "Sales/Share, Other/Share")
    ]


def test_the_text_of_a_claim_is_not_what_counts() -> None:
    """A forged text does not change the owner of a claim, and neither does a lost one."""
    forged = {**claim(SHARE), "Value": "Else/Where 1"}

    assert verdicts(snapshot(accounts=(ANALYTICS,), tags=(forged,)), SHARE) == [
        (ANALYTICS, "ok", "Sales/Share")
    ]


def test_access_without_a_claim_is_unclaimed() -> None:
    assert verdicts(snapshot(accounts=(PARTNER, ANALYTICS))) == [
        (ANALYTICS, "unclaimed", "nobody declares this access"),
        (PARTNER, "unclaimed", "nobody declares this access"),
    ]


def test_declared_access_without_its_claim_is_unclaimed() -> None:
    fields = snapshot(accounts=(ANALYTICS,))

    [entry] = judge(fields, FakeCloudFormation(SHARE))

    assert entry.verdict == "unclaimed"
    assert entry.why == "Sales/Share declares it, but its claim tag is gone"
    assert entry.declared_by == ("Sales/Share",)


@pytest.mark.parametrize(
    ("key", "value", "account"),
    [
        ("210987654321:0123456789ab", "", ANALYTICS),
        ("210987654321:0123456789ab", "Sales/Share", ANALYTICS),
        ("210987654321:0123456789ab", "Sales 1", ANALYTICS),
        ("210987654321:0123456789ab", "/Share 1 retained", ANALYTICS),
        ("210987654321:0123456789AB", "Sales/Share 1", ANALYTICS),
        ("210987654321:0123", "Sales/Share 1", ANALYTICS),
        ("21098765432:0123456789ab", "Sales/Share 1", ""),
        ("210987654321", "Sales/Share 1", ""),
        ("", "", ""),
    ],
)
def test_a_malformed_claim_is_unclaimed_and_says_so(
    key: str, value: str, account: str
) -> None:
    tag = {"Key": f"redshift-snapshot-share:{key}", "Value": value}

    [(whose, verdict, why), *rest] = verdicts(
        snapshot(accounts=(ANALYTICS,), tags=(tag,))
    )

    assert (whose, verdict) == (account, "unclaimed")
    assert why == f"malformed claim tag redshift-snapshot-share:{key} = {value!r}"
    assert [each[:2] for each in rest] == [(ANALYTICS, "unclaimed")] * (not account)


def test_other_tags_are_ignored() -> None:
    fields = snapshot(tags=({"Key": "team", "Value": "sales"},))

    assert verdicts(fields, resource(pair=f"other/{ANALYTICS}")) == []


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ((), "that stack is gone"),
        ((resource("Another", f"other/{ANALYTICS}"),), "that resource is gone"),
        ((resource(number=2, pair=f"other/{ANALYTICS}"),), "that stack was made again"),
    ],
    ids=["stack gone", "resource gone", "made again"],
)
def test_a_claim_that_no_resource_has_made_is_orphaned(others: Any, why: str) -> None:
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE),))

    assert verdicts(fields, *others) == [
        (ANALYTICS, "orphaned", f"claim of Sales/Share: {why}")
    ]


def test_an_orphaned_claim_beside_a_good_one_is_a_finding() -> None:
    """It keeps the access alive when the good claim is removed."""
    gone = resource(stack="Gone")
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE), claim(gone)))

    [entry] = judge(fields, FakeCloudFormation(SHARE))

    assert (entry.verdict, entry.declared_by) == ("orphaned", ("Sales/Share",))


def test_an_orphaned_claim_without_access_is_a_finding_too() -> None:
    [entry] = judge(snapshot(tags=(claim(SHARE),)), FakeCloudFormation())

    assert (entry.verdict, entry.has_access) == ("orphaned", False)


@pytest.mark.parametrize("words", [" retained", " adopted retained"])
def test_what_a_retained_share_left_is_retained(words: str) -> None:
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE, words=words),))

    assert verdicts(fields) == [(ANALYTICS, "retained", "left by Sales/Share")]


def test_retained_access_that_was_revoked_is_no_finding() -> None:
    fields = snapshot(tags=(claim(SHARE, words=" retained"),))

    assert verdicts(fields) == [
        (ANALYTICS, "retained", "left by Sales/Share; the access was revoked since")
    ]


def test_a_retained_claim_of_a_resource_that_moved_on_is_retained() -> None:
    moved = resource(pair=f"other/{ANALYTICS}")
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE, words=" retained"),))

    assert verdicts(fields, moved) == [(ANALYTICS, "retained", "left by Sales/Share")]


def test_a_retained_share_that_is_still_deployed_is_ok() -> None:
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE, words=" retained"),))

    assert verdicts(fields, SHARE) == [(ANALYTICS, "ok", "Sales/Share")]


@pytest.mark.parametrize("tags", [(), (claim(SHARE),)], ids=["no claim", "claim"])
def test_declared_access_that_is_not_there_is_missing(tags: Any) -> None:
    assert verdicts(snapshot(tags=tags), SHARE, resource("Else", f"x/{PARTNER}")) == (
        [(ANALYTICS, "missing", "Sales/Share declares it, no access")] if tags else []
    )


def test_declared_access_is_missed_without_a_claim_when_the_stacks_were_read() -> None:
    declarations = Declarations(FakeCloudFormation(SHARE))
    declarations.read()

    [entry] = Judge(REGION, declarations, Keys(FakeKms()), frozenset()).entries(
        Snapshot.of(snapshot())
    )

    assert (entry.verdict, entry.declared_by) == ("missing", ("Sales/Share",))


def test_a_claim_on_a_pair_that_its_resource_does_not_declare_is_leftover() -> None:
    moved = resource(pair=f"other/{ANALYTICS}")
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE),))

    assert verdicts(fields, moved) == [
        (
            ANALYTICS,
            "leftover",
            f"claim of Sales/Share, which declares other/{ANALYTICS}",
        )
    ]


def test_the_claim_of_a_create_that_failed_is_leftover() -> None:
    failed = resource(pair="CREATE_FAILED:11aa", status="CREATE_FAILED")
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE),))

    [(_, verdict, why)] = verdicts(fields, failed)

    assert verdict == "leftover"
    assert why == "claim of Sales/Share, which declares CREATE_FAILED:11aa"


@pytest.mark.parametrize(
    "changing",
    [
        resource(pair=f"other/{ANALYTICS}", status="UPDATE_IN_PROGRESS"),
        resource(pair="", status="CREATE_IN_PROGRESS"),
        resource(status="DELETE_IN_PROGRESS"),
    ],
    ids=["update", "create", "delete"],
)
def test_a_deployment_in_progress_has_no_findings(changing: Any) -> None:
    tags = (claim(SHARE),)
    with_access = snapshot(accounts=(ANALYTICS,), tags=tags)

    assert verdicts(snapshot(tags=tags), changing) == []
    assert verdicts(with_access, changing) == [
        (ANALYTICS, "ok", f"Sales/Share ({changing.status})")
    ]


def test_the_cleanup_of_an_update_has_no_findings() -> None:
    """The resource has its new pair. The claim on the old one will be removed."""
    moved = resource(pair=f"other/{ANALYTICS}", status="UPDATE_COMPLETE")
    cloudformation = FakeCloudFormation(
        moved, stack_status="UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
    )

    [entry] = judge(
        snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE),)), cloudformation
    )

    assert entry.verdict == "ok"


def test_access_of_a_resource_whose_deletion_failed_is_ok_and_says_so() -> None:
    failed = resource(status="DELETE_FAILED")

    assert verdicts(snapshot(accounts=(ANALYTICS,)), failed) == [
        (ANALYTICS, "ok", "Sales/Share (DELETE_FAILED)")
    ]
    assert verdicts(snapshot(tags=(claim(SHARE),)), failed) == []


@pytest.mark.parametrize("status", ["DELETE_COMPLETE", "DELETE_SKIPPED"])
def test_a_resource_that_was_deleted_does_not_count(status: str) -> None:
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE),))

    assert verdicts(fields, resource(status=status)) == [
        (ANALYTICS, "orphaned", "claim of Sales/Share: that resource is gone")
    ]


def test_a_cluster_share_claims_the_snapshots_of_its_cluster() -> None:
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(CLUSTER_SHARES),))

    assert verdicts(fields, CLUSTER_SHARES) == [(ANALYTICS, "ok", "Sales/Weekly")]
    assert verdicts({**fields, "ClusterIdentifier": "other"}, CLUSTER_SHARES) == [
        (ANALYTICS, "leftover", "claim of Sales/Weekly, which declares tickit/d1gest")
    ]


def test_a_cluster_share_is_missed_where_its_claim_is() -> None:
    fields = snapshot(tags=(claim(CLUSTER_SHARES),))

    assert verdicts(fields, CLUSTER_SHARES) == [
        (ANALYTICS, "missing", "Sales/Weekly declares it, no access")
    ]


def test_the_claim_of_an_earlier_cluster_declaration_is_orphaned() -> None:
    now = resource("Weekly", "tickit/0ther", kind=CLUSTER_RESOURCE_TYPE)
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(CLUSTER_SHARES),))

    assert verdicts(fields, now) == [
        (
            ANALYTICS,
            "orphaned",
            "claim of Sales/Weekly: it declares something else now",
        )
    ]


def test_the_claim_of_a_cluster_share_is_the_hash_that_its_function_writes() -> None:
    """SHA-256 over StackId, LogicalResourceId and the digest, as sha256sum gives it."""
    assert CLUSTER_SHARES.digits == "0fed422e4f3d"


def test_an_account_that_is_not_allowed_is_forbidden() -> None:
    fields = snapshot(accounts=(ANALYTICS, PARTNER), tags=(claim(SHARE),))

    assert verdicts(fields, SHARE, allow=("444444444444",)) == [
        (ANALYTICS, "forbidden", "not on the allow list, declared by Sales/Share"),
        (PARTNER, "unclaimed", "nobody declares this access"),
        (PARTNER, "forbidden", "not on the allow list"),
    ]
    assert [each[:2] for each in verdicts(fields, SHARE, allow=(ANALYTICS,))] == [
        (ANALYTICS, "ok"),
        (PARTNER, "unclaimed"),
        (PARTNER, "forbidden"),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        {"AccountAlias": SUPPORT},
        {"AccountId": "444455556666", "AccountAlias": SUPPORT},
    ],
    ids=["alias", "alias and id"],
)
def test_aws_support_counts_by_its_alias(entry: dict[str, str]) -> None:
    support = resource(pair=f"sales/{SUPPORT}")
    fields = snapshot(
        tags=(claim(support, SUPPORT),), AccountsWithRestoreAccess=[entry], KmsKeyId=KEY
    )

    assert verdicts(fields, support, allow=(SUPPORT,)) == [
        (SUPPORT, "ok", "Sales/Share")
    ]
    [(account, verdict, _)] = verdicts(fields, support, allow=(ANALYTICS,))
    assert (account, verdict) == (SUPPORT, "forbidden")


def test_aws_support_counts_by_its_account_too() -> None:
    account = "444455556666"
    support = resource(pair=f"sales/{account}")
    fields = snapshot(
        tags=(claim(support, account),),
        AccountsWithRestoreAccess=[{"AccountId": account, "AccountAlias": SUPPORT}],
    )

    assert verdicts(fields, support, allow=(account,)) == [
        (SUPPORT, "ok", "Sales/Share")
    ]


def test_access_that_a_key_makes_useless_is_unusable() -> None:
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE),), KmsKeyId=KEY)

    assert verdicts(fields, SHARE, kms=FakeKms(KeyManager="AWS")) == [
        (ANALYTICS, "unusable", "AWS manages the key")
    ]


def test_access_whose_key_could_not_be_read_says_so() -> None:
    fields = snapshot(accounts=(ANALYTICS,), tags=(claim(SHARE),), KmsKeyId=KEY)

    assert verdicts(fields, SHARE, kms=FakeKms(error=refusal("AccessDenied"))) == [
        (ANALYTICS, "ok", "Sales/Share; the key could not be read: AccessDenied: no")
    ]


@pytest.mark.parametrize("stack", ["", "Sales"], ids=["all stacks", "that stack"])
def test_a_claim_of_a_stack_that_could_not_be_read_is_not_called_orphaned(
    stack: str,
) -> None:
    cloudformation = FakeCloudFormation(errors={stack: refusal("AccessDenied")})
    fields = snapshot(accounts=(ANALYTICS, PARTNER), tags=(claim(SHARE),))

    first, second = judge(fields, cloudformation)

    assert first.verdict == "unreadable"
    assert first.why == "claim of Sales/Share: that stack could not be read"
    assert second.verdict == "unclaimed"
    assert second.why == "nobody claims this access; not all stacks could be read"
