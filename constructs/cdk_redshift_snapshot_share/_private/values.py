"""Shows an invalid value in a message."""

from constructs import Construct

from redshift_snapshot_share_handler.syntax import shorten


def show(value: object) -> str:
    """Write a value for a message. A construct is shown by its class and path."""
    if isinstance(value, Construct):
        return f"{type(value).__name__} {value.node.path or '(the app)'}"
    return shorten(repr(value))
