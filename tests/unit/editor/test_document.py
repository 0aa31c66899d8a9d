"""A document knows what `check` says of its text, before and after an edit."""

from __future__ import annotations

import nccodsl
from nccodsl.base.source import Span
from nccodsl.diagnostics import Diagnostic
from nccodsl.editor.document import Document, FilePlace

SCRIPT = 'include "rest.call"\nstep main {\n  talk "Hello {{ nme }}" levl=1\n  -> rest\n}\n'
REST = 'param name: text\nstep rest { talk "{{ name }}" }\n'


def _reader(wanted: str, including: str) -> tuple[str, str]:
    assert (wanted, including) == ("rest.call", "main.call")
    return "rest.call", REST


def _said(found: list[Diagnostic]) -> list[object]:
    return [(one.code, one.message, one.start, one.end, one.help) for one in found]


def test_findings_are_those_of_check() -> None:
    script = SCRIPT.removeprefix('include "rest.call"\n').replace("  -> rest\n", "")
    document = Document("script.call", script)
    assert _said(document.findings) == _said(nccodsl.check(script))
    assert "levl" in document.findings[0].message
    at = script.index("levl")
    document.edit(at, at + 4, "level")
    assert _said(document.findings) == _said(nccodsl.check(document.text))
    assert "levl" not in str(_said(document.findings))


def test_spans_lead_to_files() -> None:
    document = Document("main.call", SCRIPT, _reader)
    step = document.tree.items[1]
    assert document.place_of(step.span) == FilePlace("main.call", SCRIPT.index("step"), len(SCRIPT) - 1)
    at = SCRIPT.index("talk")
    assert document.place_of(Span(document.position_of(at), document.position_of(at + 4))).start == at
    there = document.checked.program.steps["rest"].span
    assert document.place_of(there) == FilePlace("rest.call", REST.index("rest"), REST.index("rest") + 4)


def test_an_include_may_change() -> None:
    document = Document("main.call", SCRIPT, lambda *_: ("rest.call", text))
    text = REST
    before = _said(document.findings)
    text = "step other { }\n"
    document.forget()
    assert _said(document.findings) != before
