"""The wheel, installed in an empty environment."""

import json
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
# As pip, but without compiling aws-cdk-lib, which takes a minute.
UV_PIP = (sys.executable, "-m", "uv", "--quiet", "pip")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the environment names; otherwise a wheel that is built now."""
    if built := os.environ.get("WHEEL"):
        return ROOT / built
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--installer", "uv"]
    _run(*build, "--wheel", "--outdir", str(folder), str(ROOT))
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder)
    python = folder / "bin" / "python"
    _run(
        *UV_PIP,
        "install",
        "--python",
        str(python),
        "--constraint",
        str(ROOT / "constraints.txt"),
        str(wheel),
    )
    return python


def test_the_wheel_carries_its_packages_their_types_and_nothing_else(
    wheel: Path,
) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    packages = {name.split("/")[0] for name in names}
    assert packages == {
        "cdk_redshift_snapshot_share",
        "redshift_snapshot_audit",
        "redshift_snapshot_share_handler",
        f"cdk_redshift_snapshot_share-{_version()}.dist-info",
    }
    assert "cdk_redshift_snapshot_share/py.typed" in names
    assert "redshift_snapshot_share_handler/index.py" in names
    assert "redshift_snapshot_audit/py.typed" in names
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_and_the_checkout_synthesize_the_same_template(
    installed: Path, tmp_path: Path
) -> None:
    """Including the asset hashes, because the template names them."""
    from_wheel = _synthesize(installed, tmp_path / "wheel")
    from_checkout = _synthesize(Path(sys.executable), tmp_path / "checkout")

    assert from_wheel == from_checkout
    assert _asset_hashes(from_wheel)


def test_the_first_example_of_the_readme_works_with_the_installed_wheel(
    installed: Path, tmp_path: Path
) -> None:
    """`cdk synth` by the real CLI, with no AWS credentials."""
    readme = (ROOT / "README.md").read_text()
    (tmp_path / "app.py").write_text(readme.split("```python\n")[1].split("```")[0])

    written = _run(
        str(ROOT / "node_modules" / ".bin" / "cdk"),
        "synth",
        "--app",
        f"{installed} app.py",
        environment={**_environment(), "CDK_DISABLE_CLI_TELEMETRY": "true"},
        cwd=tmp_path,
    )

    assert "Type: Custom::RedshiftSnapshotShare" in written
    assert "SnapshotIdentifier: sales-2026-11-23" in written


def test_the_installed_library_needs_no_boto3(installed: Path) -> None:
    listed = _run(*UV_PIP, "list", "--python", str(installed), "--format", "json")

    names = {package["name"] for package in json.loads(listed)}
    assert "cdk-redshift-snapshot-share" in names
    assert not names & {"boto3", "botocore", "moto", "ministack"}


def test_the_audit_says_what_to_install_without_its_extra(installed: Path) -> None:
    for command in (
        [str(installed.with_name("redshift-snapshot-audit"))],
        [str(installed), "-m", "redshift_snapshot_audit"],
    ):
        result = subprocess.run(command, capture_output=True, text=True, check=False)

        assert result.returncode == 1
        assert result.stderr.startswith("redshift-snapshot-audit needs ")
        assert result.stderr.endswith("'cdk-redshift-snapshot-share[audit]'\n")
        assert result.stderr.count("\n") == 1


def test_the_extra_is_all_that_the_audit_needs(
    wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Without aws-cdk-lib, which the audit does not import."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder)
    install = [*UV_PIP, "install", "--python", str(folder / "bin" / "python")]
    constraint = ["--constraint", str(ROOT / "constraints.txt")]
    _run(*install, "--no-deps", str(wheel))
    _run(*install, *constraint, *_pyproject()["optional-dependencies"]["audit"])

    written = _run(str(folder / "bin" / "redshift-snapshot-audit"), "--version")

    assert written == f"redshift-snapshot-audit, version {_version()}\n"


def _version() -> str:
    version: str = _pyproject()["version"]
    return version


def _pyproject() -> dict[str, Any]:
    """The table `project`."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())[
        "project"
    ]
    return project


def _synthesize(python: Path, outdir: Path) -> dict[str, object]:
    """Run the smallest example away from the checkout, as the CDK CLI would."""
    outdir.mkdir()
    _run(
        str(python),
        str(ROOT / "examples" / "minimal" / "app.py"),
        environment={**_environment(), "CDK_OUTDIR": str(outdir)},
        cwd=outdir,
    )
    [template] = outdir.glob("*.template.json")
    parsed: dict[str, object] = json.loads(template.read_text())
    return parsed


def _environment() -> dict[str, str]:
    """This machine's Node and nothing of AWS."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": os.environ.get("HOME", "/"),
        "PYTHONWARNINGS": "error",
    }


def _asset_hashes(template: dict[str, object]) -> list[str]:
    text = json.dumps(template)
    return [part[:64] for part in text.split('"S3Key": "')[1:]]


def _run(
    *command: str, environment: dict[str, str] | None = None, cwd: Path | None = None
) -> str:
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=cwd
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
