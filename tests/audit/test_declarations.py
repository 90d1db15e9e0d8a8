"""Reading the stacks: once, all pages, and only if needed."""

import pytest
from botocore.exceptions import EndpointConnectionError

from redshift_snapshot_audit.declarations import Declarations
from redshift_snapshot_audit.judge import Judge
from redshift_snapshot_audit.keys import Keys
from redshift_snapshot_audit.snapshots import Snapshot
from tests.audit.doubles import (
    ANALYTICS,
    REGION,
    FakeCloudFormation,
    FakeKms,
    refusal,
    resource,
    snapshot,
    stack_id,
)


def test_each_stack_is_read_once() -> None:
    cloudformation = FakeCloudFormation(
        resource(), resource("Another", "x/333333333333"), resource(stack="Other")
    )
    declarations = Declarations(cloudformation)

    for _ in range(2):
        declarations.read()
        assert len(declarations.of_snapshot("sales")) == 2

    assert cloudformation.calls == ["ListStacks", stack_id("Sales"), stack_id("Other")]
    assert declarations.is_complete
    assert declarations.snapshots() == ["sales", "x"]
    assert list(declarations.unreadable()) == []


def test_no_stack_is_read_for_snapshots_that_nobody_has_access_to() -> None:
    cloudformation = FakeCloudFormation(resource())
    judge = Judge(REGION, Declarations(cloudformation), Keys(FakeKms()), frozenset())

    assert list(judge.entries(Snapshot.of(snapshot()))) == []
    assert cloudformation.calls == []
    assert list(judge.entries(Snapshot.of(snapshot(accounts=(ANALYTICS,)))))
    assert cloudformation.calls


@pytest.mark.parametrize("status", ["DELETE_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_stacks_without_resources_are_not_read(status: str) -> None:
    cloudformation = FakeCloudFormation(resource(), stack_status=status)
    declarations = Declarations(cloudformation)

    assert declarations.of_snapshot("sales") == []
    assert cloudformation.calls == ["ListStacks"]
    assert declarations.why_gone("Sales/Share") == "that stack is gone"


def test_resources_of_other_types_do_not_count() -> None:
    other = resource(kind="AWS::Redshift::Cluster")

    declarations = Declarations(FakeCloudFormation(other))

    assert declarations.owner_of(other.digits) is None


def test_a_stack_that_may_not_be_read_is_reported() -> None:
    cloudformation = FakeCloudFormation(
        resource(), errors={"Secret": refusal("AccessDenied", "not\n  you")}
    )
    declarations = Declarations(cloudformation)
    declarations.read()

    assert not declarations.is_complete
    assert list(declarations.unreadable()) == [
        "stack Secret could not be read: AccessDenied: not you"
    ]
    assert declarations.may_hide("Secret/Share")
    assert not declarations.may_hide("Sales/Share")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (refusal("AccessDenied", "x" * 500), f"AccessDenied: {'x' * 383}..."),
        (
            EndpointConnectionError(endpoint_url="https://x"),
            'Could not connect to the endpoint URL: "https://x"',
        ),
    ],
    ids=["refused", "unreachable"],
)
def test_stacks_that_may_not_be_listed_are_reported(
    error: Exception, text: str
) -> None:
    declarations = Declarations(FakeCloudFormation(errors={"": error}))
    declarations.read()

    assert list(declarations.unreadable()) == [
        f"the stacks could not be listed: {text}"
    ]
    assert declarations.may_hide("Any/Thing")


def test_a_stack_that_is_deleted_meanwhile_is_one_that_is_gone() -> None:
    error = refusal("ValidationError", "Stack with id x does not exist")
    declarations = Declarations(FakeCloudFormation(errors={"Sales": error}))
    declarations.read()

    assert declarations.is_complete
