"""Each wording has one home: a code that several modules report has its constructors in `diagnostics/messages`."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from nccodsl.analysis.lint.registry import every_code
from nccodsl.base.source import Sources, Span
from nccodsl.diagnostics import Collector, Message, messages
from nccodsl.diagnostics.collector import MOST
from tests.package_trees import MODULES, nodes_of, shown, tree_of

CODE = re.compile(r"[EW]\d{3}")
NAMING = {"models": "their marks say which code a rule has; the judge words it"}
"""Rooms that name codes as data and report nothing."""


MESSAGES = {name: path for path in MODULES if (name := shown(path)).startswith("diagnostics/messages/")}
OUTSIDE = {name: path for path in MODULES if not (name := shown(path)).startswith("diagnostics/")}


def room(name: str) -> str:
    return name.partition("/")[0]


def codes(path: Path) -> Iterator[str]:
    """The codes that are written in a module, but for those that are only compared with or looked up in a table."""
    nodes = nodes_of(path)
    compared = {id(part) for node in nodes if isinstance(node, ast.Compare) for part in ast.walk(node)}
    tables = {*_only_compared(nodes, compared), *_keys(nodes)}
    for node in nodes:
        code = node.value if isinstance(node, ast.Constant) else None
        if isinstance(code, str) and CODE.fullmatch(code) and id(node) not in compared | tables:
            yield code


def _only_compared(nodes: Iterable[ast.AST], compared: set[int]) -> Iterator[int]:
    """The parts of constants that nothing but comparisons reads."""
    reads = [node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(target := node.targets[0], ast.Name):
            uses = [read for read in reads if read.id == target.id]
            if uses and all(id(use) in compared for use in uses):
                yield from (id(part) for part in ast.walk(node))


def _keys(nodes: Iterable[ast.AST]) -> Iterator[int]:
    """The keys of tables that say something of codes, in names of theirs and not in words."""
    for node in nodes:
        if isinstance(node, ast.Dict) and all(isinstance(value, ast.Name) for value in node.values):
            yield from map(id, node.keys)


@cache
def homes() -> dict[str, set[str]]:
    """The modules in which each code is written; all of `messages` is one."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, path in OUTSIDE.items():
        for code in codes(path):
            found[code].add(name)
    for path in MESSAGES.values():
        for code in codes(path):
            found[code].add("messages")
    return found


def shared(rooms: set[str]) -> dict[str, set[str]]:
    """The codes that modules of these rooms write out although another module has them too."""
    found = {code: {name for name in names if room(name) in rooms} for code, names in homes().items() if len(names) > 1}
    return {code: names for code, names in found.items() if names}


def test_a_code_of_several_modules_has_constructors() -> None:
    assert shared({room(name) for name in OUTSIDE} - NAMING.keys()) == {}


def test_diagnostics_are_made_by_of() -> None:
    """Only `Diagnostic.of` and the messages look a severity up."""
    made = {
        name
        for name, path in OUTSIDE.items()
        for node in nodes_of(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Diagnostic"
    }
    assert made == set()


def test_the_codes_of_messages_are_registered() -> None:
    assert {code for path in MESSAGES.values() for code in codes(path)} - every_code().keys() == set()


def test_every_family_can_be_reached() -> None:
    files = {Path(name).stem for name in MESSAGES} - {"__init__"}
    assert files == set(messages.__all__)
    assert all(hasattr(messages, name) for name in files)
    with pytest.raises(AttributeError):
        _ = messages.nothing  # type: ignore[attr-defined]


def test_every_wording_is_used() -> None:
    constructors = {
        node.name
        for path in MESSAGES.values()
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    used = {node.attr for path in OUTSIDE.values() for node in nodes_of(path) if isinstance(node, ast.Attribute)}
    used |= {node.id for path in MESSAGES.values() for node in nodes_of(path) if isinstance(node, ast.Name)}
    assert constructors - used == set()


def test_a_script_without_findings_imports_no_wording() -> None:
    program = (
        "import sys, nccodsl; nccodsl.load('talk \"Hi\"').ncco();"
        "print([name for name in sys.modules if name.startswith('nccodsl.diagnostics.messages.')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_message_about_a_place() -> None:
    file = Sources().add("a.call", "one two")
    message = messages.options.given_twice("one", Span(0, 3))
    found = message.about(file, Span(4, 7), "/1")
    assert (found.code, found.message, found.path) == ("E105", "`one` is given twice", "/1")
    assert [(label.file, label.span, label.text) for label in found.labels] == [(file, Span(0, 3), "first given here")]
    assert message.about().labels == ()


def test_help_is_worked_out_for_findings_that_are_kept() -> None:
    sources = Sources()
    file = sources.add("a.call", "x" * (MOST + 20))
    collector = Collector(sources)
    asked: list[int] = []
    for at in range(MOST + 10):
        message = Message("E602", f"no {at}", lambda at=at: asked.append(at) or "declare it")  # type: ignore[misc]
        span = Span(file.base + at, file.base + at + 1)
        collector.report(message, span)
        collector.report(message, span)
    assert asked == list(range(MOST))
    assert {found.help for found in collector.sorted()} == {"declare it"}
