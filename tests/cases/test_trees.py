"""Golden trees: one folder for each section of the grammar, `script.call` and what it is parsed into, with its places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nccodsl.base.source import SourceFile, Sources, Span
from nccodsl.diagnostics.collector import Collector
from nccodsl.syntax import ast
from nccodsl.syntax.parser import parse
from tests.golden import compare

HERE = Path(__file__).parent / "trees"
GRAMMAR = (HERE.parents[2] / "grammar" / "call.lark").read_text(encoding="utf-8")
SECTIONS = [
    re.sub(r"[^a-z]+", "-", title.lower())
    for title in re.findall(r"^// -{4} ([^\n:-]+?)(?::[^\n-]*)? -+$", GRAMMAR, re.M)
]


def parsed(section: str) -> tuple[SourceFile, ast.Script]:
    sources = Sources()
    file = sources.add("script.call", (HERE / section / "script.call").read_text(encoding="utf-8"))
    collector = Collector(sources)
    script = parse(file, collector)
    assert [(one.code, one.message) for one in collector.sorted()] == []
    return file, script


def lines(file: SourceFile, name: str, value: Any, indentation: str = "") -> Iterator[str]:
    """A node a line: its name in the node above, its kind, and from where to where it was written."""
    if isinstance(value, Span):
        yield f"{indentation}{name} {place(file, value)}"
    elif isinstance(value, tuple):
        yield f"{indentation}{name}" + ("" if value else " ()")
        for item in value:
            yield from lines(file, "-", item, indentation + "  ")
    elif isinstance(value, ast.Node):
        yield f"{indentation}{name} {type(value).__name__} {place(file, value.span)}"
        for field in value._fields:
            if field != "span":
                yield from lines(file, field, getattr(value, field), indentation + "  ")
    else:
        yield f"{indentation}{name} {value!r}"


def place(file: SourceFile, span: Span) -> str:
    """`line:column-line:column`, both counted from 1."""
    return "-".join(":".join(map(str, file.line_column(offset))) for offset in (span.start, span.end))


@pytest.mark.parametrize("section", SECTIONS)
def test_tree(section: str, accept: bool) -> None:
    file, script = parsed(section)
    compare(HERE / section / "tree.txt", "\n".join(lines(file, "script", script)) + "\n", accept)


def test_each_section_has_a_tree_and_each_tree_a_section() -> None:
    assert sorted(path.name for path in HERE.iterdir()) == sorted(SECTIONS)


def test_the_trees_show_every_kind_of_node() -> None:
    trees = "".join((HERE / section / "tree.txt").read_text(encoding="utf-8") for section in SECTIONS)
    shown = set(re.findall(r"^ *\S+ ([A-Z]\w+) ", trees, re.M))
    kinds = {name for name, kind in vars(ast).items() if isinstance(kind, type) and issubclass(kind, ast.Node)}
    assert kinds - shown == {"Node"}
