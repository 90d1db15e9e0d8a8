"""A stack to declare shares in."""

import pytest
from aws_cdk import Stack

from tests.infrastructure.stacks import new_stack


@pytest.fixture
def stack() -> Stack:
    """A stack of any account and Region; some modules have one of their own."""
    return new_stack()
