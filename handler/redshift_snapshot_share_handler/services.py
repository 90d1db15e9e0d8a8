"""What one run of the function works with."""

from typing import NamedTuple

from redshift_snapshot_share_handler.claim import Claimant
from redshift_snapshot_share_handler.deadline import Deadline
from redshift_snapshot_share_handler.kms import KmsKeys
from redshift_snapshot_share_handler.redshift import Redshift
from redshift_snapshot_share_handler.stack import Stack


class Services(NamedTuple):
    """The services of one run, on whose behalf they are called, and until when.

    Attributes:
        claimant: The resource of the stack that the request is for.
        redshift: Where the snapshots are.
        stack: The stack that asks.
        keys: Where the snapshots' keys are.
        deadline: When the run has to end.
    """

    claimant: Claimant
    redshift: Redshift
    stack: Stack
    keys: KmsKeys
    deadline: Deadline
