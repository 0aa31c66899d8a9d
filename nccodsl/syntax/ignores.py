"""Comments that ignore warnings: `# nccodsl: ignore W024`, at the end of a line or on a line of its own above it."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.base import lazy_re
from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Span, line_end
from nccodsl.syntax.scan import PART

_MARK = "nccodsl:"
_COMMENT = lazy_re.compile(r"#[ \t]*nccodsl:[ \t]*ignore\b[ \t:]*")
_CODE = lazy_re.compile(r"[ \t,]*([A-Za-z][0-9]{3})\b")


class IgnoredCode(Record):
    """A code in such a comment: where it stands, the whole comment, and the line whose warnings it means.

    `code` is empty for a comment that names none; then `span` is the comment.
    """

    code: str
    span: Span
    comment: Span
    line: int


class Ignores:
    """What the comments of a script and its includes ignore. A file is read when its first warning is asked about."""

    def __init__(self) -> None:
        self._of: dict[SourceFile, frozenset[tuple[str, int]]] = {}

    def covers(self, code: str, file: SourceFile, line: int) -> bool:
        """Whether a comment ignores this warning where it begins on this line (from 1)."""
        if file not in self._of:
            self._of[file] = frozenset((ignored.code, ignored.line) for ignored in read_ignores(file))
        return (code, line) in self._of[file]


def read_ignores(file: SourceFile) -> tuple[IgnoredCode, ...]:
    """Every code that a comment of this file ignores, in the order of the text."""
    if _MARK not in file.text:
        return ()
    comments = [found.start() for found in PART.finditer(file.text) if found[0].startswith("#")]
    lines = _lines_meant(file, comments)
    return tuple(ignored for at in comments for ignored in _in_comment(file, at, lines[at]))


def _in_comment(file: SourceFile, at: int, line: int) -> Iterator[IgnoredCode]:
    opening = _COMMENT.match(file.text, at)
    if opening is None:
        return
    comment = Span(file.base + at, file.base + line_end(file.text, at))
    found = _CODE.match(file.text, opening.end())
    if found is None:
        yield IgnoredCode("", comment, comment, line)
    while found is not None:
        yield IgnoredCode(found[1].upper(), Span(file.base + found.start(1), file.base + found.end(1)), comment, line)
        found = _CODE.match(file.text, found.end())


def _lines_meant(file: SourceFile, comments: list[int]) -> dict[int, int]:
    """For each comment its own line where a statement stands before it, else the next one with a statement."""
    meant: dict[int, int] = {}
    below: dict[int, int] = {}
    # From the last to the first: a row of comments is passed through once.
    for at in reversed(comments):
        number, column = file.line_column(file.base + at)
        if file.line(number)[: column - 1].strip():
            meant[at] = number
            continue
        line = number + 1
        while line not in below and line <= file.line_count and not file.line(line).strip():
            line += 1
        meant[at] = below[number] = below.get(line, line)
    return meant
