"""Source text, spans and positions.

Owns: where a piece of text lies and how a person names that place. Does not own: reading files.

A :class:`Span` is two integers. Files that belong to one script (the script and what it includes) share one
number line: a :class:`Sources` gives each file a base offset, so a span alone says which file it is in.
Line and column are computed only when something is shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from nccodsl.base import lazy_re

SURROGATE = lazy_re.compile("[\ud800-\udfff]")
"""Half of a character: no text in UTF-8 holds one."""
_WORD = lazy_re.compile(r"[^\s\"'{}\[\](),]{3,}")
"""What is taken for a word of a secret; shorter ones stand in too many messages."""


class Span(NamedTuple):
    """Half-open range of code points, ``start`` inclusive and ``end`` exclusive."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other`."""
        return Span(self.start, other.end)


def line_start(text: str, at: int) -> int:
    """Where the line of an offset begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line of an offset ends, without its line feed."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


class SourceFile:
    """One text with its name, and the offset at which it begins on its :class:`Sources`' number line."""

    def __init__(self, name: str, text: str, base: int = 0) -> None:
        self.name = name
        self.text = text
        self.base = base
        self.top = base
        """Where what is added at the top of the text goes: of a part of a text, that is before the part."""
        self._hidden: list[tuple[int, int]] = []
        self._shown: str | None = None

    def __repr__(self) -> str:
        return f"SourceFile({self.name!r}, {len(self.text)} characters)"

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return starts

    @property
    def line_count(self) -> int:
        """How many lines the text has; an empty text has one."""
        return len(self._line_starts)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1 and counted in code points, of an offset on the number line."""
        local = min(max(offset - self.base, 0), len(self.text))
        line = bisect_right(self._line_starts, local)
        return line, local - self._line_starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (from 1), without its line end."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def line_span(self, number: int) -> Span:
        """Where a line (from 1) stands, without its line end; beyond the last one, the last one."""
        number = min(number, self.line_count)
        start = self.base + self._line_starts[number - 1]
        return Span(start, start + len(self.line(number)))

    def hide(self, span: Span) -> None:
        """Keep what a span covers, a secret, out of excerpts and messages."""
        place = max(span.start - self.base, 0), min(span.end - self.base, len(self.text))
        if place not in self._hidden:
            self._hidden.append(place)
            self._shown = None

    @property
    def hidden(self) -> list[Span]:
        """What is kept out of excerpts and messages."""
        return [Span(self.base + start, self.base + end) for start, end in self._hidden]

    @property
    def shown_text(self) -> str:
        """The text for excerpts: of the same length, with `*` for each character that is hidden."""
        if not self._hidden:
            return self.text
        if self._shown is None:
            shown = list(self.text)
            for start, end in self._hidden:
                shown[start:end] = ["\n" if char == "\n" else "*" for char in shown[start:end]]
            self._shown = "".join(shown)
        return self._shown

    def redact(self, message: str) -> str:
        """A message about this text without the words of it that are hidden."""
        for start, end in self._hidden:
            for word in _WORD.findall(self.text, start, end):
                message = message.replace(word, "***")
        return message

    def slice(self, span: Span) -> str:
        """The text that a span covers."""
        return self.text[span.start - self.base : span.end - self.base]


class Sources:
    """The files of one script, in the order in which they were read."""

    def __init__(self) -> None:
        self.files: list[SourceFile] = []
        self._bases: list[int] = []

    def add(self, name: str, text: str) -> SourceFile:
        """Register a text; its base follows the end of the file before it."""
        base = self.files[-1].base + len(self.files[-1].text) + 1 if self.files else 0
        file = SourceFile(name, text, base)
        self.files.append(file)
        self._bases.append(base)
        return file

    @classmethod
    def of(cls, files: Iterable[SourceFile]) -> Sources:
        """Files that have their places on a number line already."""
        sources = cls()
        for file in files:
            sources.put(file)
        return sources

    def put(self, file: SourceFile) -> None:
        """Register a file whose place is set: behind the others, or between them."""
        at = bisect_right(self._bases, file.base)
        self.files.insert(at, file)
        self._bases.insert(at, file.base)

    def file_of(self, span: Span) -> SourceFile:
        """The file in which a span lies."""
        return self.files[bisect_right(self._bases, span.start) - 1]
