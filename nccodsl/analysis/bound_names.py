"""The names that a script has: those that it declares, and those that statements bind while the call runs."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.item_walks import brought
from nccodsl.analysis.names import INPUT_MEMBERS, RUNNING
from nccodsl.analysis.program import Program
from nccodsl.syntax import ast


def bindings(statements: tuple[ast.Statement, ...]) -> Iterator[tuple[ast.Name, frozenset[str] | None]]:
    """Every name that statements bind while the call runs, with its members where they are known."""
    stack: list[ast.Statement] = list(statements)
    while stack:
        node = stack.pop()
        match node:
            case ast.Set():
                yield node.name, None
            case ast.Input() | ast.Fetch():
                if node.binding is not None:
                    yield node.binding, INPUT_MEMBERS if isinstance(node, ast.Input) else None
        match node:
            case ast.If():
                for arm in node.arms:
                    stack.extend(arm.body.statements)
                stack.extend(node.otherwise.statements if node.otherwise else ())
            case ast.For():
                stack.extend(node.body.statements)
            case ast.Input() | ast.Fetch() | ast.Connect():
                for item in node.branches.items if node.branches else ():
                    if isinstance(item.target, ast.Block):
                        stack.extend(item.target.statements)


def every_name(program: Program) -> frozenset[str]:
    """The names that a template somewhere in the script may use."""
    bound = (name for name, _ in brought(program.steps, program.call))
    return frozenset((*program.declared, *bound, *RUNNING))
