"""What every action of a kind says alike is said once, in `defaults`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from nccodsl.decompiler.literals import NOWHERE, name
from nccodsl.syntax import ast
from nccodsl.voice.catalogue import catalogue

ENOUGH = 3
"""So often an option must be repeated to be lifted."""

_Plain = ast.Action | ast.Connect | ast.Input


def lifted(statements: Iterable[ast.Statement]) -> tuple[list[ast.Defaults], tuple[ast.Statement, ...]]:
    """The `defaults` lines and the statements without what these say.

    An option is lifted when three or more actions of a kind give it the same value and no action of that kind
    lacks it: a default would change those.
    """
    statements = tuple(statements)
    by_kind: dict[str, list[_Plain]] = defaultdict(list)
    for statement in statements:
        if isinstance(statement, _Plain) and _kind(statement) in catalogue().actions:
            by_kind[_kind(statement)].append(statement)
    common = {kind: found for kind, actions in by_kind.items() if (found := _common(kind, actions))}
    lines = [
        ast.Defaults(span=NOWHERE, action=name(kind), options=tuple(options.values()))
        for kind, options in common.items()
    ]
    return lines, tuple(_without(one, common.get(_kind(one), {})) for one in statements)


def _kind(statement: ast.Statement) -> str:
    match statement:
        case ast.Action():
            return statement.kind.text
        case ast.Connect():
            return "connect"
        case ast.Input():
            return "input"
        case _:
            return ""


def _common(kind: str, actions: list[_Plain]) -> dict[str, ast.Option]:
    """The options to lift, by name."""
    spec = catalogue().actions[kind]
    counts: dict[str, Counter[ast.Option]] = defaultdict(Counter)
    for action in actions:
        for option in action.options:
            counts[option.name.text][option] += 1
    found: dict[str, ast.Option] = {}
    for known in spec.options:
        values = counts.get(known.name)
        if known.members or values is None or values.total() < len(actions):
            continue
        option, count = values.most_common(1)[0]
        if count >= ENOUGH:
            found[known.name] = option
    return found


def _without(statement: ast.Statement, common: dict[str, ast.Option]) -> ast.Statement:
    if not common or not isinstance(statement, _Plain):
        return statement
    options = tuple(option for option in statement.options if common.get(option.name.text) != option)
    members = {**statement.__dict__, "options": options}
    return type(statement)(**members)
