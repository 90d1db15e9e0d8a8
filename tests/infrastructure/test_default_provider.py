"""The provider of shares that name none, and shares that name none by mistake."""

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Annotations, App, Stack, aws_logs as logs

from cdk_redshift_snapshot_share import SnapshotShareProvider, SnapshotShares
from tests.infrastructure.stacks import (
    ACCOUNT,
    SHARE,
    imported_vpc,
    new_role,
    new_stack,
    resources,
    share,
    warnings_of,
)

FUNCTION = "AWS::Lambda::Function"
WARNING = "cdk-redshift-snapshot-share:providerNotNamed"
OTHER = "321098765432"


def warnings(stack: Stack) -> list[str]:
    return [warning for warning in warnings_of(stack) if "names no" in warning]


def test_default_of_the_stack_is_used_by_shares_that_name_none(stack: Stack) -> None:
    provider = SnapshotShareProvider(
        stack, "Provider", allowed_accounts=[ACCOUNT], default_for_stack=True
    )

    share(stack)
    SnapshotShares(
        stack,
        "Shares",
        snapshot_identifier="ledger",
        accounts_with_restore_access=[ACCOUNT],
    )

    assert len(resources(stack, FUNCTION)) == 1
    assert SnapshotShareProvider.get_or_create(stack) is provider
    assert warnings(stack) == []


def test_default_of_the_stack_restricts_shares_that_name_none(stack: Stack) -> None:
    SnapshotShareProvider(
        stack, "Provider", allowed_accounts=[OTHER], default_for_stack=True
    )

    with pytest.raises(ValueError, match=f"allowed_accounts, {OTHER}, got {ACCOUNT}"):
        share(stack)


def test_share_keeps_its_id_when_its_provider_becomes_the_default() -> None:
    named, default = new_stack(), new_stack()
    share(named, provider=SnapshotShareProvider(named, "Provider"))
    SnapshotShareProvider(default, "Provider", default_for_stack=True)
    share(default)

    assert {*resources(named, SHARE)} == {*resources(default, SHARE)}


def test_share_may_name_another_provider_than_the_default(stack: Stack) -> None:
    SnapshotShareProvider(
        stack, "Provider", allowed_accounts=[OTHER], default_for_stack=True
    )

    share(stack, provider=SnapshotShareProvider(stack, "Other"))

    assert len(resources(stack, FUNCTION)) == 2
    assert warnings(stack) == []


def test_default_is_that_of_its_stack_alone() -> None:
    app = App(context={"aws:cdk:disable-asset-staging": True})
    one, two = Stack(app, "One"), Stack(app, "Two")
    for stack in (one, two):
        SnapshotShareProvider(stack, "Provider", default_for_stack=True)
        share(stack)

    assert [len(resources(stack, FUNCTION)) for stack in (one, two)] == [1, 1]


def test_fails_when_the_default_is_defined_after_a_share_that_names_none(
    stack: Stack,
) -> None:
    share(stack)

    with pytest.raises(
        ValueError,
        match=r"one provider per stack, .* Stack/RedshiftSnapshotShareProvider by default",
    ):
        SnapshotShareProvider(stack, "Provider", default_for_stack=True)

    SnapshotShareProvider(stack, "Provider")  # Nothing was defined.


def test_fails_when_there_are_two_defaults(stack: Stack) -> None:
    SnapshotShareProvider(stack, "One", default_for_stack=True)

    with pytest.raises(ValueError, match="already use Stack/One by default"):
        SnapshotShareProvider(stack, "Two", default_for_stack=True)


def test_provider_of_the_usual_id_does_not_replace_a_default(stack: Stack) -> None:
    provider = SnapshotShareProvider(stack, "Provider", default_for_stack=True)

    SnapshotShareProvider(stack, "RedshiftSnapshotShareProvider")

    assert SnapshotShareProvider.get_or_create(stack) is provider


def make_prop(stack: Stack, name: str) -> dict[str, Any]:
    makers: dict[str, Callable[[], Any]] = {
        "allowed_accounts": lambda: [OTHER],
        "vpc": lambda: imported_vpc(stack),
        "role": lambda: new_role(stack),
        "log_group": lambda: logs.LogGroup(stack, "Logs"),
    }
    return {name: makers[name]()}


PROPS = pytest.mark.parametrize(
    "prop", ["allowed_accounts", "vpc", "role", "log_group"]
)


@PROPS
@pytest.mark.parametrize("is_share_first", [True, False])
def test_synthesis_warns_of_a_share_that_avoids_a_provider(
    stack: Stack, prop: str, *, is_share_first: bool
) -> None:
    if is_share_first:
        share(stack)
    SnapshotShareProvider(stack, "Provider", **make_prop(stack, prop))
    if not is_share_first:
        share(stack)

    (warning,) = warnings(stack)
    assert warning.startswith("/Stack/Share: this share names no provider")
    assert f"Stack/Provider and lacks its {prop};" in warning
    assert f"[ack: {WARNING}]" in warning


def test_synthesis_warns_of_each_share_that_avoids_a_provider(stack: Stack) -> None:
    provider = SnapshotShareProvider(stack, "Provider", allowed_accounts=[ACCOUNT])
    share(stack, "Named", provider=provider)
    SnapshotShares(
        stack,
        "Shares",
        snapshot_identifier="ledger",
        accounts_with_restore_access=[ACCOUNT, OTHER],
    )

    assert sorted(warning.partition(":")[0] for warning in warnings(stack)) == [
        f"/Stack/Shares/{ACCOUNT}",
        f"/Stack/Shares/{OTHER}",
    ]


def test_warning_can_be_acknowledged(stack: Stack) -> None:
    SnapshotShareProvider(stack, "Provider", allowed_accounts=[OTHER])
    declared = share(stack)

    Annotations.of(declared).acknowledge_warning(WARNING, "the auditors' snapshot")

    assert warnings(stack) == []


def test_provider_that_only_takes_some_of_the_shares_warns_of_nothing(
    stack: Stack,
) -> None:
    """Many snapshots may need two roles."""
    share(stack, "One")

    provider = SnapshotShareProvider(stack, "Provider", memory_size=512)
    share(stack, "Two", snapshot_identifier="ledger", provider=provider)

    assert warnings(stack) == []
