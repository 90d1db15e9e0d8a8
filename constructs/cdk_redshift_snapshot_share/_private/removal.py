"""Removes a construct that could not be defined."""

from collections.abc import Iterator
from contextlib import contextmanager

from constructs import Construct


@contextmanager
def undo_on_failure(scope: Construct, construct_id: str) -> Iterator[None]:
    """Remove a construct that was just added to its scope if defining the rest fails.

    Props are checked before anything is defined. But CDK refuses some things only while
    they are defined, such as an asset in a stack without bootstrapping.
    """
    try:
        yield
    except Exception:
        scope.node.try_remove_child(construct_id)
        raise


@contextmanager
def remove_on_failure(scope: Construct, construct_id: str) -> Iterator[None]:
    """Remove a construct if what may define it fails, unless it existed before."""
    is_new = scope.node.try_find_child(construct_id) is None
    try:
        yield
    except Exception:
        if is_new:
            scope.node.try_remove_child(construct_id)
        raise
