"""Leaving nothing behind when a construct cannot be defined after all."""

from collections.abc import Iterator
from contextlib import contextmanager

from constructs import Construct


@contextmanager
def remove_on_failure(scope: Construct, construct_id: str) -> Iterator[None]:
    """Remove a construct that is being defined if that fails.

    Props are checked before anything is defined. What CDK itself refuses, such as an asset
    in a stack without bootstrapping, shows only while it is defined.
    """
    is_new = scope.node.try_find_child(construct_id) is None
    try:
        yield
    except Exception:
        if is_new:
            scope.node.try_remove_child(construct_id)
        raise
