"""Reads the properties of a custom resource: strings, and the options of every share."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from redshift_snapshot_share_handler.contract import (
    ClusterProperty,
    ExistingShareValue,
    Property,
    RemovalPolicyValue,
)
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.syntax import shorten


@contextmanager
def invalid_properties() -> Iterator[None]:
    """Put what is wrong with a property into the user's terms.

    Raises:
        SnapshotShareError: In the place of a ValueError.
    """
    try:
        yield
    except ValueError as error:
        raise SnapshotShareError(Reason.INVALID_PROPERTY, problem=str(error)) from error


def text_of(properties: Mapping[str, Any], name: Property | ClusterProperty) -> str:
    """Read a property; an absent one is empty.

    Raises:
        ValueError: If it is not a string.
    """
    value = properties.get(name.value, "")
    if not isinstance(value, str):
        raise ValueError(f"{name.value} must be a string, got {type(value).__name__}")  # noqa: TRY004 - one kind of error for wrong properties
    return value


def adopts_existing(properties: Mapping[str, Any]) -> bool:
    """Tell whether access that nobody claims is put under the stack's control.

    Raises:
        ValueError: If the property has no value that it can have.
    """
    value = text_of(properties, Property.EXISTING_SHARE)
    try:
        option = ExistingShareValue(value or ExistingShareValue.FAIL)
    except ValueError:
        raise ValueError(
            f"existing_share must be FAIL or ADOPT, got {shorten(value)!r}"
        ) from None
    return option is ExistingShareValue.ADOPT


def is_retained(properties: Mapping[str, Any]) -> bool:
    """Tell whether access is meant to stay when the resource is removed.

    Raises:
        ValueError: If the property has no value that it can have.
    """
    value = text_of(properties, Property.REMOVAL_POLICY)
    try:
        policy = RemovalPolicyValue(value or RemovalPolicyValue.DESTROY)
    except ValueError:
        raise ValueError(
            f"removal_policy must be DESTROY or RETAIN, got {shorten(value)!r}"
        ) from None
    return policy is RemovalPolicyValue.RETAIN
