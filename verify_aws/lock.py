"""The lock that keeps two runs apart, and the record of the run that holds it.

Both are one parameter of Systems Manager in the account and Region: creating one that exists
is refused, so only one run can.
"""

import json
import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from verify_aws.connection import Connection
from verify_aws.failure import VerificationError
from verify_aws.label import PREFIX, TAG_KEY, Label

#: The parameter's name.
NAME = f"/{PREFIX}lock"
# After the time limit, a run still removes what it created.
_REMOVAL = timedelta(minutes=45)


class Record(NamedTuple):
    """What a lock says about the run that holds it."""

    run: str
    started: str
    ends: str
    host: str
    process: int
    #: Other Regions in which the run creates something.
    regions: tuple[str, ...] = ()
    #: Names of what AWS creates without tags, written down before it is created.
    untagged: tuple[str, ...] = ()

    def is_alive(self) -> bool:
        """Tell whether the run may still be going on."""
        if self.host == socket.gethostname():
            return _has_process(self.process)
        return datetime.now(UTC) < datetime.fromisoformat(self.ends)


class Lock:
    """The lock of one account and Region.

    Args:
        connection: The account and Region.
        label: The run that wants it.
    """

    def __init__(self, connection: Connection, label: Label) -> None:
        self._ssm = connection.client("ssm")
        self._label = label
        self._record: Record | None = None

    def take(self, limit: timedelta, regions: Sequence[str] = ()) -> None:
        """Take it for this run.

        Args:
            limit: How long the run may take.
            regions: Other Regions in which the run creates something.

        Raises:
            VerificationError: If another run holds it.
        """
        now = datetime.now(UTC).replace(microsecond=0)
        self._record = Record(
            run=self._label.run,
            started=now.isoformat(),
            ends=(now + limit + _REMOVAL).isoformat(),
            host=socket.gethostname(),
            process=os.getpid(),
            regions=tuple(regions),
        )
        try:
            self._write(Overwrite=False, Tags=self._label.tags)
        except self._ssm.exceptions.ParameterAlreadyExists:
            self._record = None
            raise VerificationError(
                "another run holds the lock of this account and Region "
                f"({_describe(self.read())}); wait until it ends. If it was killed, "
                "remove what it left with --clean."
            ) from None

    def note_untagged(self, name: str) -> None:
        """Write down a name that AWS is about to give to something without tags."""
        if self._record is None:
            raise RuntimeError("the lock is not held")
        self._record = self._record._replace(untagged=(*self._record.untagged, name))
        self._write(Overwrite=True)

    def read(self) -> Record | None:
        """Read who holds it.

        Raises:
            VerificationError: If something else has its name.
        """
        try:
            value = self._ssm.get_parameter(Name=NAME)["Parameter"]["Value"]
        except self._ssm.exceptions.ParameterNotFound:
            return None
        try:
            fields = json.loads(value)
            fields |= {name: tuple(fields[name]) for name in ("regions", "untagged")}
            record = Record(**fields)
        except (KeyError, TypeError, ValueError):
            raise VerificationError(
                f"the parameter {NAME} is not a lock of this command, so it is left "
                "alone; remove or rename it yourself"
            ) from None
        tags = self._ssm.list_tags_for_resource(
            ResourceType="Parameter", ResourceId=NAME
        )["TagList"]
        if {TAG_KEY: record.run}.items() <= {
            tag["Key"]: tag["Value"] for tag in tags
        }.items():
            return record
        raise VerificationError(
            f"the parameter {NAME} does not have the tag {TAG_KEY}={record.run}, so it "
            "is left alone; remove or rename it yourself"
        )

    def release(self) -> None:
        """Give it back. One that is gone is as good."""
        try:
            self._ssm.delete_parameter(Name=NAME)
        except self._ssm.exceptions.ParameterNotFound:
            return

    def _write(self, **parameters: Any) -> None:
        record = self._record._asdict() if self._record else {}
        self._ssm.put_parameter(
            Name=NAME, Value=json.dumps(record), Type="String", **parameters
        )


def check_is_over(record: Record | None) -> None:
    """Check that a run is over, so that what it left can be removed.

    Raises:
        VerificationError: If it may still be going on.
    """
    if record is not None and record.is_alive():
        raise VerificationError(
            f"a run may still be going on ({_describe(record)}); wait until it ends. "
            "A run on another host counts as ended after its time limit."
        )


def _describe(record: Record | None) -> str:
    if record is None:
        return "it has just ended"
    return (
        f"run {record.run}, process {record.process} on {record.host}, started "
        f"{record.started}, over by {record.ends}"
    )


def _has_process(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
