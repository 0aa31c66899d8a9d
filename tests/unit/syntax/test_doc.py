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


class Read(str):
    """A text that counts how often it is looked through."""

    __slots__ = ()
    times = 0

    def find(self, *arguments: object) -> int:
        Read.times += 1
        return super().find(*arguments)  # type: ignore[arg-type]


def test_what_is_broken_is_not_looked_through_for_each_group_around_it() -> None:
    doc: Doc = Read("x")
    for _ in range(300):
        doc = Group(Read("["), Indent(SOFT, doc), SOFT, Read("]"))
    Read.times = 0
    assert render(doc, 100).count("\n") > 400
    assert Read.times < 2 * 601
