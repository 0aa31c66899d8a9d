"""The names that a script has: those that it declares, and those that statements bind while the call runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from nccodsl.analysis.built_in_names import RECORDING_MEMBERS, RUNNING
from nccodsl.analysis.item_walks import brought
from nccodsl.analysis.program import Program
from nccodsl.analysis.shapes import Known
from nccodsl.analysis.typed_answers import input_members
from nccodsl.syntax import ast


def bindings(
    statements: Iterable[ast.Statement], dialogs: Mapping[str, ast.Dialog]
) -> Iterator[tuple[ast.Name, Known | None]]:
    """Every name that statements bind while the call runs, with its members where they are known."""
    for node in every_statement(statements):
        match node:
            case ast.Set():
                yield node.name, None
            case ast.Input() if node.binding is not None:
                yield node.binding, input_members(node)
            case ast.RecordAction() if node.binding is not None:
                yield node.binding, RECORDING_MEMBERS
            case ast.Fetch() if node.binding is not None:
                yield node.binding.name, known_members(node.binding.shape)
            case ast.Ask() if node.binding is not None:
                asked = dialogs.get(node.dialog.text)
                yield node.binding, _returned(asked) if asked is not None else None


def every_statement(statements: Iterable[ast.Statement]) -> Iterator[ast.Statement]:
    """The statements and those inside them, in no particular order."""
    stack: list[ast.Statement] = list(statements)
    while stack:
        node = stack.pop()
        yield node
        for target in _targets(node):
            stack.extend(target.statements if isinstance(target, ast.Block) else (target,))


def _targets(node: ast.Statement) -> Iterator[ast.Target]:
    match node:
        case ast.If():
            yield from (arm.body for arm in node.arms)
            yield from ast.present(node.otherwise)
        case ast.For():
            yield node.body
        case ast.Choose():
            yield from (item.target for item in node.choices.items)
        case ast.Input() | ast.Fetch() | ast.Connect() | ast.RecordAction() | ast.Ask():
            for item in node.branches.items if node.branches else ():
                target = item.body if isinstance(item, ast.Whisper) else item.target
                if target is not None:
                    yield target


def _returned(dialog: ast.Dialog) -> Known:
    """The members of what a dialog returns, whatever its outcome."""
    return {member.key.text: known_members(member.shape) for outcome in dialog.outcomes for member in outcome.members}


def known_members(shape: ast.Shape | None) -> Known | None:
    """The members of an answer by what its shape says; None where anything may stand there."""
    if not isinstance(shape, ast.Fields) or not shape.members:
        return None
    return {member.key.text: known_members(member.shape) for member in shape.members}


def every_name(program: Program) -> frozenset[str]:
    """The names that a template somewhere in the script may use."""
    bound = (name for name, _ in brought(program.steps, program.handlers))
    return frozenset((*program.declared, *bound, *RUNNING))
