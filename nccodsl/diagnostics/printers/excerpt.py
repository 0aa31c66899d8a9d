"""One source line as it is shown, cut to the width there is, and which columns a span takes in it.

Looks only at the characters near the span: a line may have a hundred million of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics.printers.text import cell, width_of


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline. Offsets count from the file's own beginning; `text` is None for the finding itself."""

    file: SourceFile
    line: int
    column: int
    line_start: int
    start: int
    end: int
    text: str | None = None

    @classmethod
    def at(cls, file: SourceFile, span: Span, text: str | None = None) -> Mark:
        line, column = file.line_column(span.start)
        start = min(max(span.start - file.base, 0), len(file.text))
        end = min(max(span.end - file.base, start), len(file.text))
        return cls(file, line, column, start - column + 1, start, end, text)

    @property
    def runs_on(self) -> bool:
        """Whether the span goes on in later lines."""
        return self.end > self.start and self.file.line_column(self.file.base + self.end - 1)[0] > self.line


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line, or the part of it that is shown."""

    text: str
    first: int
    """Offset of the first character that is shown."""
    starts: tuple[int, ...]
    """Column (from 0) of each character that is shown, and the one behind the last."""
    whole: tuple[bool, bool]
    """Whether the shown part reaches the beginning and the end of the line."""

    def holds(self, mark: Mark) -> bool:
        """Whether the place begins in the part that is shown."""
        at = mark.start - self.first
        return 0 <= at < len(self.starts) - (not self.whole[1])

    def columns(self, mark: Mark) -> tuple[int, int]:
        """First column of the underline and the one behind it; at least one column is underlined."""
        last = len(self.starts) - 1
        left = self.starts[min(max(mark.start - self.first, 0), last)]
        right = self.starts[min(max(mark.end - self.first, 0), last)]
        return left, max(right, left + 1)


def cut(file: SourceFile, start: int, end: int, room: int) -> ShownLine:
    """The line of `start`, cut with ``…`` to `room` columns so that the span is seen, or as much of it as fits."""
    text = file.shown_text
    begin = start - file.line_column(file.base + start)[1] + 1
    # Characters of no width are counted too, else a line of them would have no end.
    most = 3 * room
    stop = text.find("\n", start, start + most)
    if stop < 0:
        stop = min(start + most, len(text))
    ends = stop == len(text) or text[stop] == "\n"
    if ends and stop > start and text[stop - 1] == "\r":
        stop -= 1
    focus = min(end, stop)
    room -= start >= stop  # the sign stands behind the line

    first = begin
    if focus - begin > most or width_of(text[begin:focus]) >= room:
        first = _back(text, start, begin, room // 3)
    used = width_of(text[first:start]) + (first > begin)
    last = start
    while last < stop and used + (wide := cell(text[last])[1]) <= room:
        used += wide
        last += 1
    cut_right = last < stop or not ends
    while cut_right and used >= room and last > start:  # makes room for the sign of the cut
        last -= 1
        used -= cell(text[last])[1]
    if not cut_right and first > begin:
        first = _back(text, first, begin, room - used)
    return _shown(text, first, last, (first == begin, not cut_right))


def _shown(text: str, first: int, last: int, whole: tuple[bool, bool]) -> ShownLine:
    """The characters from `first` to before `last`, with a sign where the line is cut."""
    shown = [] if whole[0] else ["…"]
    starts: list[int] = []
    column = len(shown)
    for at in range(first, last):
        # Only a place in the line end itself has the carriage return of that line end in the part that is shown.
        look, wide = ("", 0) if text.startswith("\r\n", at) else cell(text[at])
        starts.append(column)
        shown.append(look)
        column += wide
    starts.append(column)
    if not whole[1]:
        shown.append("…")
    return ShownLine("".join(shown), first, tuple(starts), whole)


def _back(text: str, at: int, begin: int, room: int) -> int:
    """How far back from `at` one can go within `room` columns."""
    used = 0
    least = max(begin, at - 3 * max(room, 0))
    while at > least and used + (wide := cell(text[at - 1])[1]) <= room:
        used += wide
        at -= 1
    return at
