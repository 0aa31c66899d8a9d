"""People read plain words: the help of commands, and the texts, docstrings and comments of the package."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from nccodsl.cli.main import cli
from tests.package_trees import MODULES, PACKAGE, nodes_of, shown
from tests.prose import forbidden
from tests.unit.cli.test_commands import EVERY

INSIDE = re.compile(r"\b(?:findings?|None|catalogue(?:\.json)?|analyse)\b")
"""Words that code may use for its own things: names of modules and functions, and what people read as problems."""


def comments(text: str) -> Iterator[str]:
    """The comments of a module."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return (token.string for token in tokens if token.type == tokenize.COMMENT)


def strings(nodes: tuple[ast.AST, ...]) -> Iterator[str]:
    """The strings of a module, docstrings among them; what an f-string fills in is left out."""
    parts: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            parts.update(map(id, node.values))
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.value


def test_the_words_of_the_modules() -> None:
    wrong = {shown(path): found for path in MODULES if (found := _wrong(path))}
    assert wrong == {}


def _wrong(path: Path) -> list[str]:
    """What a module says in words that people do not read."""
    # A word of the list stands in the code that reads it, but never alone in a sentence.
    prose = [
        one for one in (*strings(nodes_of(path)), *comments(path.read_text(encoding="utf-8"))) if " " in one.strip()
    ]
    return [found for one in prose for found in forbidden(INSIDE.sub("`…`", one))]


def test_the_words_of_the_pages() -> None:
    wrong: dict[str, list[str]] = {}
    for page in sorted((PACKAGE / "diagnostics" / "pages").glob("*.md")):
        heading, _, text = page.read_text(encoding="utf-8").partition(": ")
        assert heading.startswith(f"# {page.stem} "), "the name of a code is one for programs"
        if found := forbidden(text):
            wrong[page.stem] = found
    assert wrong == {}


@pytest.mark.parametrize("name", ["", "calls", "shaken", *EVERY])
def test_the_words_of_a_help(name: str) -> None:
    text = CliRunner().invoke(cli, [*name.split(), "--help"]).stdout
    assert text.startswith("Usage: ")
    assert forbidden(text) == []
    assert not re.search(r"\b(?:above|below)\b", text)


def test_what_is_found() -> None:
    module = 'def f():\n    """It shall run."""\n    return f"{x} is told to {y}"  # whoever\n'
    found = [*strings(tuple(ast.walk(ast.parse(module)))), *comments(module)]
    assert [one for text in found for one in forbidden(text)] == ["… is told to …", "It shall run.", "# whoever"]
