"""The names that users may import and call. A changed line is a breaking change."""

import inspect
from pathlib import Path

import pytest
from constructs import Construct

import cdk_redshift_snapshot_share as package
from cdk_redshift_snapshot_share import (
    ClusterSnapshotShares,
    ExistingShare,
    SnapshotAttributes,
    SnapshotShare,
    SnapshotShareProvider,
    SnapshotShares,
    testing,
)
from cdk_redshift_snapshot_share._private.cluster_props import ClusterProps
from cdk_redshift_snapshot_share._private.function_props import FunctionProps
from cdk_redshift_snapshot_share._private.share_props import ShareProps
from redshift_snapshot_share_handler import contract

ROOT = Path(package.__path__[0])
SHARE_PROPS = {
    "snapshot_identifier",
    "snapshot_arn",
    "snapshot",
    "snapshot_cluster_identifier",
    "existing_share",
    "encryption_key",
    "wait_for_snapshot",
    "removal_policy",
    "provider",
}
FUNCTION_PROPS = {
    "environment_encryption",
    "log_group",
    "memory_size",
    "reserved_concurrent_executions",
    "role",
    "security_groups",
    "vpc",
    "vpc_subnets",
}
CLUSTER_PROPS = {
    "accounts_with_restore_access",
    "allowed_accounts",
    "cluster",
    "cluster_identifier",
    "copy_automated_for",
    "encryption_key",
    "existing_share",
    "newest",
    "removal_policy",
    "schedule",
    "snapshot_identifier_prefix",
}


def public_names(of: type) -> set[str]:
    """The names that a class has of its own, or takes from our other classes."""
    inherited = {*dir(Construct), *dir(str), *dir(object)}
    return {name for name in {*dir(of)} - inherited if not name.startswith("_")}


def props(of: type) -> set[str]:
    return {
        name
        for name, parameter in inspect.signature(
            vars(of)["__init__"]
        ).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


def test_package_has_one_module_per_public_name() -> None:
    assert {path.name for path in ROOT.iterdir()} - {"__pycache__"} == {
        "__init__.py",
        "_private",
        "cluster_snapshot_shares.py",
        "existing_share.py",
        "provider.py",
        "py.typed",
        "snapshot_attributes.py",
        "snapshot_share.py",
        "snapshot_shares.py",
        "testing.py",
    }


def test_package_offers() -> None:
    assert package.__all__ == [
        "ClusterSnapshotShares",
        "ExistingShare",
        "SnapshotAttributes",
        "SnapshotShare",
        "SnapshotShareProvider",
        "SnapshotShares",
    ]


@pytest.mark.parametrize(
    ("public_class", "names"),
    [
        (ExistingShare, {"ADOPT", "FAIL"}),
        (SnapshotShare, {"account_with_restore_access", "snapshot_attributes"}),
        (SnapshotShares, {"shares"}),
        (
            SnapshotShareProvider,
            {"function", "get_or_create", "grant_principal", "log_group", "role"},
        ),
        (
            ClusterSnapshotShares,
            {
                "function",
                "grant_principal",
                "log_group",
                "metric_failed",
                "role",
                "rule",
                "shared_snapshot_count",
                "shared_snapshot_identifiers",
            },
        ),
        (
            testing.DeclaredClusterShares,
            {
                "accounts_with_restore_access",
                "cluster_identifier",
                "copy_automated_for",
                "existing_share",
                "logical_id",
                "newest",
                "removal_policy",
                "snapshot_identifier_prefix",
            },
        ),
        (
            testing.DeclaredShare,
            {
                "account_with_restore_access",
                "existing_share",
                "logical_id",
                "removal_policy",
                "snapshot_arn",
                "snapshot_cluster_identifier",
                "snapshot_identifier",
                "wait_for_snapshot",
            },
        ),
    ],
)
def test_class_offers(public_class: type, names: set[str]) -> None:
    assert public_names(public_class) == names


def test_attributes_offer_one_name_per_attribute_and_all_of_them() -> None:
    names = public_names(SnapshotAttributes)

    assert len(names) == len(contract.ATTRIBUTES) + len({"as_strings", "truncated"})
    assert names > {"as_strings", "truncated", "snapshot_arn", "kms_key_id"}


@pytest.mark.parametrize(
    ("public_class", "expected"),
    [
        (SnapshotShare, SHARE_PROPS | {"account_with_restore_access"}),
        (SnapshotShares, SHARE_PROPS | {"accounts_with_restore_access"}),
        (
            SnapshotShareProvider,
            FUNCTION_PROPS | {"allowed_accounts", "default_for_stack"},
        ),
        (ClusterSnapshotShares, FUNCTION_PROPS | CLUSTER_PROPS),
    ],
)
def test_class_takes(public_class: type, expected: set[str]) -> None:
    assert props(public_class) == expected


def test_props_of_a_share_are_written_once_inside() -> None:
    assert {*ShareProps._fields} == SHARE_PROPS
    assert {*ClusterProps._fields} == CLUSTER_PROPS
    assert {*FunctionProps._fields} == FUNCTION_PROPS


@pytest.mark.parametrize(
    "public_class",
    [ClusterSnapshotShares, SnapshotShare, SnapshotShares, SnapshotShareProvider],
)
def test_every_prop_is_described(public_class: type) -> None:
    description = inspect.getdoc(public_class) or ""

    undescribed = {
        prop for prop in props(public_class) if f"    {prop}: " not in description
    }

    assert undescribed == set()
