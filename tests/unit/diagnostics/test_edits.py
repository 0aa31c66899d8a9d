"""Edits take the space and the commas along, and put statements on lines of their own."""

from __future__ import annotations

import pytest

from nccodsl.base.source import Sources, Span
from nccodsl.diagnostics import Edit
from nccodsl.diagnostics.edits import into_block, without


def applied(text: str, edit: Edit, base: int) -> str:
    return text[: edit.span.start - base] + edit.text + text[edit.span.end - base :]


@pytest.mark.parametrize(
    ("text", "removed", "left"),
    [
        ("talk x=1 y=2", "x=1", "talk y=2"),
        ("talk x=1 y=2", "y=2", "talk x=1"),
        ("{a: 1, b: 2}", "a: 1", "{b: 2}"),
        ("{a: 1, b: 2}", "b: 2", "{a: 1}"),
        ("{a: 1,\n b: 2}", "b: 2", "{a: 1}"),
        ("{a: 1}", "a: 1", "{}"),
        ("{\n  one\n  two\n}\n", "one", "{\n  two\n}\n"),
        ("one\ntwo", "two", "one\n"),
        ("one two\n", "two", "one\n"),
        ("  one two\n", "one", "  two\n"),
        ("one", "one", ""),
    ],
)
def test_without(text: str, removed: str, left: str) -> None:
    sources = Sources()
    sources.add("before.call", "x")
    file = sources.add("a.call", text)
    start = file.base + text.index(removed)
    assert applied(text, without(file, Span(start, start + len(removed))), file.base) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("step a { }", "step a { hangup }"),
        ("step a {}", "step a { hangup }"),
        ("step a { talk }", "step a { talk hangup }"),
        ("step a {\n  talk\n}", "step a {\n  talk\n  hangup\n}"),
        ("step a {\n  input {\n    on\n  }", "step a {\n  input {\n    on\n    hangup\n  }"),
    ],
)
def test_into_block(text: str, left: str) -> None:
    file = Sources().add("a.call", text)
    assert applied(text, into_block(file, text.rindex("}"), "hangup"), file.base) == left
