from __future__ import annotations

import pytest

from nccodsl.syntax.formatter.doc import HARD, LINE, SOFT, Doc, Group, IfBroken, Indent, Suffix, flat_text, render

LIST = Group("[", Indent(SOFT, "one,", LINE, "two", IfBroken(",")), SOFT, "]")


@pytest.mark.parametrize(
    ("doc", "width", "text"),
    [
        (LIST, 10, "[one, two]"),
        (LIST, 9, "[\n  one,\n  two,\n]"),
        # What follows up to the next possible line end must fit, too.
        ((LIST, ";"), 10, "[\n  one,\n  two,\n];"),
        ((LIST, Group(LINE, "x")), 10, "[one, two]\nx"),
        # Only the outer group breaks where that is enough.
        (Group("a", Indent(LINE, LIST), LINE, "b"), 12, "a\n  [one, two]\nb"),
        (("a", HARD, HARD, Indent(HARD, "b")), 9, "a\n\n\n  b"),
        (Group("a", Suffix("  # why"), LINE, "b"), 99, "a  # why\nb"),
        (("a", Suffix("  # why"), " b"), 99, "a b  # why"),
        (Group("a\nbcd", LINE, "e"), 5, "a\nbcd e"),
        ("", 1, ""),
    ],
)
def test_render(doc: Doc, width: int, text: str) -> None:
    assert render(doc, width) == text


def test_flat_text() -> None:
    assert flat_text(LIST) == "[one, two]"
    assert flat_text(("a", HARD)) is None
    assert flat_text(Group("a", Suffix("# b"))) is None
    assert flat_text("a\nb") is None
