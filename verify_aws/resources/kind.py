"""What all kinds of resources have in common."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from verify_aws.connection import Connection


class Found(NamedTuple):
    """Something that exists, and the two things by which a run's are told.

    Args:
        identifier: By which it is removed.
        name: What begins with the prefix if it is of a run.
        tags: Its tags.
    """

    identifier: str
    name: str
    tags: dict[str, str]


class Kind(Protocol):
    """A kind of resource."""

    noun: str

    def find(self, connection: Connection) -> Iterator[Found]:
        """Find those whose names begin with the prefix."""
        ...

    def remove(self, connection: Connection, identifier: str) -> None:
        """Remove one, and wait until it is gone. One that is gone is as good.

        Raises:
            VerificationError: If it does not go.
        """
        ...


def as_dictionary(tags: list[dict[str, str]]) -> dict[str, str]:
    """Turn tags as most of AWS's APIs have them into a dictionary."""
    return {tag["Key"]: tag["Value"] for tag in tags}
