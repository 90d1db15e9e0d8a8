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
    files = list(ROOT.glob("constraints*.txt"))
    assert len(files) == 3
    for file in files:
        assert "://" not in file.read_text()
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert not [package for package in packages.values() if "resolved" in package]


def test_lower_bounds_are_what_the_oldest_environment_pins() -> None:
    constraints = (ROOT / "constraints-oldest-cdk.txt").read_text()

    bounds = dict(
        requirement.split(",")[0].split(">=")
        for requirement in PYPROJECT["project"]["dependencies"]
    )

    assert bounds == {
        name: _pin(name, constraints) for name in ("aws-cdk-lib", "constructs")
    }


def test_page_about_versions_names_the_bounds_that_are_tested() -> None:
    page = (ROOT / "docs" / "cdk-apps.md").read_text()

    for name in ("aws-cdk-lib", "constructs"):
        oldest, newest = (
            _pin(name, (ROOT / file).read_text())
            for file in ("constraints-oldest-cdk.txt", "constraints.txt")
        )
        assert f"| {name} | {oldest} | {newest} |" in page


def test_every_classified_python_is_tested_by_ci() -> None:
    """A version that CI does not run is a promise without a proof."""
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()

    prefix = "Programming Language :: Python :: "
    classified = [
        classifier.removeprefix(prefix)
        for classifier in PYPROJECT["project"]["classifiers"]
        if classifier.startswith(f"{prefix}3.")
    ]

    assert f"python: {json.dumps(classified)}" in workflow


def _pin(name: str, constraints: str) -> str:
    (pin,) = re.findall(rf"^{name}==(.*)$", constraints, re.MULTILINE)
    return str(pin)


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
