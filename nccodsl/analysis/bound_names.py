"""The names that a script has: those that it declares, and those that statements bind while the call runs."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.analysis.item_walks import brought
from nccodsl.analysis.names import INPUT_MEMBERS, RECORDING_MEMBERS, RUNNING
from nccodsl.analysis.program import Program
from nccodsl.analysis.shapes import Known
from nccodsl.syntax import ast


def bindings(statements: tuple[ast.Statement, ...]) -> Iterator[tuple[ast.Name, Known | None]]:
    """Every name that statements bind while the call runs, with its members where they are known."""
    stack: list[ast.Statement] = list(statements)
    while stack:
        node = stack.pop()
        match node:
            case ast.Set():
                yield node.name, None
            case ast.Input() | ast.RecordAction() if node.binding is not None:
                yield node.binding, INPUT_MEMBERS if isinstance(node, ast.Input) else RECORDING_MEMBERS
            case ast.Fetch() if node.binding is not None:
                yield node.binding.name, _members(node.binding.shape)
        match node:
            case ast.If():
                for arm in node.arms:
                    stack.extend(arm.body.statements)
                stack.extend(node.otherwise.statements if node.otherwise else ())
            case ast.For():
                stack.extend(node.body.statements)
            case ast.Choose():
                for choice in node.choices.items:
                    if isinstance(choice.target, ast.Block):
                        stack.extend(choice.target.statements)
            case ast.Input() | ast.Fetch() | ast.Connect() | ast.RecordAction():
                for item in node.branches.items if node.branches else ():
                    target = item.body if isinstance(item, ast.Whisper) else item.target
                    if isinstance(target, ast.Block):
                        stack.extend(target.statements)


def _members(shape: ast.Shape | None) -> Known | None:
    """The members of an answer by what its shape says; None where anything may stand there."""
    if not isinstance(shape, ast.Fields) or not shape.members:
        return None
    return {member.key.text: _members(member.shape) for member in shape.members}


def every_name(program: Program) -> frozenset[str]:
    """The names that a template somewhere in the script may use."""
    bound = (name for name, _ in brought(program.steps, program.handlers))
    return frozenset((*program.declared, *bound, *RUNNING))
