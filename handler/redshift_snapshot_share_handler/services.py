"""The services that one run of the function uses."""

from typing import NamedTuple

from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.kms import KmsKeys
from redshift_snapshot_share_handler.redshift import Redshift
from redshift_snapshot_share_handler.retry import Retry
from redshift_snapshot_share_handler.stack import Stack


class Services(NamedTuple):
    """The services of one run, with the claimant and the deadline.

    Attributes:
        claimant: The resource of the stack that the request is for.
        redshift: The calls to Redshift.
        stack: The stack that sent the request.
        keys: The calls to KMS.
        deadline: The time when the run must end.
        retry: The patience for each call.
    """

    claimant: Claimant
    redshift: Redshift
    stack: Stack
    keys: KmsKeys
    deadline: Deadline
    retry: Retry

    def spread(self) -> float:
        """A factor between 0.5 and 1 that spreads the pauses of many runs."""
        return self.retry.spread()
