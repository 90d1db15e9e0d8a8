"""The two halves of the library stay apart, and clear of other people's names."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONSTRUCTS = ROOT / "constructs" / "cdk_redshift_snapshot_share"
HANDLER = ROOT / "handler" / "redshift_snapshot_share_handler"


def imported_by(package: Path) -> dict[str, set[str]]:
    """Name the top-level packages that each module imports, wherever it does so."""
    return {
        str(file.relative_to(package)): set(_imports(ast.parse(file.read_text())))
        for file in package.rglob("*.py")
    }


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            assert node.module is not None
            yield node.module.partition(".")[0]


@pytest.mark.parametrize(
    ("package", "others"),
    [
        (
            CONSTRUCTS,
            {
                "aws_cdk",
                "cdk_redshift_snapshot_share",
                "constructs",
                "jsii",
                "redshift_snapshot_share_handler",
            },
        ),
        (HANDLER, {"boto3", "botocore", "redshift_snapshot_share_handler"}),
    ],
    ids=["construct", "handler"],
)
def test_package_imports_what_it_is_installed_with(
    package: Path, others: set[str]
) -> None:
    allowed = others | sys.stdlib_module_names

    assert imported_by(package)
    assert {
        module: imports - allowed
        for module, imports in imported_by(package).items()
        if imports - allowed
    } == {}


def test_construct_takes_of_the_handler_only_what_they_share() -> None:
    shared = {"contract", "syntax"}
    taken = {
        alias.name if node.module == HANDLER.name else str(node.module).split(".")[1]
        for file in CONSTRUCTS.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
        and str(node.module).partition(".")[0] == HANDLER.name
        for alias in node.names
    }

    assert taken == shared


def test_source_root_does_not_shadow_the_package_constructs() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists()
    assert not (ROOT / "tests" / "constructs").exists()
