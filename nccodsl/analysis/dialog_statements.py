"""The statements that the declaration of a dialog has."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.syntax import ast

AGAIN = "again"
"""The target that restarts a dialog."""


def steps_in(node: ast.Dialog) -> list[ast.Step]:
    """The steps of a dialog, besides what it begins with."""
    return [item for item in node.items if isinstance(item, ast.Step)]


def own_steps(node: ast.Dialog) -> list[ast.Step]:
    """The steps that can be reached: one whose name is taken is reported."""
    taken = {AGAIN, *(outcome.name.text for outcome in node.outcomes)}
    return [step for step in steps_in(node) if step.name.text not in taken]


def beginning_of(node: ast.Dialog) -> tuple[ast.Statement, ...]:
    """The statements that a dialog begins with."""
    return tuple(item for item in node.items if not isinstance(item, ast.Step))


def statements_in(node: ast.Dialog) -> Iterator[ast.Statement]:
    """All of them: what it begins with, and those of its steps."""
    yield from beginning_of(node)
    for step in steps_in(node):
        yield from step.body.statements
