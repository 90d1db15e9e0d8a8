"""What a SUCCESS says."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """What a SUCCESS says.

    Attributes:
        physical_resource_id: The pair; for a Delete, the id that it came with.
        fields: The snapshot as Redshift describes it, empty if it is gone; None after a
            Delete, which has no attributes.
    """

    physical_resource_id: str
    fields: Mapping[str, Any] | None = None
