"""Lines and columns as editors count them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from nccodsl.editor.text_lines import TextLines, TextPosition, Unit

TEXT = "a\r\nb\u2028c\rd😀é\n\nlast"


def test_lines_end_as_the_protocol_says() -> None:
    lines = TextLines(TEXT)
    assert lines.count == 5
    assert [lines.line(number) for number in range(5)] == ["a", "b\u2028c", "d😀é", "", "last"]


@pytest.mark.parametrize(("unit", "column"), [("utf-8", 7), ("utf-16", 4), ("utf-32", 3)])
def test_columns_count_what_the_client_counts(unit: Unit, column: int) -> None:
    lines = TextLines(TEXT)
    assert lines.position(TEXT.index("é") + 1, unit) == TextPosition(2, column)
    assert lines.offset(2, column, unit) == TEXT.index("é") + 1


@pytest.mark.parametrize(("unit", "within"), [("utf-8", (2, 3, 4)), ("utf-16", (2,))])
def test_a_column_within_a_character_is_its_beginning(unit: Unit, within: tuple[int, ...]) -> None:
    assert {TextLines(TEXT).offset(2, column, unit) for column in within} == {TEXT.index("😀")}


def test_positions_beyond_the_text() -> None:
    lines = TextLines(TEXT)
    assert lines.offset(99, 0) == len(TEXT)
    assert lines.offset(0, 99) == 1
    assert lines.offset(-1, 5) == 0
    assert lines.position(999) == TextPosition(4, 4)
    assert TextLines("").count == 1


@given(st.text(alphabet="a\r\n\u2028😀é"), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_there_and_back(text: str, unit: Unit) -> None:
    lines = TextLines(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            assert lines.offset(*lines.position(offset, unit), unit) == offset
