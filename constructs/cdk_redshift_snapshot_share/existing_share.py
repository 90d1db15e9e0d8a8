"""What a share does about access that exists already."""

from enum import StrEnum

from redshift_snapshot_share_handler.contract import ExistingShareValue


class ExistingShare(StrEnum):
    """What to do when the account already has access that no share claims.

    Such access was given outside of this library: by hand, or by a script. Access that
    another `SnapshotShare` claims, in this stack or another one, is always shared between
    them. It is revoked when the last of them is removed.
    """

    FAIL = ExistingShareValue.FAIL
    """Fail the deployment and change nothing, so that nobody's access is taken over
    unnoticed."""

    ADOPT = ExistingShareValue.ADOPT
    """Take the access over: from then on it is revoked when the share is removed. If the
    deployment that adopts it is rolled back, the access stays as it was."""
