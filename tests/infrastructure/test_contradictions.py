"""Props that contradict each other, or the rest of the app."""

from collections.abc import Callable
from typing import Any

import aws_cdk
import pytest
from aws_cdk import (
    Annotations,
    App,
    CfnCondition,
    CfnResource,
    Fn,
    RemovalPolicy,
    Stack,
    aws_iam as iam,
    aws_kms as kms,
)
from aws_cdk.assertions import Template

from cdk_redshift_snapshot_share import (
    SnapshotAttributes,
    SnapshotShare,
    SnapshotShareProvider,
)
from tests.infrastructure.stacks import (
    SHARE,
    cfn_snapshot,
    new_role,
    resources,
    share,
    warnings_of,
)

RETAINED = "cdk-redshift-snapshot-share:retainedShareOfDeletedSnapshot"
CONDITION = "cdk-redshift-snapshot-share:encryptionKeyCondition"


def warnings(stack: Stack) -> list[str]:
    return [
        warning
        for warning in warnings_of(stack)
        if "cdk-redshift-snapshot-share" in warning
    ]


def resource_of(declared: SnapshotShare) -> CfnResource:
    resource = declared.node.default_child
    assert isinstance(resource, CfnResource)
    return resource


def share_snapshot(
    stack: Stack, retained: RemovalPolicy, deleted: RemovalPolicy | None
) -> SnapshotShare:
    snapshot = cfn_snapshot(stack)
    declared = share(
        stack, snapshot_identifier=None, snapshot=snapshot, removal_policy=retained
    )
    if deleted:
        snapshot.apply_removal_policy(deleted)  # After the share was declared.
    return declared


@pytest.mark.parametrize("deleted", [None, RemovalPolicy.DESTROY])
@pytest.mark.parametrize(
    "retained", [RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE]
)
def test_synthesis_warns_of_a_retained_share_of_a_deleted_snapshot(
    stack: Stack, retained: RemovalPolicy, deleted: RemovalPolicy | None
) -> None:
    share_snapshot(stack, retained, deleted)

    (warning,) = warnings(stack)
    assert "Stack/Snapshot is deleted with its stack, which will fail" in warning
    assert f"[ack: {RETAINED}]" in warning


@pytest.mark.parametrize(
    ("retained", "deleted"),
    [
        (RemovalPolicy.RETAIN, RemovalPolicy.RETAIN),
        (RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE),
        (RemovalPolicy.DESTROY, None),
        (RemovalPolicy.DESTROY, RemovalPolicy.RETAIN),
    ],
)
def test_policies_that_agree_are_not_warned_of(
    stack: Stack, retained: RemovalPolicy, deleted: RemovalPolicy | None
) -> None:
    share_snapshot(stack, retained, deleted)

    assert warnings(stack) == []


def test_policies_are_compared_as_aspects_leave_them(stack: Stack) -> None:
    share_snapshot(stack, RemovalPolicy.DESTROY, RemovalPolicy.DESTROY)
    aws_cdk.RemovalPolicies.of(stack).retain(apply_to_resource_types=[SHARE])

    assert len(warnings(stack)) == 1


def test_retained_share_of_a_snapshot_that_others_manage_is_no_contradiction(
    stack: Stack,
) -> None:
    share(stack, removal_policy=RemovalPolicy.RETAIN)

    assert warnings(stack) == []


def test_snapshot_of_another_stack_is_deleted_with_that_stack() -> None:
    app = App(context={"aws:cdk:disable-asset-staging": True})
    stack, snapshots = Stack(app, "Stack"), Stack(app, "Snapshots")
    share(
        stack,
        snapshot_identifier=None,
        snapshot=cfn_snapshot(snapshots),
        removal_policy=RemovalPolicy.RETAIN,
    )

    (warning,) = warnings(stack)
    assert "Snapshots/Snapshot is deleted with its stack" in warning


def test_synthesis_warns_of_a_key_statement_that_does_not_depend_on_the_condition(
    stack: Stack,
) -> None:
    declared = share(stack, encryption_key=kms.Key(stack, "Key"))
    resource_of(declared).cfn_options.condition = CfnCondition(stack, "IsProduction")

    (warning,) = warnings(stack)
    assert "the account may decrypt even if the condition is false" in warning
    assert f"[ack: {CONDITION}]" in warning


def test_condition_without_a_key_is_not_warned_of(stack: Stack) -> None:
    declared = share(stack)
    resource_of(declared).cfn_options.condition = CfnCondition(stack, "IsProduction")

    assert warnings(stack) == []


