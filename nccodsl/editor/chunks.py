"""A script in pieces that are parsed by themselves: a keystroke costs the piece that it is in."""

from __future__ import annotations

import re

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Sources
from nccodsl.diagnostics.collector import ListeningCollector, Said
from nccodsl.syntax import ast
from nccodsl.syntax.descent.script_reader import read_script
from nccodsl.syntax.keywords import TOP_LEVEL
from nccodsl.syntax.parser import parse
from nccodsl.syntax.scan import hide_defaults, is_text

_BEGIN = re.compile(rf"(?:{'|'.join(TOP_LEVEL)})(?![\w-])(?![ \t]*=)")
_MOST_JOINED = 4
"""Pieces that are tried together where one alone is not right."""


def pieces_of(text: str) -> list[str]:
    """The text in pieces: each begins at a line with a declaration, or with the comments right above it.

    That is no more than a guess: a line of a long text may look like one. So a piece that cannot be parsed is tried
    together with those behind it.
    """
    starts = [0]
    at = above = 0
    """`above`: where the comments begin that stand right above the line."""
    size = len(text)
    while at < size:
        end = text.find("\n", at) + 1 or size
        first = text[at]
        if first == "#":
            pass
        elif "a" <= first <= "z" and _BEGIN.match(text, at):
            if above > starts[-1]:
                starts.append(above)
            above = end
        else:
            above = end
        at = end
    return [text[start:end] for start, end in zip(starts, [*starts[1:], size], strict=True)]


class Chunk(Record):
    """A piece that was parsed: its tree, and what was reported about it. Its spans stay what they are."""

    file: SourceFile
    script: ast.Script
    said: tuple[Said, ...]
    dropped: tuple[int, ...]
    """On the number line, in which lines a syntax error dropped something."""


class ChunkedText:
    """A text as chunks, in order on a number line, with room between them for those that an edit brings.

    `parsed` counts the pieces that were parsed since it was made.
    """

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self.parsed = 0
        self.chunks: list[Chunk] = []
        self._parse_all(text)

    def edit(self, start: int, end: int, text: str) -> None:
        """Replace what stands between two offsets. Parses what is touched, and what stands beside it."""
        first, last = self._touched(start, end)
        before, old = len(self._text(0, first)), self._text(first, last)
        new = old[: start - before] + text + old[end - before :]
        while True:
            made = self._made(first, last, new)
            if made is None:
                self._parse_all(self._text(0, first) + new + self._text(last, len(self.chunks)))
                return
            if not made or made[-1].script.complete or last == len(self.chunks):
                break
            # What is not right may be with what stands behind it.
            new += self.chunks[last].file.text
            last += 1
        self.chunks[first:last] = made

    def _made(self, first: int, last: int, text: str) -> list[Chunk] | None:
        """The chunks of a text that replaces some: those at its ends that are what they were stay."""
        pieces, old = pieces_of(text), self.chunks[first:last]
        head = _same(pieces, old)
        tail = min(_same(pieces[::-1], old[::-1]), len(pieces) - head, len(old) - head)
        low = self.chunks[first + head - 1].file if first + head else None
        high = self.chunks[last - tail].file.base if last - tail < len(self.chunks) else _END
        middle = pieces[head : len(pieces) - tail]
        made = self._parse(middle, low.base + len(low.text) + 1 if low else 0, high)
        return None if made is None else [*old[:head], *made, *old[len(old) - tail :]]

    def _text(self, first: int, last: int) -> str:
        """The text of some chunks."""
        return "".join(chunk.file.text for chunk in self.chunks[first:last])

    def _touched(self, start: int, end: int) -> tuple[int, int]:
        """The chunks that an edit changes, one more on each side, and wrong ones before them."""
        at, first, last = 0, None, len(self.chunks)
        for index, chunk in enumerate(self.chunks):
            behind = at + len(chunk.file.text)
            if first is None and behind >= start:
                first = index
            if at > end:
                last = index
                break
            at = behind
        first = max((first if first is not None else len(self.chunks)) - 1, 0)
        while first and not self.chunks[first - 1].script.complete:
            first -= 1
        return first, min(last + 1, len(self.chunks))

    def _parse_all(self, text: str) -> None:
        chunks = self._parse(pieces_of(text), 0, _END)
        assert chunks is not None, "the number line has room for all"
        self.chunks = chunks

    def _parse(self, pieces: list[str], low: int, high: int) -> list[Chunk] | None:
        """The chunks of some pieces, spread between two places of the number line; None where that has no room."""
        room = (high - low) // (len(pieces) + 1)
        if room <= sum(map(len, pieces)) + 1:
            return None
        chunks: list[Chunk] = []
        at = 0
        while at < len(pieces):
            base = low + room * at + room // 2
            used = _closing(pieces, at)
            chunk = self._right("".join(pieces[at : at + used]), base)
            most = min(used + _MOST_JOINED - 1, len(pieces) - at)
            while chunk is None and used < most:
                used += 1
                chunk = self._right("".join(pieces[at : at + used]), base)
            if chunk is None:
                chunk, used = self._wrong(pieces[at], base), 1
            chunks.append(chunk)
            at += used
        return chunks

    def _right(self, text: str, base: int) -> Chunk | None:
        """The chunk of a text without syntax errors."""
        self.parsed += 1
        file = self._file(text, base)
        script = read_script(file) if is_text(file) else None
        if script is None:
            return None
        hide_defaults(file)
        return Chunk(file, script, (), ())

    def _file(self, text: str, base: int) -> SourceFile:
        file = SourceFile(self._name, text, base)
        file.top = 0
        return file

    def _wrong(self, text: str, base: int) -> Chunk:
        file = self._file(text, base)
        collector = ListeningCollector(Sources.of([file]))
        with collector.listening() as said:
            script = parse(file, collector)
        return Chunk(file, script, tuple(said), tuple(at for _, at in collector.drops_at))


def _closing(pieces: list[str], at: int) -> int:
    """How many pieces, from one on, hold a long text that begins in it; 1 where none does."""
    used, open = 1, pieces[at].count('"""') % 2
    while open and at + used < len(pieces):
        open ^= pieces[at + used].count('"""') % 2
        used += 1
    return 1 if open else used


def _same(pieces: list[str], chunks: list[Chunk]) -> int:
    """How many pieces are those of the chunks, and right."""
    count = 0
    for piece, chunk in zip(pieces, chunks, strict=False):
        if piece != chunk.file.text or not chunk.script.complete:
            break
        count += 1
    return count


_END = 1 << 62
"""Where the number line of a document ends."""
