"""Texts wrapped at a terminal's width, with what goes on indented."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Diagnostic, Severity
from nccodsl.diagnostics.printers.terminal import render
from nccodsl.diagnostics.printers.text import hanging, one_line, width_of

URL = "https://example.com/a/very/long/address/that/somebody/copies"


@pytest.mark.parametrize(
    ("text", "width", "head", "lines"),
    [
        ("one two three", None, 5, ["one two three"]),
        ("one two three", 18, 5, ["one two three"]),
        ("one two three", 17, 5, ["one two", "     three"]),
        ("one two three", 12, 4, ["one two", "    three"]),
        ("one two three", 12, 9, ["one", "    two", "    three"]),
        (f"see {URL} now", 30, 4, ["see", f"    {URL}", "    now"]),
        ("漢字 漢字 漢字", 12, 2, ["漢字 漢字", "  漢字"]),
        ("", 10, 4, [""]),
    ],
)
def test_hanging(text: str, width: int | None, head: int, lines: list[str]) -> None:
    assert hanging(text, width, head) == lines


def test_lines_that_are_indented_already() -> None:
    assert hanging("  one two three", 12, indent=4) == ["  one two", "    three"]


@given(st.text(max_size=80), st.integers(1, 60), st.integers(0, 30))
def test_nothing_is_lost_and_nothing_sticks_out(text: str, width: int, head: int) -> None:
    text = one_line(text)
    lines = hanging(text, width, head)
    assert "".join("".join(lines).split(" ")) == "".join(text.split(" "))
    for number, line in enumerate(lines):
        fits = width_of(line) + (0 if number else head) <= width
        assert fits or " " not in line.strip(" ")


def test_a_message_and_its_help_are_wrapped_on_a_terminal_only() -> None:
    file = SourceFile("a.call", "talk one")
    message, help = "a message of a few words that needs two lines", "write something else instead of this"
    found = Diagnostic("E202", Severity.ERROR, message, file=file, span=Span(5, 8), help=help)
    plain = render([found], color=False, width=40).splitlines()
    assert plain[0] == f"error[E202]: {message}"
    assert plain[-1] == f"   = help: {help}"
    assert render([found], color=False, width=40, wrap=True).splitlines() == [
        "error[E202]: a message of a few words",
        "             that needs two lines",
        *plain[1:-1],
        "   = help: write something else instead",
        "           of this",
    ]
