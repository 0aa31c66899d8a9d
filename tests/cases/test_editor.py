"""Golden cases of the services for editors: editor/NAME.call, and NAME.txt with what they answer.

A comment that begins with a marker is no part of the script. `#   ^ hover` asks about the place above the caret, in the
last line before that is no marker, and `# = symbols` about the whole script. What follows the name is for the service:
`# ^ rename other`, `# = inlays reached tests`. With `: "text"` behind it, the answer must contain the text, whatever the
golden file says. `pytest --accept` writes the golden files.

editor/NAME.jsonc is a JSON document; its markers begin with `//`.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import nccodsl.editor.services
from nccodsl.editor.document import Document
from nccodsl.editor.ncco_document import NccoDocument
from tests.cases.editor_answers import ANSWERS, DOCUMENT_ANSWERS, HERE, Asked, included
from tests.golden import compare

CASES = sorted(HERE.glob("*.call"))
DOCUMENTS = sorted(HERE.glob("*.jsonc"))
MARK = re.compile(r'(?:#|//) *(?P<caret>\^|=) (?P<service>\w+)(?: (?P<given>[^":]+))?(?:: "(?P<wanted>[^"]*)")?')
ANSWER = re.compile(r"^--- ", re.M)
LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")


class Mark(NamedTuple):
    """What is asked about which line and column (from 0), and what the answer must contain."""

    service: str
    line: int
    column: int
    given: str
    wanted: str | None


def _read(path: Path) -> tuple[str, list[Mark]]:
    """The text of a case with its own line ends, and what is asked."""
    lines: list[str] = []
    asked: list[Mark] = []
    for line in LINE.findall(path.read_bytes().decode("utf-8")):
        mark = MARK.fullmatch(line.rstrip("\r\n"))
        if mark is None:
            lines.append(line)
        else:
            given, place = mark["given"] or "", (len(lines) - 1, mark.start("caret"))
            asked.append(Mark(mark["service"], *place, given, mark["wanted"]))
    assert asked, path.name
    return "".join(lines), asked


def _told(mark: Mark, answer: str, place: str) -> str:
    assert mark.wanted is None or mark.wanted in answer, f"{mark.service} at line {mark.line + 1}: {answer}"
    return f"--- {' '.join(one for one in (mark.service, mark.given, place) if one)}\n{answer}\n"


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_services(case: Path, accept: bool) -> None:
    script, asked = _read(case)
    document = Document(case.name, script, included)
    told = []
    for mark in asked:
        row = ANSWERS[mark.service]
        answer = row.shown(Asked(document, document.lines.offset(mark.line, mark.column), mark.given))
        told.append(_told(mark, answer, f"{mark.line + 1}:{mark.column + 1}" if row.at_caret else ""))
    compare(case.with_suffix(".txt"), "\n".join(told), accept)


@pytest.mark.parametrize("case", DOCUMENTS, ids=lambda path: path.stem)
def test_services_of_json(case: Path, accept: bool) -> None:
    text, asked = _read(case)
    document = NccoDocument(f"{case.stem}.ncco.json", text)
    told = [_told(mark, DOCUMENT_ANSWERS[mark.service][1](document), "") for mark in asked]
    compare(case.with_suffix(".txt"), "\n".join(told), accept)


def _answered() -> Iterator[tuple[str, str]]:
    """The modules of services that some case asks, each with an answer that says something."""
    for path in (*CASES, *DOCUMENTS):
        answers = ANSWER.split(path.with_suffix(".txt").read_text(encoding="utf-8"))[1:]
        for mark, answer in zip(_read(path)[1], answers, strict=True):
            body = answer.partition("\n")[2].strip()
            if body != "nothing":
                service = DOCUMENT_ANSWERS[mark.service][0] if path in DOCUMENTS else ANSWERS[mark.service].service
                yield mark.service, service.__module__.rpartition(".")[2]


def test_every_service_has_a_case() -> None:
    found = list(_answered())
    services = {module.name for module in pkgutil.iter_modules(nccodsl.editor.services.__path__)}
    assert {module for _, module in found} == services
    assert {marker for marker, _ in found} == {*ANSWERS, *DOCUMENT_ANSWERS}
