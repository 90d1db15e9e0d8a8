"""The handler calls and imports exactly what its role and its package allow."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

import redshift_snapshot_share_handler
from redshift_snapshot_share_handler import contract
from redshift_snapshot_share_handler.errors import Reason

PACKAGE = Path(redshift_snapshot_share_handler.__path__[0])
SOURCES = {
    path.name: ast.parse(path.read_text("utf-8")) for path in PACKAGE.glob("*.py")
}
NAMES = {
    service: {
        xform_name(name): name
        for name in botocore.session.Session()
        .get_service_model(service)
        .operation_names
    }
    for service in ("cloudformation", "kms", "redshift")
}


def attributes(module: str) -> Iterator[str]:
    """The names that are looked up in something, such as `client.create_tags`."""
    for node in ast.walk(SOURCES[module]):
        if isinstance(node, ast.Attribute):
            yield node.attr


def calls(module: str, service: str) -> set[str]:
    return {
        NAMES[service][name] for name in attributes(module) if name in NAMES[service]
    }


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module
            assert node.level == 0
            yield node.module


@pytest.mark.parametrize(
    ("service", "module"),
    [
        ("cloudformation", "stack.py"),
        ("kms", "kms.py"),
        ("redshift", "redshift.py"),
    ],
)
def test_one_module_calls_each_service(service: str, module: str) -> None:
    """The IAM tests compare the role with `contract.OPERATIONS`."""
    callers = {name for name in SOURCES if calls(name, service)}

    assert callers == {module}
    assert sorted(calls(module, service)) == list(contract.OPERATIONS[service])


def test_no_other_service_is_called() -> None:
    assert clients_made_in("entry.py") == set(contract.OPERATIONS) == set(NAMES)


def test_clients_are_made_in_one_module() -> None:
    """`session` passes the service on to botocore, and names none itself."""
    makers = {name for name in SOURCES if "create_client" in attributes(name)}

    assert makers == {"entry.py", "session.py"}
    assert clients_made_in("session.py") == set()


def clients_made_in(module: str) -> set[object]:
    """The services whose clients a module names."""
    return {
        node.args[0].value
        for node in ast.walk(SOURCES[module])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "create_client"
        and isinstance(node.args[0], ast.Constant)
    }


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_only_the_standard_library_and_botocore_are_imported(module: str) -> None:
    roots = {name.split(".")[0] for name in imports(SOURCES[module])}

    assert roots <= sys.stdlib_module_names | {
        "botocore",
        "redshift_snapshot_share_handler",
    }


def test_nothing_but_the_contract_is_below_the_syntax() -> None:
    """The construct imports these two, so they must not import botocore."""
    for module in ("contract.py", "syntax.py"):
        assert {name.split(".")[0] for name in imports(SOURCES[module])} <= (
            sys.stdlib_module_names
        )


def test_the_properties_read_are_those_of_the_contract() -> None:
    read = {
        node.attr
        for name, tree in SOURCES.items()
        if name != "contract.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Property"
    }

    assert read == {prop.name for prop in contract.Property}


def test_the_properties_of_a_cluster_read_are_those_of_the_contract() -> None:
    read = {
        node.attr
        for name, tree in SOURCES.items()
        if name != "contract.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "ClusterProperty"
    }
    options = {"EXISTING_SHARE", "REMOVAL_POLICY"}  # read as those of every share

    assert read | options == {prop.name for prop in contract.ClusterProperty}
    for option in options:
        assert contract.ClusterProperty[option] == contract.Property[option].value


def test_every_reason_is_given_somewhere() -> None:
    given = {
        node.attr
        for tree in SOURCES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Reason"
    }

    assert given == {reason.name for reason in Reason}