def test_condition_is_not_warned_of_if_the_key_does_not_change(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    declared = share(
        stack,
        encryption_key=key,
        account_with_restore_access="amazon-redshift-support",
    )
    resource_of(declared).cfn_options.condition = CfnCondition(stack, "IsProduction")

    assert warnings(stack) == []


@pytest.mark.parametrize("warning_id", [RETAINED, CONDITION])
def test_warning_can_be_acknowledged(stack: Stack, warning_id: str) -> None:
    declared = share(
        stack,
        snapshot_identifier=None,
        snapshot=cfn_snapshot(stack),
        encryption_key=kms.Key(stack, "Key"),
        removal_policy=RemovalPolicy.RETAIN,
    )
    resource_of(declared).cfn_options.condition = CfnCondition(stack, "IsProduction")

    Annotations.of(declared).acknowledge_warning(warning_id)

    assert len(warnings(stack)) == 1
    assert warning_id not in warnings(stack)[0]


def direct(attributes: SnapshotAttributes) -> dict[str, Any]:
    return {"snapshot_identifier": attributes.cluster_identifier}


def partial(attributes: SnapshotAttributes) -> dict[str, Any]:
    return {"snapshot_identifier": f"copy-of-{attributes.snapshot_identifier}"}


def selected(attributes: SnapshotAttributes) -> dict[str, Any]:
    return {"snapshot_identifier": Fn.select(1, Fn.split("/", attributes.snapshot_arn))}


def as_arn(attributes: SnapshotAttributes) -> dict[str, Any]:
    return {"snapshot_identifier": None, "snapshot_arn": attributes.snapshot_arn}


def as_cluster(attributes: SnapshotAttributes) -> dict[str, Any]:
    return {
        "snapshot_identifier": "ledger",
        "snapshot_cluster_identifier": attributes.cluster_identifier,
    }


NAMED = pytest.mark.parametrize(
    "named_by", [direct, partial, selected, as_arn, as_cluster]
)
NamedBy = Callable[[SnapshotAttributes], dict[str, Any]]


@NAMED
def test_fails_when_a_share_is_named_by_another_of_its_provider(
    stack: Stack, named_by: NamedBy
) -> None:
    one = share(stack, "One")

    with pytest.raises(
        ValueError,
        match=r"^the snapshot must not be named by an attribute of Stack/One, which has the "
        "same provider or role",
    ):
        share(stack, "Two", **named_by(one.snapshot_attributes))

    share(stack, "Two", snapshot_identifier="ledger")  # Nothing was defined.


def test_fails_when_a_snapshot_to_be_shared_is_named_by_a_share(stack: Stack) -> None:
    name = f"copy-of-{share(stack, 'One').snapshot_attributes.snapshot_identifier}"
    snapshot = cfn_snapshot(stack, snapshot_identifier=name)

    with pytest.raises(ValueError, match="by an attribute of Stack/One"):
        share(stack, "Two", snapshot_identifier=None, snapshot=snapshot)


def test_fails_when_two_providers_of_a_share_and_its_name_have_one_role(
    stack: Stack,
) -> None:
    role = new_role(stack)
    providers = [
        SnapshotShareProvider(stack, name, role=role) for name in ("One", "Two")
    ]
    one = share(stack, "First", provider=providers[0])

    with pytest.raises(ValueError, match="by an attribute of Stack/First"):
        share(stack, "Second", provider=providers[1], **direct(one.snapshot_attributes))


def test_fails_when_the_account_of_a_key_is_named_by_a_share(stack: Stack) -> None:
    owner = share(stack, "One").snapshot_attributes.owner_account

    with pytest.raises(
        ValueError, match=r"^an account that may use encryption_key must"
    ):
        share(
            stack,
            "Two",
            snapshot_identifier="ledger",
            account_with_restore_access=owner,
            encryption_key=kms.Key(stack, "Key"),
        )


def is_circular(stack: Stack) -> bool:
    """Tell whether a template has a circular dependency, by the assertions library."""
    try:
        Template.from_stack(stack)
    except RuntimeError as error:
        assert "cycle" in str(error)  # noqa: PT017
        return True
    return False


@NAMED
def test_share_may_be_named_by_one_of_another_provider(
    stack: Stack, named_by: NamedBy
) -> None:
    one = share(stack, "One")
    provider = SnapshotShareProvider(stack, "Provider")

    share(stack, "Two", provider=provider, **named_by(one.snapshot_attributes))

    assert not is_circular(stack)
    assert len(resources(stack, SHARE)) == 2


def test_share_may_be_named_by_one_whose_role_needs_no_policies(stack: Stack) -> None:
    role = iam.Role.from_role_name(stack, "Mine", "sharing", mutable=False)
    provider = SnapshotShareProvider(stack, "Provider", role=role)
    one = share(stack, "One", provider=provider)

    share(stack, "Two", provider=provider, **direct(one.snapshot_attributes))

    assert not is_circular(stack)


@NAMED
def test_share_may_be_named_by_one_of_another_stack(named_by: NamedBy) -> None:
    app = App(context={"aws:cdk:disable-asset-staging": True})
    stacks = [Stack(app, name) for name in ("One", "Two")]
    one = share(stacks[0], "Share")
    share(stacks[1], "Share")  # Of the same logical id.

    share(stacks[1], "Other", **named_by(one.snapshot_attributes))

    assert not is_circular(stacks[1])


def test_account_may_be_named_by_a_share(stack: Stack) -> None:
    owner = share(stack, "One").snapshot_attributes.owner_account

    share(
        stack,
        "Two",
        snapshot_identifier="ledger",
        account_with_restore_access=owner,
    )

    assert not is_circular(stack)
