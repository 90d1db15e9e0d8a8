"""What a run creates, in the order in which it does."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from verify_aws.connection import Connection
from verify_aws.failure import VerificationError, code_of, message_of
from verify_aws.label import Label, find_label
from verify_aws.lock import Record
from verify_aws.resources import KINDS, Found, Kind

Say = Callable[[str], None]


class Item(NamedTuple):
    """Something that exists, or is about to."""

    kind: Kind
    identifier: str
    name: str
    connection: Connection


class Inventory:
    """Everything that this run creates.

    Args:
        label: The run.
    """

    def __init__(self, label: Label) -> None:
        self._label = label
        self._items: list[Item] = []

    def add(
        self, kind: Kind, connection: Connection, name: str, identifier: str = ""
    ) -> None:
        """Write down what is about to be created.

        Args:
            kind: Its kind.
            connection: Where.
            name: Its name, with the prefix of this run.
            identifier: By which it is removed. Default: the name.

        Raises:
            RuntimeError: If it is not named as what this run creates is.
        """
        if not self._label.names(name):
            raise RuntimeError(f"{name!r} does not have the prefix of this run")
        self._items.append(Item(kind, identifier or name, name, connection))

    def reversed(self) -> list[Item]:
        """List it, the newest first."""
        return self._items[::-1]


def find_leftovers(
    connection: Connection,
    record: Record | None,
    label: Label | None = None,
    kinds: Sequence[Kind] = KINDS,
) -> Iterator[Item]:
    """Find what runs created in an account and Region, in the order of removal.

    Args:
        connection: The account and Region.
        record: What the lock says of a run; it names what AWS created without tags.
        label: Only what this run created. Default: any run.
        kinds: Only these kinds. Default: all.
    """
    for kind in kinds:
        for found in kind.find(connection):
            if _is_of_a_run(found, record, label):
                yield Item(kind, found.identifier, found.name, connection)


def remove(items: Sequence[Item], say: Say) -> list[str]:
    """Remove items, one after the other; one that does not go does not keep the others.

    Returns:
        What could not be removed, and why.
    """
    problems = []
    for item in items:
        say(f"removing {item.kind.noun} {item.name}")
        try:
            item.kind.remove(item.connection, item.identifier)
        except (BotoCoreError, ClientError, VerificationError) as error:
            problem = f"{item.kind.noun} {item.name}: {code_of(error)}"
            problems.append(f"{problem}: {message_of(error)}")
    return problems


def _is_of_a_run(found: Found, record: Record | None, label: Label | None) -> bool:
    by_tag = find_label(found.name, found.tags)
    if by_tag is None and record is not None and found.name in record.untagged:
        # AWS created it without tags, and the run had no time to add one.
        by_tag = Label(record.run) if Label(record.run).names(found.name) else None
    return by_tag is not None and label in {None, by_tag}
