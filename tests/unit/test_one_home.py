"""Facts stand once: elsewhere nobody lists them again."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from nccodsl.voice.catalogue import catalogue
from tests.package_trees import MODULES, nodes_of, shown
from tests.unit.test_architecture import dotted, room

COPIED = {"syntax/descent/reserved_words.py": "written from the grammar, and held to it"}
HAND_WRITTEN = [path for path in MODULES if room(dotted(path)) != "models" and shown(path) not in COPIED]
ENOUGH = 4
"""So many outcomes of a `connect` in a row are a list of them."""


def _lists(path: Path) -> Iterator[set[object]]:
    """The constants in each tuple, list and set of a module."""
    for node in nodes_of(path):
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            yield {part.value for part in node.elts if isinstance(part, ast.Constant)}


def _repeated(path: Path) -> list[set[object]]:
    failures = set(catalogue().failures)
    beside = {*catalogue().outcomes, "answered", "machine"}
    return [
        found
        for found in _lists(path)
        if found >= catalogue().playing
        or found >= catalogue().joining
        or (len(found & failures) >= ENOUGH and found <= beside)
    ]


def _asks_for_ssml(path: Path) -> list[int]:
    return [
        node.lineno
        for node in nodes_of(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "startswith"
        and any(isinstance(one, ast.Constant) and str(one.value).startswith("<speak") for one in node.args)
    ]


def test_facts_about_actions_are_asked_of_the_catalogue() -> None:
    assert {shown(path): found for path in HAND_WRITTEN if (found := _repeated(path))} == {}
    assert [shown(path) for path in HAND_WRITTEN if _asks_for_ssml(path)] == ["voice/forms.py"]


BARE = {"frozenset", "set", "tuple", "list"}
ALPHABET = 10
"""So many different characters in a row are a set of them."""


def test_no_constant_is_defined_twice() -> None:
    """Collections of strings, tables of them and regular expressions: who needs one imports it."""
    homes = defaultdict(set)
    for path in HAND_WRITTEN:
        for name, value in _constants(nodes_of(path)):
            homes[value].add(f"{shown(path)}:{name}")
    assert [sorted(names) for names in homes.values() if len({one.split(":")[0] for one in names}) > 1] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('A = ("a", "b")', '_B = frozenset(("b", "a"))'),
        ('A = (*("a",), "b")', 'class C:\n    B: Final = {"a", "b"}'),
        ('A = re.compile("a+", re.S)', 'b = re.compile("a+", re.S).fullmatch'),
        ('A = {"a": "b", "c": 1}', 'B = {"c": 1, "a": "b"}'),
        ('A = "0123456789*#"', 'B = frozenset("0123456789*#")'),
    ],
)
def test_what_counts_as_one_constant(one: str, other: str) -> None:
    ((_, first),), ((_, second),) = (list(_constants(ast.walk(ast.parse(source)))) for source in (one, other))
    assert first == second


def _constants(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, object]]:
    """The constants of a module and its classes that are worth one home, in a form that can be compared."""
    for node in nodes:
        for statement in node.body if isinstance(node, ast.Module | ast.ClassDef) else ():
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    pass
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    pass
                case _:
                    continue
            if (found := _value(value)) is not None:
                yield name, found


def _value(node: ast.expr) -> object:
    match node:
        case ast.Attribute(value=ast.Call(func=ast.Attribute(attr="compile")) as call):
            return _value(call)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr="compile"), args=[ast.Constant(), *_]):
            return "regex", *(ast.unparse(argument) for argument in node.args)
        case ast.Call(func=ast.Name(id=name), args=[inner]) if name in BARE:
            return _value(inner)
        case ast.Constant(value=str() as text) if len(set(text)) == len(text) >= ALPHABET:
            return frozenset(text)
        case ast.Dict():
            try:
                rows = sorted(map(repr, ast.literal_eval(node).items()))
            except ValueError:
                return None
            return ("table", *rows) if len(rows) > 1 else None
    words = _words(node)
    return frozenset(words) if words and len(words) > 1 else None


def _words(node: ast.expr) -> list[str] | None:
    """The strings of a collection, also of collections with a star in it; None where there is anything else."""
    if not isinstance(node, ast.Tuple | ast.List | ast.Set):
        return None
    found: list[str] = []
    for part in node.elts:
        match part:
            case ast.Constant(value=str() as word):
                found.append(word)
            case ast.Starred(value=inner) if (words := _words(inner)) is not None:
                found += words
            case _:
                return None
    return found
