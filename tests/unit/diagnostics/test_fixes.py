"""Fixes are applied whole or not at all."""

from __future__ import annotations

import re

from hypothesis import given, strategies as st

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Diagnostic, Edit, Fix, Severity
from nccodsl.diagnostics.fixes import apply_fixes

FILE = SourceFile("a.call", "abcdefghij", base=100)


def found(*edits: tuple[int, int, str], safe: bool = True, file: SourceFile = FILE) -> Diagnostic:
    fix = Fix("mend", tuple(Edit(Span(100 + start, 100 + end), text) for start, end, text in edits), safe=safe)
    return Diagnostic(code="E101", severity=Severity.ERROR, message="m", file=file, span=Span(100, 101), fix=fix)


def test_edits_of_several_fixes() -> None:
    assert apply_fixes([found((8, 9, "I!")), found((0, 1, ""), (4, 4, "__"))], FILE) == ("bcd__efghI!j", 2)


def test_unsafe_fixes_stay() -> None:
    assert apply_fixes([found((0, 1, "X"), safe=False)], FILE) == (FILE.text, 0)


def test_of_overlapping_fixes_the_earlier_place_wins_whole() -> None:
    late, early = found((2, 4, "X"), (9, 10, "Y")), found((1, 3, "Z"))
    assert apply_fixes([late, early], FILE) == ("aZdefghij", 1)
    assert apply_fixes([early, late], FILE) == ("aZdefghij", 1)


def test_neighbours_do_not_overlap() -> None:
    assert apply_fixes([found((2, 4, "X")), found((4, 6, "Y")), found((2, 2, "_"))], FILE) == ("ab_XYghij", 3)


def test_two_insertions_at_one_place_exclude_each_other() -> None:
    assert apply_fixes([found((2, 2, "Y")), found((2, 2, "X"))], FILE) == ("abXcdefghij", 1)


def test_a_fix_that_several_findings_carry_counts_once() -> None:
    assert apply_fixes([found((2, 2, "X")), found((2, 2, "X"))], FILE) == ("abXcdefghij", 1)


def test_fixes_that_cannot_be_applied_are_passed_over() -> None:
    elsewhere = SourceFile("a.call", "abcdefghij", base=100)
    bad = [
        found((9, 11, "X")),
        found((-1, 1, "X")),
        found((4, 3, "X")),
        found((1, 3, "X"), (2, 4, "Y")),
        found((1, 2, "b")),
        found(),
        found((0, 1, "X"), file=elsewhere),
        Diagnostic(code="E101", severity=Severity.ERROR, message="no fix", file=FILE, span=Span(100, 101)),
    ]
    assert apply_fixes(bad, FILE) == (FILE.text, 0)


PLACE = st.tuples(st.integers(0, 10), st.integers(0, 10)).map(lambda ends: (min(ends), max(ends)))


@given(st.lists(st.lists(PLACE, min_size=1, max_size=3, unique=True), max_size=6), st.data())
def test_each_fix_is_applied_whole_or_not_at_all(fixes: list[list[tuple[int, int]]], data: st.DataObject) -> None:
    diagnostics = [
        found(*((start, end, f"<{number}>") for start, end in places)) for number, places in enumerate(fixes)
    ]
    text, count = apply_fixes(diagnostics, FILE)
    applied = [number for number in range(len(fixes)) if f"<{number}>" in text]
    assert count == len(applied)
    assert all(text.count(f"<{number}>") == len(fixes[number]) for number in applied)
    gone = {at for number in applied for start, end in fixes[number] for at in range(start, end)}
    assert re.sub("<.>", "", text) == "".join(char for at, char in enumerate(FILE.text) if at not in gone)
    assert apply_fixes(data.draw(st.permutations(diagnostics)), FILE) == (text, count)


@given(st.lists(st.booleans(), max_size=30))
def test_checking_and_fixing_again_changes_nothing(words: list[bool]) -> None:
    def check(file: SourceFile) -> list[Diagnostic]:
        starts = [at for at in range(0, len(file.text), 2) if file.text[at] == "b"]
        return [
            Diagnostic(
                code="E101",
                severity=Severity.ERROR,
                message="b",
                file=file,
                fix=Fix("a", (Edit(Span(at, at + 1), "a"),), safe=True),
            )
            for at in starts
        ]

    file = SourceFile("a", "".join("a " if word else "b " for word in words))
    text, count = apply_fixes(check(file), file)
    assert count == words.count(False)
    again = SourceFile("a", text)
    assert apply_fixes(check(again), again) == (text, 0)
