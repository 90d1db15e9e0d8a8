"""How messages show a value that is not what it should be."""

from constructs import Construct

from redshift_snapshot_share_handler.syntax import shorten


def show(value: object) -> str:
    """Write a value for a message: a construct by its class and path, not its address."""
    if isinstance(value, Construct):
        return f"{type(value).__name__} {value.node.path or '(the app)'}"
    return shorten(repr(value))
