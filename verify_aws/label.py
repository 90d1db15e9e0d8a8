"""The prefix and the tag by which everything that a run creates can be told."""

import secrets
from typing import NamedTuple, Self

#: What every name begins with. IAM keeps 24 characters of a stack's name in those of roles.
PREFIX = "redshift-share-verify-"
#: The key of the tag; its value is the run's id.
TAG_KEY = "redshift-share-verify"

_COPY = "copy:"


class Label(NamedTuple):
    """The id of a run, and what is named and tagged with it."""

    run: str

    @classmethod
    def new(cls) -> Self:
        """Make up the id of a new run."""
        return cls(secrets.token_hex(4))

    @property
    def prefix(self) -> str:
        """What the names of everything of the run begin with."""
        return f"{PREFIX}{self.run}-"

    @property
    def tags(self) -> list[dict[str, str]]:
        """The tag, as most of AWS's APIs want it."""
        return [{"Key": TAG_KEY, "Value": self.run}]

    def name(self, noun: str) -> str:
        """Name something that the run creates."""
        return f"{self.prefix}{noun}"

    def marks(self, name: str, tags: dict[str, str]) -> bool:
        """Tell whether a name and tags both are those of the run."""
        return tags.get(TAG_KEY) == self.run and self.names(name)

    def names(self, name: str) -> bool:
        """Tell whether a name, or the name of a copy, is one of the run."""
        return name.removeprefix(_COPY).startswith(self.prefix)


def find_label(name: str, tags: dict[str, str]) -> Label | None:
    """Find the run that created something.

    Args:
        name: Its name.
        tags: Its tags.

    Returns:
        The run; none unless the name and the tag agree.
    """
    label = Label(tags.get(TAG_KEY, ""))
    return label if label.run and label.marks(name, tags) else None
