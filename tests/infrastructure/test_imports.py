"""The parts of the library do not import each other, and use no foreign names."""

import ast
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONSTRUCTS = ROOT / "constructs" / "cdk_redshift_snapshot_share"
HANDLER = ROOT / "handler" / "redshift_snapshot_share_handler"
AUDIT = ROOT / "audit" / "redshift_snapshot_audit"
WITHOUT_CIRCLES = [CONSTRUCTS, HANDLER, AUDIT, ROOT / "local_aws", ROOT / "verify_aws"]


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
        (
            AUDIT,
            {
                "boto3",
                "botocore",
                "click",
                "redshift_snapshot_audit",
                "redshift_snapshot_share_handler",
                "rich",
            },
        ),
    ],
    ids=["construct", "handler", "audit"],
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


@pytest.mark.parametrize(
    ("package", "shared"),
    [
        (CONSTRUCTS, {"contract", "syntax"}),
        (AUDIT, {"claim", "contract", "pair", "syntax"}),
    ],
    ids=["construct", "audit"],
)
def test_package_takes_of_the_handler_only_what_they_share(
    package: Path, shared: set[str]
) -> None:
    taken = {
        alias.name if node.module == HANDLER.name else str(node.module).split(".")[1]
        for file in package.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
        and str(node.module).partition(".")[0] == HANDLER.name
        for alias in node.names
    }

    assert taken == shared


def module_graph(package: Path) -> dict[str, set[str]]:
    """Name the modules of the package that each of its modules imports at the top."""
    modules = {
        ".".join(file.relative_to(package.parent).with_suffix("").parts): file
        for file in package.rglob("*.py")
    }
    modules = {name.removesuffix(".__init__"): file for name, file in modules.items()}
    return {
        module: {*_modules(ast.parse(file.read_text()), modules)} - {module}
        for module, file in modules.items()
    }


def _modules(tree: ast.Module, modules: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in modules)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                if name in modules:
                    yield name
                elif str(node.module) in modules:
                    yield str(node.module)


def circle_in(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules of a circular import; none if there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


@pytest.mark.parametrize("package", WITHOUT_CIRCLES, ids=lambda path: path.name)
def test_no_imports_are_circular(package: Path) -> None:
    graph = module_graph(package)

    assert any(graph.values())
    assert circle_in(graph) == []


def test_circle_of_imports_is_found(tmp_path: Path) -> None:
    package = tmp_path / "rooms"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "hall.py").write_text("from rooms.kitchen import table")
    (package / "kitchen.py").write_text("from rooms import hall\ntable = hall")

    assert {*circle_in(module_graph(package))} == {"rooms.hall", "rooms.kitchen"}


def test_source_root_does_not_shadow_the_package_constructs() -> None:
    assert not (ROOT / "constructs" / "__init__.py").exists()
    assert not (ROOT / "tests" / "constructs").exists()
