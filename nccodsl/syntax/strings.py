"""String literals: decoding, and the way back from a decoded offset to the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from nccodsl.base import lazy_re
from nccodsl.diagnostics import Message, messages

_ESCAPE = lazy_re.compile(r"\\(u[0-9a-fA-F]{4}|[\s\S])")
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class BadEscape(Exception):
    """`start` and `end` are offsets into the literal, quotes included."""

    def __init__(self, start: int, end: int, message: Message) -> None:
        super().__init__(message.text)
        self.start, self.end, self.message = start, end, message


def decode(literal: str) -> str:
    """The text that a literal (with its quotes) means. Raises BadEscape."""
    if not literal.startswith('"""'):
        body = literal[1:-1]
        return body if "\\" not in body else "".join(text for text, _, _ in _pieces(body, 1))
    return "".join(text for text, _, _ in _long_pieces(literal))


class Offsets:
    """The way from the decoded text of a literal back to the source: one table, in which each place is looked up.

    A literal with a bad escape, which the builder has reported and taken unchanged, is taken unchanged.
    """

    def __init__(self, literal: str) -> None:
        long = literal.startswith('"""')
        self._last = len(literal) - (3 if long else 1)
        self._starts: list[int] = []  # of each piece, in the decoded text
        self._pieces: list[tuple[int, bool]] = []
        self._size = 0
        try:
            for text, at, verbatim in _long_pieces(literal) if long else _pieces(literal[1:-1], 1):
                self._add(len(text), at, verbatim)
        except BadEscape:
            self._starts, self._pieces, self._size = [], [], 0
            self._add(len(literal), len(literal) - len(literal.lstrip('"')), True)

    def _add(self, size: int, at: int, verbatim: bool) -> None:
        self._starts.append(self._size)
        self._pieces.append((at, verbatim))
        self._size += size

    def source(self, offset: int) -> int:
        """Where in the literal the character stands that is at `offset` of the decoded text."""
        if offset >= self._size:
            return self._last
        index = bisect_right(self._starts, offset) - 1
        at, verbatim = self._pieces[index]
        return min(at + offset - self._starts[index], self._last) if verbatim else at


def _pieces(body: str, at: int) -> Iterator[tuple[str, int, bool]]:
    """Decoded text, its offset in the literal, and whether it stands there verbatim."""
    position = 0
    pending: tuple[int, int, int] | None = None
    for match in _ESCAPE.finditer(body):
        if match.start() > position:
            if pending:
                raise _lone(pending)
            yield body[position : match.start()], at + position, True
        position = match.end()
        escape, start = match[1], at + match.start()
        if len(escape) == 5:
            unit = int(escape[1:], 16)
            if 0xD800 <= unit < 0xDC00 and not pending:
                pending = (unit, start, at + match.end())
                continue
            if 0xDC00 <= unit < 0xE000 and pending:
                high, first, _ = pending
                pending = None
                yield chr(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00)), first, False
                continue
            if 0xD800 <= unit < 0xE000 or pending:
                raise _lone(pending or (unit, start, at + match.end()))
            yield chr(unit), start, False
            continue
        if pending:
            raise _lone(pending)
        if escape not in _SIMPLE:
            raise BadEscape(start, at + match.end(), messages.syntax.no_escape(_shown(escape)))
        yield _SIMPLE[escape], start, False
    if pending:
        raise _lone(pending)
    if position < len(body):
        yield body[position:], at + position, True


def _lone(pending: tuple[int, int, int]) -> BadEscape:
    return BadEscape(pending[1], pending[2], messages.syntax.half_of_a_pair())


def _shown(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]


def _long_pieces(literal: str) -> Iterator[tuple[str, int, bool]]:
    """The pieces of a `\"\"\"` literal: without the outer line ends and the common indentation."""
    lines = _long_lines(literal)
    for number, (line, at) in enumerate(lines):
        yield from _pieces(line + "\n" if number < len(lines) - 1 else line, at)


def long_lines(literal: str) -> list[str]:
    """The lines of a `\"\"\"` literal as they are written, without the common indentation."""
    return [line for line, _ in _long_lines(literal)]


def _long_lines(literal: str) -> list[tuple[str, int]]:
    """Each line with its offset in the literal."""
    start, end = 3, len(literal) - 3
    first = re.compile(r"[ \t]*\r?\n").match(literal, start, end)
    if first:
        start = first.end()
        last = re.compile(r"\r?\n[ \t]*\Z").search(literal[:end], start - 1)
        if last:
            end = max(last.start(), start)
    lines = literal[start:end].split("\n")
    # The text behind the opening quotes, where there is any, has no indentation of its own.
    measured = lines if first else lines[1:]
    indents = [len(line) - len(line.lstrip(" \t")) for line in measured if line.strip()]
    common = min(indents, default=0)
    found: list[tuple[str, int]] = []
    at = start
    for number, line in enumerate(lines):
        cut = 0 if number == 0 and not first else min(common, len(line) - len(line.lstrip(" \t")))
        body = line[cut:]
        found.append((body.removesuffix("\r") if number < len(lines) - 1 else body, at + cut))
        at += len(line) + 1
    return found


def encode(text: str) -> str:
    """A `"…"` literal that means `text`."""
    return f'"{_SPECIAL.sub(_escape, text)}"'


def encode_long(text: str, block: bool = False) -> str | None:
    """A `\"\"\"` literal that means `text`; None where only `encode` can say it.

    With line ends, or if a `block` is wanted, the text stands on lines of its own. A space at the end of one is
    escaped: editors like to remove it.
    """
    lines = text.split("\n")
    if block or len(lines) > 1:
        literal = '"""\n' + "".join(f"{_with_end(_LONG.sub(_escape, line))}\n" for line in lines) + '"""'
        if decode(literal) == text:
            return literal
    return f'"""{_LONG_TO_END.sub(_escape, text)}"""' if len(lines) == 1 else None


def _with_end(line: str) -> str:
    return f"{line[:-1]}\\u0020" if line.endswith(" ") else line


_ESCAPED = {character: f"\\{escape}" for escape, character in _SIMPLE.items() if escape != "/"}
_JOINERS = "\u200c\u200d"  # letters of several scripts, and emoji, are put together with them
_SPECIAL = lazy_re.compile(r"[^ !#-\[\]-~]")
_LONG = lazy_re.compile(r'[^ !-\[\]-~]|"(?="")')
_LONG_TO_END = lazy_re.compile(rf'{_LONG.pattern}|"\Z')


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _ESCAPED:
        return _ESCAPED[character]
    if character.isprintable() or character in _JOINERS:
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
