import inspect
import re
from typing import Any, get_type_hints

import pytest
from aws_cdk import Fn, Stack

from cdk_redshift_snapshot_share import SnapshotAttributes
from tests.infrastructure.stacks import new_stack, share

LISTS = {"accounts_with_restore_access", "restorable_node_types"}
NAMES = sorted(
    name
    for name, value in vars(SnapshotAttributes).items()
    if isinstance(value, property)
)


@pytest.fixture(scope="module")
def stack() -> Stack:
    return new_stack()


@pytest.fixture(scope="module")
def attributes(stack: Stack) -> SnapshotAttributes:
    return share(stack).snapshot_attributes


def attribute(stack: Stack, attributes: SnapshotAttributes, name: str) -> Any:
    return stack.resolve(getattr(attributes, name))


@pytest.mark.parametrize(
    ("name", "aws_name"),
    [
        ("status", "Status"),
        ("db_name", "DBName"),
        ("encrypted_with_hsm", "EncryptedWithHSM"),
        ("kms_key_id", "KmsKeyId"),
        ("total_backup_size_in_mega_bytes", "TotalBackupSizeInMegaBytes"),
        ("tags", "Tags"),
        ("truncated", "Truncated"),
    ],
)
def test_attribute_has_the_name_of_the_api_in_snake_case(
    stack: Stack, attributes: SnapshotAttributes, name: str, aws_name: str
) -> None:
    assert attribute(stack, attributes, name) == {
        "Fn::GetAtt": ["Share94628590", aws_name]
    }


def test_lists_are_split(stack: Stack, attributes: SnapshotAttributes) -> None:
    assert attribute(stack, attributes, "accounts_with_restore_access") == {
        "Fn::Split": [
            ",",
            {"Fn::GetAtt": ["Share94628590", "AccountsWithRestoreAccess"]},
        ]
    }


def test_element_of_a_list_can_be_selected(
    stack: Stack, attributes: SnapshotAttributes
) -> None:
    first = Fn.select(0, attributes.restorable_node_types)

    assert "Fn::Select" in stack.resolve(first)


@pytest.mark.parametrize("name", NAMES)
def test_attribute_is_a_list_of_strings_or_a_string(
    attributes: SnapshotAttributes, name: str
) -> None:
    value = getattr(attributes, name)

    assert isinstance(value, list if name in LISTS else str)
    getter = getattr(SnapshotAttributes, name).fget
    expected = list[str] if name in LISTS else str
    assert get_type_hints(getter)["return"] == expected


@pytest.mark.parametrize("name", NAMES)
def test_attribute_is_described_by_help(name: str) -> None:
    description = inspect.getdoc(getattr(SnapshotAttributes, name))

    assert description is not None
    assert re.match(r"[A-Z].*[.;]", description)


def test_all_are_strings_if_so_wanted(
    stack: Stack, attributes: SnapshotAttributes
) -> None:
    strings = attributes.as_strings()

    assert len(strings) == len(NAMES)
    assert stack.resolve(strings) == {
        name: {"Fn::GetAtt": ["Share94628590", name]} for name in strings
    }
