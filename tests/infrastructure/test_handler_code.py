"""The function's code is the same asset wherever the library is installed."""

import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from aws_cdk import App, Stack, aws_lambda as lambda_

import redshift_snapshot_share_handler
from cdk_redshift_snapshot_share._private import handler_code as module

PACKAGE = Path(redshift_snapshot_share_handler.__path__[0])


def package_at(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library find its handler in another folder."""
    elsewhere = ModuleType(PACKAGE.name)
    elsewhere.__path__ = [str(path / PACKAGE.name)]
    monkeypatch.setattr(module, "redshift_snapshot_share_handler", elsewhere)


def copy_to(path: Path) -> Path:
    shutil.copytree(
        PACKAGE, path / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__")
    )
    return path


def asset(tmp_path: Path) -> tuple[str, set[str]]:
    """Synthesize, and name the asset and the files in it."""
    app = App(outdir=str(tmp_path / "cdk.out"))
    stack = Stack(app, "Stack")
    lambda_.Function(
        stack,
        "Function",
        code=module.package_handler(),
        handler="index.on_event",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    app.synth()
    (folder,) = (tmp_path / "cdk.out").glob("asset.*")
    files = {
        str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()
    }
    return folder.name, files


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, set[str]]:
    return asset(tmp_path_factory.mktemp("expected"))


def test_asset_is_the_handlers_python_files_and_data(
    expected: tuple[str, set[str]],
) -> None:
    data = PACKAGE / "botocore_data"
    assert expected[1] == {
        f"{PACKAGE.name}/{file.relative_to(PACKAGE)}"
        for file in (*PACKAGE.rglob("*.py"), *data.rglob("*.json"))
    }


def test_asset_has_the_entry_point(expected: tuple[str, set[str]]) -> None:
    assert f"{PACKAGE.name}/index.py" in expected[1]


def test_asset_is_the_same_in_site_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: tuple[str, set[str]]
) -> None:
    site_packages = copy_to(tmp_path / "site-packages")
    for neighbour in ("boto3/session.py", "aws_cdk/__init__.py", "six.py"):
        (site_packages / neighbour).parent.mkdir(exist_ok=True)
        (site_packages / neighbour).write_text("")
    dist_info = site_packages / "cdk_redshift_snapshot_share-1.2.3.dist-info"
    dist_info.mkdir()
    (dist_info / "RECORD").write_text("")
    package_at(site_packages, monkeypatch)

    assert asset(tmp_path) == expected


def test_asset_is_the_same_after_the_handler_ran(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: tuple[str, set[str]]
) -> None:
    copy = copy_to(tmp_path / "copy")
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", str(copy)], check=True, timeout=60
    )
    assert list(copy.rglob("*.pyc"))
    package_at(copy, monkeypatch)

    assert asset(tmp_path) == expected


def test_asset_is_the_same_even_if_tools_leave_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: tuple[str, set[str]]
) -> None:
    copy = copy_to(tmp_path / "copy")
    (copy / PACKAGE.name / ".mypy_cache").mkdir()
    (copy / PACKAGE.name / ".mypy_cache" / "index.json").write_text("{}")
    (copy / PACKAGE.name / "index.py.orig").write_text("")
    package_at(copy, monkeypatch)

    assert asset(tmp_path) == expected


def test_changed_code_is_another_asset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: tuple[str, set[str]]
) -> None:
    copy = copy_to(tmp_path / "copy")
    (copy / PACKAGE.name / "index.py").write_text("changed = True\n")
    package_at(copy, monkeypatch)

    assert asset(tmp_path)[0] != expected[0]
