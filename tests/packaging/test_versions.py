"""The pinned versions, and the tag of a release."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
VERSION = PYPROJECT["project"]["version"]


def test_every_tool_is_pinned() -> None:
    constraints = (ROOT / "constraints.txt").read_text().lower()
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", constraints, re.MULTILINE))

    tools = {
        re.split(r"[^a-z0-9._-]", requirement.lower())[0]
        for group in (
            *PYPROJECT["dependency-groups"].values(),
            *PYPROJECT["project"]["optional-dependencies"].values(),
        )
        for requirement in group
    }

    assert tools
    assert not tools - pinned


def test_no_pin_names_an_address() -> None:
    """Anyone who installs the packages chooses the registry."""
    for name in ("constraints.txt", "constraints-newest-boto3.txt"):
        assert "://" not in (ROOT / name).read_text()
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not [package for package in packages.values() if "resolved" in package]


@pytest.mark.parametrize(
    ("tag", "status"),
    [(f"v{VERSION}", 0), (VERSION, 2), (f"v{VERSION}.1", 2), ("", 2)],
    ids=["the version", "no v", "another version", "none"],
)
def test_a_release_needs_the_tag_of_its_version(tag: str, status: int) -> None:
    result = subprocess.run(
        ["make", "check-tag", f"TAG={tag}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == status
    assert (f"the tag is '{tag}'" in result.stderr) == (status != 0)
