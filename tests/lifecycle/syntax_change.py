"""Changes a function's syntax: what is matched is the syntax tree, not the text."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any


def changed(function: Callable[..., Any], kept: str, broken: str) -> Any:
    """A function with one expression, or one run of statements, replaced everywhere.

    Comments, line breaks and brackets do not matter.

    Args:
        function: The function as it is.
        kept: The expression or the statements to look for.
        broken: What stands there instead.

    Raises:
        AssertionError: If the function does not have it.
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    change = _Change(_statements(kept), _statements(broken))
    change.visit(tree)
    if not change.count:
        raise AssertionError(
            f"{function.__qualname__} has changed: {kept!r} is not in it"
        )
    scope = dict(function.__globals__)
    exec(compile(ast.fix_missing_locations(tree), "<changed>", "exec"), scope)
    return scope[function.__name__]


def _statements(source: str) -> list[ast.stmt]:
    return ast.parse(textwrap.dedent(source)).body


class _Change(ast.NodeTransformer):
    def __init__(self, kept: list[ast.stmt], broken: list[ast.stmt]) -> None:
        self.count = 0
        self._broken = broken
        self._kept = [ast.dump(statement) for statement in kept]
        self._expression = ""
        if (
            len(kept) == len(broken) == 1
            and isinstance(kept[0], ast.Expr)
            and isinstance(broken[0], ast.Expr)
        ):
            self._expression = ast.dump(kept[0].value)
            self._value = broken[0].value

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list) and not self._expression:
                setattr(node, name, self._replaced(statements))
        return super().generic_visit(node)

    def visit(self, node: ast.AST) -> Any:
        if self._expression and ast.dump(node) == self._expression:
            self.count += 1
            return self._value
        return super().visit(node)

    def _replaced(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        length = len(self._kept)
        for start in range(len(statements) - length + 1):
            found = statements[start : start + length]
            if [ast.dump(statement) for statement in found] == self._kept:
                self.count += 1
                rest = statements[start + length :]
                return [*statements[:start], *self._broken, *rest]
        return statements
