"""Checks `existing_share`."""

from cdk_redshift_snapshot_share.existing_share import ExistingShare


def check_existing_share(existing_share: ExistingShare | None) -> str:
    """Check the choice.

    Returns:
        The choice as the custom resource says it, also if it is the default.

    Raises:
        ValueError: If there is no such choice.
    """
    if existing_share not in (None, *ExistingShare):
        raise ValueError(
            f"existing_share must be {' or '.join(ExistingShare)}, got {existing_share!r}"
        )
    return str(existing_share or ExistingShare.FAIL)
