"""String literals: decoding, and the way back from a decoded offset to the source."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|[\s\S])")
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class BadEscape(Exception):
    """`start` and `end` are offsets into the literal, quotes included."""

    def __init__(self, start: int, end: int, message: str) -> None:
        super().__init__(message)
        self.start, self.end, self.message = start, end, message


def decode(literal: str) -> str:
    """The text that a literal (with its quotes) means. Raises BadEscape."""
    if not literal.startswith('"""'):
        body = literal[1:-1]
        return body if "\\" not in body else "".join(text for text, _, _ in _pieces(body, 1))
    return "".join(text for text, _, _ in _long_pieces(literal))


def source_offset(literal: str, offset: int) -> int:
    """Where in `literal` the character stands that is at `offset` of the decoded text."""
    if literal.startswith('"""'):
        pieces = _long_pieces(literal)
    else:
        pieces = _pieces(literal[1:-1], 1)
    last = len(literal) - (3 if literal.startswith('"""') else 1)
    for text, at, verbatim in pieces:
        if offset < len(text):
            return at + offset if verbatim else at
        offset -= len(text)
    return last


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
            raise BadEscape(start, at + match.end(), f"`\\{_shown(escape)}` is no escape")
        yield _SIMPLE[escape], start, False
    if pending:
        raise _lone(pending)
    if position < len(body):
        yield body[position:], at + position, True


def _lone(pending: tuple[int, int, int]) -> BadEscape:
    return BadEscape(pending[1], pending[2], "this is half of a surrogate pair, not a character")


def _shown(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]


def _long_pieces(literal: str) -> Iterator[tuple[str, int, bool]]:
    """The pieces of a `\"\"\"` literal: without the outer line ends and the common indentation."""
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
    at = start
    for number, line in enumerate(lines):
        cut = 0 if number == 0 and not first else min(common, len(line) - len(line.lstrip(" \t")))
        body = line[cut:]
        if number < len(lines) - 1:
            body = body.removesuffix("\r") + "\n"
        yield from _pieces(body, at + cut)
        at += len(line) + 1
