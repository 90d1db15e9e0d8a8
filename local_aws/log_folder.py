"""Manages the folders in `.local-aws`: one per run, for the last runs."""

import fcntl
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

_ROOT = Path(__file__).parent.parent / ".local-aws"
#: Where jsii unpacks aws-cdk-lib. The home folder may be read-only.
JSII_CACHE = _ROOT / "jsii-package-cache"
_KEPT = 10
_LOCK = ".in-use"


def make_log_folder(root: Path = _ROOT) -> Path:
    """Make the folder for the logs of a run, and remove those of old runs.

    The folder is in use until this process ends, so no other run removes it.
    """
    root.mkdir(exist_ok=True)
    now = datetime.now(UTC).astimezone()
    folder = Path(tempfile.mkdtemp(prefix=f"{now:%Y-%m-%dT%H-%M-%S}-", dir=root))
    # The descriptor stays open on purpose, because it holds the lock.
    _lock(folder)
    runs = sorted(path for path in root.glob("[0-9]*T*-*") if path.is_dir())
    for old in runs[:-_KEPT]:
        _remove(old)
    return folder


def _remove(folder: Path) -> None:
    try:
        descriptor = _lock(folder)
    except OSError:  # The folder is in use, or another run is removing it.
        return
    shutil.rmtree(folder, ignore_errors=True)
    os.close(descriptor)


def _lock(folder: Path) -> int:
    descriptor = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
