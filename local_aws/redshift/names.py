"""The names of snapshots: identifiers and ARNs."""

import re
from dataclasses import dataclass
from datetime import datetime

from local_aws.redshift.errors import RedshiftError

_ARN = re.compile(
    r"arn:aws[a-z-]*:redshift:([a-z0-9-]+):([0-9]{12}):snapshot:([^/]+)/(.+)"
)
_IDENTIFIER = re.compile(r"[a-z](?:-?[a-z0-9])*")
_MAX_IDENTIFIER_LENGTH = 255
_COPY = "copy:"


@dataclass(frozen=True, slots=True)
class SnapshotArn:
    """The parts of an ARN that identify a snapshot."""

    region: str
    owner_account: str
    cluster_identifier: str
    snapshot_identifier: str


def parse_snapshot_arn(arn: str) -> SnapshotArn:
    """Split the ARN of a snapshot into its parts.

    Raises:
        RedshiftError: If it is not the ARN of a snapshot.
    """
    match = _ARN.fullmatch(arn)
    if match is None:
        raise RedshiftError("InvalidParameterValue", f"Invalid snapshot ARN {arn}")
    region, account, cluster, identifier = match.groups()
    return SnapshotArn(region, account, cluster.lower(), identifier.lower())


def automated_identifier(cluster_identifier: str, time: datetime) -> str:
    """Compose the name of an automated snapshot as Redshift does."""
    return f"rs:{cluster_identifier}-{time:%Y-%m-%d-%H-%M-%S}"


def copied_identifier(identifier: str) -> str:
    """Name the copy that cross-Region copying makes of a snapshot."""
    return f"{_COPY}{identifier}"


def is_copied(identifier: str) -> bool:
    """Tell whether a snapshot is a copy from another Region."""
    return identifier.startswith(_COPY)


def check_manual_identifier(identifier: str) -> None:
    """Check the identifier of a new manual snapshot, in lower case.

    Raises:
        RedshiftError: If the rules for identifiers do not allow it.
    """
    if len(identifier) > _MAX_IDENTIFIER_LENGTH or not _IDENTIFIER.fullmatch(
        identifier
    ):
        raise RedshiftError(
            "InvalidParameterValue", f"Invalid snapshot identifier {identifier}"
        )
