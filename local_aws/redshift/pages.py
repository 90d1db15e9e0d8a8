"""Divides the response of DescribeClusterSnapshots into pages."""

import base64
import binascii
from collections.abc import Iterable, Iterator

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.snapshots import Snapshot

_FEWEST, _MOST = 20, 100
_MARKER = "after:"


def check_max_records(value: int | None) -> int:
    """Check the page size in a request.

    Raises:
        RedshiftError: If Redshift does not allow pages of that size.
    """
    if value is None:
        return _MOST
    if not _FEWEST <= value <= _MOST:
        raise RedshiftError(
            "InvalidParameterValue",
            f"Invalid value {value} for MaxRecords. Must be between {_FEWEST} and "
            f"{_MOST}",
        )
    return value


def make_marker(number: int) -> str:
    """Make the marker of the page that follows the snapshot with a number."""
    return base64.urlsafe_b64encode(f"{_MARKER}{number}".encode()).decode()


def after_marker(snapshots: Iterable[Snapshot], marker: str) -> Iterator[Snapshot]:
    """Iterate over the snapshots of a marker's page and of all later pages.

    The marker is not a position. So no snapshot is skipped if others are deleted in
    between.

    Raises:
        RedshiftError: If no response had this marker.
    """
    number = _parse_marker(marker)
    return (snapshot for snapshot in snapshots if snapshot.number > number)


def _parse_marker(marker: str) -> int:
    try:
        text = base64.b64decode(marker, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    number = text.removeprefix(_MARKER)
    if not text.startswith(_MARKER) or not number.isdigit():
        raise RedshiftError("InvalidParameterValue", f"Invalid Marker {marker}")
    return int(number)
