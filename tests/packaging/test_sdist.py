"""The source distribution: what the README links to is in it."""

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What is in it, without the folder around everything."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--sdist", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    [path] = folder.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_the_sdist_has_all_that_the_readme_links_to(files: set[str]) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text())

    missing = {
        link
        for link in links
        if not any(file == link or file.startswith(f"{link}/") for file in files)
    }
    assert links
    assert not missing


def test_the_sdist_has_nothing_that_is_not_source(files: set[str]) -> None:
    allowed = {"constructs", "docs", "examples", "handler"}

    assert {file.split("/")[0] for file in files if "/" in file} == allowed
    assert not [file for file in files if "__pycache__" in file or "cdk.out" in file]
