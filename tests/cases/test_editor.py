"""Golden cases of the services for editors: editor/NAME.call, and NAME.txt with what they answer.

A comment that begins with a marker is no part of the script. `#   ^ hover` asks about the place above the caret, in the
last line before that is no marker, and `# = symbols` about the whole script. With `: "text"` behind it, the answer must
contain the text, whatever the golden file says. `pytest --accept` writes the golden files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from nccodsl.editor.document import Document
from nccodsl.editor.services.code_actions import code_actions
from nccodsl.editor.services.completions import completion
from nccodsl.editor.services.diagnostics import diagnostics
from nccodsl.editor.services.folds import folding
from nccodsl.editor.services.format_edits import formatting
from nccodsl.editor.services.hover import hover
from nccodsl.editor.services.inlays import inlays
from nccodsl.editor.services.lenses import (
    DEBUG_TEST,
    OPEN_PHONE,
    RUN_TEST,
    SHOW_GRAPH,
    SHOW_REFERENCES,
    lenses,
)
from nccodsl.editor.services.symbols import OutlineItem, symbols
from nccodsl.editor.services.test_runs import RehearsedScript, no_tests_because
from nccodsl.editor.text_edits import TextEdit
from nccodsl.errors import CannotRead
from nccodsl.std import is_library, read_library
from tests.golden import compare
from tests.unit.editor.scripts import finish

HERE = Path(__file__).parent / "editor"
CASES = sorted(HERE.glob("*.call"))
MARK = re.compile(r'# *(?P<caret>\^|=) (?P<service>\w+)(?:: "(?P<wanted>[^"]*)")?')
MOST = 12
"""Suggestions that a golden file lists."""


def _hover(document: Document, at: int) -> str:
    found = hover(document, at)
    return f"{document.text[found.start : found.end]!r}\n{found.text}" if found else "nothing"


def _complete(document: Document, at: int) -> str:
    found = completion(document, at)
    items = sorted(found.items, key=lambda item: item.rank)
    lines = [f"replaces {document.text[found.start : found.end]!r} with one of {len(items)}"]
    for item in items[:MOST]:
        lines.append(f"{item.kind} {item.label}" + (f": {item.detail}" if item.detail else ""))
        if item.insert not in (None, item.label):
            lines.append(f"    inserts {item.insert!r}")
    return "\n".join(lines + ["…"] * (len(items) > MOST))


def _actions(document: Document, at: int) -> str:
    lines = []
    for action in code_actions(document, at, at):
        lines += [f"{action.kind}: {action.title}{' (preferred)' if action.preferred else ''}"]
        lines += [f"    {line}" for line in _edits(document, action.edits)]
    return "\n".join(lines) or "nothing"


def _edits(document: Document, edits: tuple[TextEdit, ...] | list[TextEdit]) -> list[str]:
    return [f"{_at(document, one.start)} {document.text[one.start : one.end]!r} -> {one.text!r}" for one in edits]


def _at(document: Document, offset: int) -> str:
    line, column = document.lines.position(offset)
    return f"{line + 1}:{column + 1}"


def _symbols(document: Document, _: int) -> str:
    def lines(found: list[OutlineItem], indent: str) -> list[str]:
        shown: list[str] = []
        for one in found:
            shown.append(f"{indent}{_at(document, one.start)} {one.kind} {one.name}: {one.detail}")
            shown += lines(list(one.children), f"{indent}  ")
        return shown

    return "\n".join(lines(symbols(document), ""))


def _diagnostics(document: Document, _: int) -> str:
    return "\n".join(
        f"{_at(document, one.start)}-{_at(document, one.end)} {one.code or 'include'}"
        f"{f' ({one.mark})' if one.mark else ''} {one.message!r} {[text for _, text in one.related] or ''}".rstrip()
        for one in diagnostics(document)
    )


def _lenses(document: Document, _: int) -> str:
    commands = (RUN_TEST, DEBUG_TEST, OPEN_PHONE, SHOW_GRAPH, SHOW_REFERENCES)
    return "\n".join(
        f"{_at(document, one.place.start)} {one.title} ({one.command} {one.kind} {one.name})"
        f" {[_at(document, use.start) for use in one.uses] or ''}".rstrip()
        for one in lenses(document, commands)
    )


def _tests(document: Document, _: int) -> str:
    """Results of the tests, and what they took of the script."""
    if document.flow is None:
        return str(no_tests_because(document))
    script = RehearsedScript(document.flow)
    finished = [finish(script.turns(title, covers=True)) for title in script.cases]
    lines = []
    for one in finished:
        failure = one.failure
        lines.append(f"{one.title}: {f'{failure.code} {failure.text!r}' if failure else 'passed'}")
        for place, text in ((failure.place, "the line"), *failure.related) if failure else ():
            lines.append(f"    {_at(document, place.start)}-{_at(document, place.end)} {text}")
    lines += [f"{_at(document, one.place.start)} taken by {one.count}" for one in script.coverage(finished)]
    return "\n".join(lines)


SERVICES: dict[str, Callable[[Document, int], str]] = {
    "hover": _hover,
    "complete": _complete,
    "actions": _actions,
    "symbols": _symbols,
    "diagnostics": _diagnostics,
    "folds": lambda document, _: "\n".join(f"{one.first + 1}-{one.last + 1} {one.kind}" for one in folding(document)),
    "format": lambda document, _: "\n".join(_edits(document, formatting(document))) or "nothing",
    "lenses": _lenses,
    "tests": _tests,
    "inlays": lambda document, _: "\n".join(
        f"{_at(document, one.at)} {one.label} ({one.kind})" for one in inlays(document, 0, len(document.text))
    ),
}


def _read(text: str) -> tuple[str, list[tuple[str, int, int, str | None]]]:
    """The script, and what is asked about which line and column of it."""
    lines: list[str] = []
    asked: list[tuple[str, int, int, str | None]] = []
    for line in text.splitlines(keepends=True):
        mark = MARK.fullmatch(line.rstrip("\n"))
        if mark is None:
            lines.append(line)
        else:
            asked.append((mark["service"], len(lines) - 1, mark.start("caret"), mark["wanted"]))
    return "".join(lines), asked


def _included(wanted: str, including: str) -> tuple[str, str]:
    """The file of a case that another one includes: `NAME.included`."""
    if is_library(wanted):
        return read_library(wanted)
    path = HERE / wanted
    if not path.is_file():
        raise CannotRead(f"{wanted} does not exist", missing=True)
    return path.name, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_services(case: Path, accept: bool) -> None:
    script, asked = _read(case.read_text(encoding="utf-8"))
    document = Document(case.name, script, _included)
    assert asked
    told = []
    for service, line, column, wanted in asked:
        answer = SERVICES[service](document, document.lines.offset(line, column))
        assert wanted is None or wanted in answer, f"{service} at line {line + 1}: {answer}"
        place = f" {line + 1}:{column + 1}" if service in ("hover", "complete", "actions") else ""
        told.append(f"--- {service}{place}\n{answer}\n")
    compare(case.with_suffix(".txt"), "\n".join(told), accept)
