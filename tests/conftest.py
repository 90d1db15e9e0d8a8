"""What holds for all tests."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent

# How long an example takes is a matter of the machine, and says nothing about the code.
settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

# What they are about runs in other processes or is not ours, and measuring coverage slows
# this one.
_WITHOUT_COVERAGE = (
    "contract/test_local_",
    "end_to_end/",
    "packaging/",
    "unit/test_local_",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure coverage only where it can grow."""
    for item in items:
        path = item.path.relative_to(ROOT).as_posix()
        if path.startswith(_WITHOUT_COVERAGE):
            item.add_marker(pytest.mark.no_cover)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run one worker more than there are processors: many tests wait for processes."""
    return (os.cpu_count() or 1) + 1
