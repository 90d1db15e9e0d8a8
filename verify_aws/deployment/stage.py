"""What is deployed, and what it stands on."""

from typing import NamedTuple


class Stage(NamedTuple):
    """What a stack declares.

    Args:
        name: What tells it from other stages of the stack.
        probe: The name of the probe.
        share: The construct id of the share; none: there is no share.
        snapshot: The snapshot that it shares.
        fails: Whether a resource beside it fails.
    """

    name: str
    probe: str
    share: str | None = None
    snapshot: str = ""
    fails: bool = False


class Ground(NamedTuple):
    """What the stacks of a run stand on; the account need not be bootstrapped.

    Args:
        bucket: For the code of functions.
        log_group: For what the probe writes.
        account: The account to share with.
    """

    bucket: str
    log_group: str
    account: str
