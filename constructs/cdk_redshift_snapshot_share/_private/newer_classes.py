"""The classes that only newer versions of aws-cdk-lib have.

`docs/cdk-apps.md` says what an older version cannot do for lack of each.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["CfnSnapshot", "IClusterRef", "ISnapshotRef"]


class MissingClass:
    """Stands in for a class that the installed aws-cdk-lib lacks.

    Nothing is an instance of it.
    """


def find_class(module: str, name: str) -> Any:
    """Find a class of aws-cdk-lib, or return `MissingClass`.

    Args:
        module: Module of the class. The installed version may lack it too.
        name: Name of the class.
    """
    try:
        return getattr(import_module(module), name)
    except (AttributeError, ImportError):
        return MissingClass


def is_missing(found: object) -> bool:
    """Tell whether the installed aws-cdk-lib lacks a class of this module."""
    return found is MissingClass


if TYPE_CHECKING:
    from aws_cdk.aws_redshift import CfnSnapshot
    from aws_cdk.interfaces.aws_redshift import IClusterRef, ISnapshotRef
else:
    CfnSnapshot = find_class("aws_cdk.aws_redshift", "CfnSnapshot")
    IClusterRef = find_class("aws_cdk.interfaces.aws_redshift", "IClusterRef")
    ISnapshotRef = find_class("aws_cdk.interfaces.aws_redshift", "ISnapshotRef")
