"""Lines and columns of a text as editors count them."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Literal, NamedTuple

Unit = Literal["utf-8", "utf-16", "utf-32"]
"""What a column counts: the bytes of UTF-8, the halves of UTF-16, or characters."""
_END = re.compile(r"\r\n|\n|\r")
"""The line ends of the Language Server Protocol. `str.splitlines` knows more of them, such as U+2028."""


class TextPosition(NamedTuple):
    """A line and a column, both from 0."""

    line: int
    column: int


class TextLines:
    """The lines of a text: offsets in characters become positions, and back."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in _END.finditer(text))]

    @property
    def count(self) -> int:
        """How many lines there are; an empty text has one."""
        return len(self._starts)

    def line(self, number: int) -> str:
        """The text of a line (from 0), without its line end."""
        start, end = self.bounds(number)
        return self._text[start:end]

    def bounds(self, number: int) -> tuple[int, int]:
        """The offsets where a line (from 0) begins and where its line end stands."""
        start = self._starts[number]
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._text)
        while end > start and self._text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def position(self, offset: int, unit: Unit = "utf-32") -> TextPosition:
        """Where an offset is; one beyond the text is its end."""
        offset = min(max(offset, 0), len(self._text))
        line = bisect_right(self._starts, offset) - 1
        return TextPosition(line, _length(self._text[self._starts[line] : offset], unit))

    def offset(self, line: int, column: int, unit: Unit = "utf-32") -> int:
        """The offset of a position. A line beyond the last is the text's end, a column beyond a line's is its end.

        A column within a character is the character's beginning.
        """
        if line < 0:
            return 0
        if line >= len(self._starts):
            return len(self._text)
        start, end = self.bounds(line)
        return start + _characters(self._text[start:end], max(column, 0), unit)


def _length(text: str, unit: Unit) -> int:
    if unit == "utf-32" or text.isascii():
        return len(text)
    if unit == "utf-16":
        return len(text) + sum(char > "\uffff" for char in text)
    return len(text.encode("utf-8", "surrogatepass"))


def _characters(text: str, column: int, unit: Unit) -> int:
    """How many characters stand before a column."""
    if unit == "utf-32" or text.isascii():
        return min(column, len(text))
    encoded = text.encode("utf-16-le" if unit == "utf-16" else "utf-8", "surrogatepass")
    size = 2 if unit == "utf-16" else 1
    head = encoded[: column * size].decode("utf-16-le" if unit == "utf-16" else "utf-8", "ignore")
    return len(head)
