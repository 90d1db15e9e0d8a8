"""How the modules of the local AWS depend on each other."""

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for path in sorted((ROOT / "local_aws").rglob("*.py"))
    if path.name != "__init__.py"
}


def imports(path: Path) -> Iterator[str]:
    """Also those inside of functions, and those for type checkers only."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_imports_are_circular() -> None:
    graph = {
        name: MODULES.keys() & set(imports(path)) for name, path in MODULES.items()
    }

    assert len(graph) > 20
    assert "local_aws.redshift.service" in graph["local_aws.redshift.caller"]
    graphlib.TopologicalSorter(graph).prepare()


def test_the_oracle_is_independent() -> None:
    """It shares no code with the handler or the constructs, so it does not repeat a mistake."""
    foreign = ("redshift_snapshot_share_handler", "cdk_redshift_snapshot_share")

    assert not [
        (name, imported)
        for name, path in MODULES.items()
        for imported in imports(path)
        if imported.startswith(foreign)
    ]


def test_no_module_of_the_local_redshift_is_long() -> None:
    for name, path in MODULES.items():
        if name.startswith("local_aws.redshift."):
            assert len(path.read_text().splitlines()) <= 230, name
