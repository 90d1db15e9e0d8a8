"""The source distribution contains everything that its pages link to."""

import posixpath
import re
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files in it, without the top folder."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--installer",
            "uv",
            "--sdist",
            "--outdir",
            folder,
            ROOT,
        ],
        check=True,
        capture_output=True,
    )
    [path] = folder.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_the_sdist_has_all_that_its_pages_link_to(files: set[str]) -> None:
    folders = {str(parent) for file in files for parent in PurePosixPath(file).parents}

    links = {
        posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
        for page in files
        if page.endswith(".md")
        for link in re.findall(r"\]\(([^)#:]+)[#)]", (ROOT / page).read_text())
    }

    assert "docs/lifecycle.md" in links
    assert not links - files - folders


def test_the_sdist_has_nothing_that_is_not_source(files: set[str]) -> None:
    allowed = {"audit", "constructs", "docs", "examples", "handler"}

    assert {file.split("/")[0] for file in files if "/" in file} == allowed
    assert not [file for file in files if "__pycache__" in file or "cdk.out" in file]
