"""What holds for any text on a terminal: it is safe, aligned, as narrow as asked for, and quick."""

from __future__ import annotations

import time
from unicodedata import category

import pytest
from hypothesis import given, strategies as st

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Diagnostic, Label, Severity
from nccodsl.diagnostics.printers.terminal import render
from nccodsl.diagnostics.printers.text import cell

HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def shown(file: SourceFile | None, span: Span | None, message: str = "", *labels: Label, width: int = 40) -> str:
    found = Diagnostic(code="E101", severity=Severity.ERROR, message=message, file=file, span=span, labels=labels)
    return render([found], color=False, width=width)


@pytest.mark.parametrize("filler", ["x", "\u0301", "日", "\t", "\x1b"])
def test_the_effort_does_not_depend_on_the_length_of_a_line(filler: str) -> None:
    file = SourceFile("a.call", filler * 20_000_000)
    file.line_column(0)
    began = time.perf_counter()
    text = shown(file, Span(10_000_000, 19_000_000), "", Label(file, Span(3, 15_000_000), "x"))
    assert time.perf_counter() - began < 1
    assert len(text) < 3000


def test_a_huge_message_is_cut() -> None:
    assert len(shown(None, None, "x" * 10_000_000)) < 3000


@given(st.text(alphabet=st.characters(), max_size=60), st.data())
def test_any_text_and_place_gives_safe_aligned_lines(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    output = shown(SourceFile("a", text), Span(start, end))
    assert all(char == "\n" or category(char) not in HIDDEN for char in output)
    assert "^" in output.splitlines()[-1]
    output.encode()


@given(st.text(alphabet="a\u0301日\t\x1b", max_size=90), st.data())
def test_no_line_is_wider_than_the_terminal(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    source, signs = shown(SourceFile("a", text), Span(start, end)).splitlines()[-2:]
    assert sum(cell(char)[1] for char in source) <= 40
    assert len(signs) <= 41  # the sign of a combining mark at the very end stands behind the line


@given(st.text(alphabet="abc日本\t", min_size=1, max_size=90), st.data())
def test_the_signs_stand_under_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    source, signs = shown(SourceFile("a", text), Span(start, end)).splitlines()[-2:]
    columns = "".join(char * cell(char)[1] for char in source).ljust(len(signs))
    under = "".join(char for char, sign in zip(columns, signs, strict=False) if sign == "^")
    assert "".join(" " * 4 if char == "\t" else char * cell(char)[1] for char in text[start:end]).startswith(under)
