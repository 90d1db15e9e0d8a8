"""Reads the properties of a custom resource: strings, and the options of every share."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TypeVar

from redshift_snapshot_share_handler.contract import (
    ClusterProperty,
    ExistingShareValue,
    Property,
    RemovalPolicyValue,
)
from redshift_snapshot_share_handler.errors import Reason, SnapshotShareError
from redshift_snapshot_share_handler.syntax import shorten

_Value = TypeVar("_Value", bound=StrEnum)


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


def check_capitals(
    properties: Mapping[str, Any],
    case_sensitive: Mapping[Property, str] | Mapping[ClusterProperty, str],
) -> None:
    """Refuse capitals, which only values of tokens can have.

    The IAM policies contain the same capitals. IAM does not ignore case as Redshift does,
    so it would deny the function.

    Args:
        properties: The properties.
        case_sensitive: Those to check, each with the name of its prop.

    Raises:
        ValueError: If one has capitals.
    """
    for name, prop in case_sensitive.items():
        value = text_of(properties, name)
        if value != value.lower():
            raise ValueError(
                f"{prop} {shorten(value)!r} has capital letters and is known only at "
                "deployment; IAM policies are case sensitive, so write it in lower case"
            )


def adopts_existing(properties: Mapping[str, Any]) -> bool:
    """Tell whether access that nobody claims is put under the stack's control.

    Raises:
        ValueError: If the property has no value that it can have.
    """
    value = _option(
        properties, Property.EXISTING_SHARE, "existing_share", ExistingShareValue.FAIL
    )
    return value is ExistingShareValue.ADOPT


def is_retained(properties: Mapping[str, Any]) -> bool:
    """Tell whether access is meant to stay when the resource is removed.

    Raises:
        ValueError: If the property has no value that it can have.
    """
    value = _option(
        properties,
        Property.REMOVAL_POLICY,
        "removal_policy",
        RemovalPolicyValue.DESTROY,
    )
    return value is RemovalPolicyValue.RETAIN


def _option(
    properties: Mapping[str, Any], name: Property, prop: str, default: _Value
) -> _Value:
    """Read one of the values of the default's type; an absent property has the default."""
    value, values = text_of(properties, name), type(default)
    try:
        return values(value or default)
    except ValueError:
        raise ValueError(
            f"{prop} must be {' or '.join(values)}, got {shorten(value)!r}"
        ) from None
