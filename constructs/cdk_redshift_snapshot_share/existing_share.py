"""What a share does if the account already has access."""

from enum import StrEnum

from redshift_snapshot_share_handler.contract import ExistingShareValue


class ExistingShare(StrEnum):
    """What to do when the account already has access that no share claims.

    Such access was granted without this library: by hand, or by a script. Access that
    another `SnapshotShare` claims, in this stack or another one, belongs to all of them. It
    is revoked when the last of them is removed.
    """

    FAIL = ExistingShareValue.FAIL
    """Fail the deployment and change nothing. So no share takes over access unnoticed."""

    ADOPT = ExistingShareValue.ADOPT
    """Take over the access: it is then revoked when the share is removed. If the deployment
    that adopts it is rolled back, the access stays as it was."""
