"""An account in a Region, as the rest of the package sees it: AWS, or the local AWS."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol


class Connection(Protocol):
    """The credentials of an account, for a Region."""

    #: `AWS`, or `the local AWS`: a report never takes the one for the other.
    where: str
    region: str
    #: How long to wait between two looks at something that takes minutes.
    pause_seconds: float

    def client(self, service: str, **config: Any) -> Any:
        """Make a boto3 client.

        Args:
            service: The service, as boto3 calls it.
            config: What to say to botocore's `Config` beside the defaults.
        """
        ...

    def in_region(self, region: str) -> "Connection":
        """Give the same credentials for another Region."""
        ...

    def identity(self) -> "Identity":
        """Ask STS whose credentials these are."""
        ...

    def environment(self) -> dict[str, str]:
        """Build the environment of a CDK CLI that has these credentials."""
        ...

    def find_calls(self, functions: Iterable[str], since: datetime) -> list["CallSeen"]:
        """Find the calls of Redshift that Lambda functions made, oldest first."""
        ...


class Identity(NamedTuple):
    """Whose credentials they are."""

    account: str
    arn: str


class CallSeen(NamedTuple):
    """A call of Redshift's API, as a log shows it."""

    time: str
    operation: str
    outcome: str
    parameters: Mapping[str, Any]


class Connect(Protocol):
    """Makes connections."""

    def __call__(self, profile: str | None, region: str) -> Connection:
        """Connect to a Region with a profile, or with the default credentials."""
        ...
