"""Facts about actions stand once: elsewhere nobody lists them again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from nccodsl.voice.catalogue import catalogue
from tests.unit.test_architecture import MODULES, dotted, room, shown, tree_of

ENOUGH = 4
"""So many outcomes of a `connect` in a row are a list of them."""


def _lists(path: Path) -> Iterator[set[object]]:
    """The constants in each tuple, list and set of a module."""
    for node in ast.walk(tree_of(path)):
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
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "startswith"
        and any(isinstance(one, ast.Constant) and str(one.value).startswith("<speak") for one in node.args)
    ]


@pytest.mark.parametrize("path", [p for p in MODULES if room(dotted(p)) != "models"], ids=shown)
def test_facts_about_actions_are_asked_of_the_catalogue(path: Path) -> None:
    assert _repeated(path) == []
    assert _asks_for_ssml(path) == [] or shown(path) == "voice/forms.py"
