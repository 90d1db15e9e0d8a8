"""What a share does about access that is there already."""

from enum import StrEnum

from redshift_snapshot_share_handler.contract import ExistingShareValue


class ExistingShare(StrEnum):
    """What to do when the account already has access to the snapshot and nobody claims it.

    Such access was given outside of this library: by hand, or by a script. Access that
    another `SnapshotShare` claims, in this stack or in another one, is always shared
    between them and goes when the last of them goes.
    """

    FAIL = ExistingShareValue.FAIL
    """Fail the deployment and change nothing, so that nobody's access is taken over
    unnoticed."""

    ADOPT = ExistingShareValue.ADOPT
    """Take the access over: from then on it goes when the share is removed. If the
    deployment that adopts it is rolled back, the access stays as it was."""
