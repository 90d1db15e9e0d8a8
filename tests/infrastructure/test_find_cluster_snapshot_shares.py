from datetime import timedelta

import pytest
from aws_cdk import App, CfnParameter, Duration, RemovalPolicy, Stack
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share import ExistingShare
from cdk_redshift_snapshot_share.testing import (
    DeclaredClusterShares,
    find_cluster_snapshot_shares,
    find_snapshot_shares,
)
from tests.infrastructure.stacks import ACCOUNT, cluster_shares, new_stack, share

OTHER = "110987654321"


@pytest.fixture
def stack() -> Stack:
    return new_stack()


def find(stack: Stack) -> list[DeclaredClusterShares]:
    return find_cluster_snapshot_shares(Template.from_stack(stack))


def test_shares_are_found_with_their_defaults(stack: Stack) -> None:
    cluster_shares(stack)

    assert find(stack) == [
        DeclaredClusterShares(
            logical_id="Shares685AF19C",
            cluster_identifier="sales",
            accounts_with_restore_access=[ACCOUNT],
            newest=7,
        )
    ]


def test_shares_are_found_with_all_that_they_declare(stack: Stack) -> None:
    cluster_shares(
        stack,
        accounts_with_restore_access=[ACCOUNT, OTHER],
        newest=3,
        snapshot_identifier_prefix="weekly-",
        copy_automated_for=Duration.days(28),
        existing_share=ExistingShare.ADOPT,
        removal_policy=RemovalPolicy.RETAIN,
    )

    assert find(stack) == [
        DeclaredClusterShares(
            logical_id="Shares685AF19C",
            cluster_identifier="sales",
            accounts_with_restore_access=[OTHER, ACCOUNT],
            newest=3,
            snapshot_identifier_prefix="weekly-",
            copy_automated_for=timedelta(days=28),
            existing_share=ExistingShare.ADOPT,
            removal_policy=RemovalPolicy.RETAIN,
        )
    ]


def test_tokens_are_intrinsic_functions(stack: Stack) -> None:
    cluster_shares(
        stack,
        cluster_identifier=CfnParameter(stack, "Cluster").value_as_string,
        accounts_with_restore_access=[CfnParameter(stack, "Account").value_as_string],
    )

    (found,) = find(stack)
    assert found.cluster_identifier == {"Ref": "Cluster"}
    assert found.accounts_with_restore_access == {"Ref": "Account"}


def test_each_kind_of_share_is_found_by_its_own_function(stack: Stack) -> None:
    share(stack)
    cluster_shares(stack, "B", snapshot_identifier_prefix="b-")
    cluster_shares(stack, "A", snapshot_identifier_prefix="a-")

    assert [it.snapshot_identifier_prefix for it in find(stack)] == ["a-", "b-"]
    assert len(find_snapshot_shares(Template.from_stack(stack))) == 1


def test_fails_when_shares_are_looked_for_in_something_else() -> None:
    with pytest.raises(TypeError, match=r"got Stack Sales; use Template\.from_stack"):
        find_cluster_snapshot_shares(Stack(App(), "Sales"))  # type: ignore[arg-type]
