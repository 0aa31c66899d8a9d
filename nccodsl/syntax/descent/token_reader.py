"""The tokens of a text, one at a time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from nccodsl.base.source import SourceFile, Span
from nccodsl.syntax.scan import CLOSERS, DEEPEST

_SPACE = r"(?:[ \t\r\n\f]+|#[^\n]*+)*+"
_KINDS = {
    # With the `=` behind it, which is no part of the token: so the group ends here, and the one around all begins anew.
    "OPTION": r"[A-Za-z_][A-Za-z0-9_-]*+)(?:[ \t\r\n\f]|#[^\n]*\n)*+(?:=(?!=)",
    "WORD": r"[A-Za-z_][A-Za-z0-9_]*+(?:-[A-Za-z0-9_]+)*+",
    "STRING": r'"(?!"")(?:[^"\\\n\r]|\\[^\n\r])*+"',
    "LONG_STRING": r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*+"""',
    "STATUS": r"[1-9]xx(?![A-Za-z0-9_-])",
    "DATES": r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:\.\.[0-9]{4}-[0-9]{2}-[0-9]{2})?(?![0-9-])",
    "TIMES": r"[0-9]{1,2}:[0-9]{2}[ \t]*-[ \t]*[0-9]{1,2}:[0-9]{2}(?![0-9:])",
    "RANGE": r"-?[0-9]+\.\.-?[0-9]+(?![A-Za-z0-9_.])",
    "DURATION": r"-?[0-9]+(?:\.[0-9]+)?(?:ms|[hms])(?:[0-9]+(?:\.[0-9]+)?(?:ms|[hms]))*(?![A-Za-z0-9_.])",
    "NUMBER": r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.])",
    # A template without strings, brackets and comments; all others are read part by part.
    "TEMPLATE": r"\{\{[ \t\r\n\f!$%&*+,./:;<=>?@A-Z\\^_`a-z|~0-9-]*+\}\}",
    "OPENED": r"\{\{",
    "ARROW": r"->",
    "LIBRARY": r"<[^<>\n\r]*+>",
    "SIGN": r"[={}\[\]:,()?*]",
    "END": r"\Z",
}
_NUMBERS = {name: number for number, name in enumerate(_KINDS, 1)}
OPTION, WORD, STRING, LONG_STRING = (_NUMBERS[name] for name in ("OPTION", "WORD", "STRING", "LONG_STRING"))
STATUS, DATES, TIMES, RANGE = (_NUMBERS[name] for name in ("STATUS", "DATES", "TIMES", "RANGE"))
DURATION, NUMBER, TEMPLATE, LIBRARY = (_NUMBERS[name] for name in ("DURATION", "NUMBER", "TEMPLATE", "LIBRARY"))
SIGN, END = _NUMBERS["SIGN"], _NUMBERS["END"]
_OPENED = _NUMBERS["OPENED"]

_TOKEN = re.compile(_SPACE + "(?:" + "|".join(f"({pattern})" for pattern in _KINDS.values()) + ")").match
_IN_TEMPLATE = re.compile(
    r"""(?:[^\s"'(){}\[\]#]|[ \t\r\n\f]|#[^\n]*+|'(?:[^'\\]|\\[\s\S])*+'|"(?:[^"\\]|\\[\s\S])*+")*+"""
).match


T = TypeVar("T")


class NotSure(Exception):
    """The text is wrong, or this way does not know it: the parser of the grammar decides."""


class TokenReader:
    """One token of a file after the other: `token` is its text, `kind` what it is, `start` and `end` where it stands.

    No text is that of a sign, or of a word, and of another kind as well, but for a word that is the name of an option.
    `last` is where the token before it ended (behind the name of an option, where its `=` ended). All are offsets into
    the text; spans lie on the file's number line.
    """

    def __init__(self, file: SourceFile) -> None:
        self._text = file.text
        self._base = file.base
        self._depth = 0
        self.last = self.start = self.end = self.kind = 0
        self.token = ""
        self._next()

    def _next(self) -> None:
        """Go on to the next token. Raises NotSure, as all of this class does."""
        found = _TOKEN(self._text, self.end)
        if found is None:
            raise NotSure
        self.last = self.end
        self.kind = kind = found.lastindex or END
        self.start, self.end = found.start(kind), found.end()
        self.token = found[kind]
        if kind in (TEMPLATE, _OPENED) and self._depth + 2 > DEEPEST:
            raise NotSure
        if kind == _OPENED:
            self._close_template()

    def _close_template(self) -> None:
        """Read on to the end of the template that has begun: the token is all of it."""
        text, at = self._text, self.end
        closing: list[str] = []
        while True:
            part = _IN_TEMPLATE(text, at)
            at = part.end() if part else at
            sign = text[at : at + 1]
            if sign in CLOSERS:
                closing.append(CLOSERS[sign])
            elif not closing and text.startswith("}}", at):
                break
            elif not closing or sign != closing.pop():
                raise NotSure
            at += 1
            if self._depth + 2 + len(closing) > DEEPEST:
                raise NotSure
        self.end = at + 2
        self.kind, self.token = TEMPLATE, text[self.start : self.end]

    def _leave_equals(self) -> None:
        """Take a name of an option for a word, where no option can stand: its `=` is the next token."""
        if self.token.endswith("-") or "--" in self.token:
            raise NotSure
        self.kind, self.end = WORD, self.start + len(self.token)

    def _take(self, token: str) -> None:
        """Go on behind this word or sign."""
        if self.token != token or self.kind == OPTION:
            raise NotSure
        self._next()

    def _took(self, token: str) -> bool:
        """Go on behind this word or sign where it stands here; whether it does."""
        if self.token != token or self.kind == OPTION:
            return False
        self._next()
        return True

    def _open(self, sign: str) -> None:
        """Go on behind an opening bracket."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotSure
        self._take(sign)

    def _close(self, sign: str) -> None:
        """Go on behind the bracket that closes the innermost one."""
        self._depth -= 1
        self._take(sign)

    def _listed(self, opening: str, closing: str, read: Callable[[], T]) -> list[T]:
        """What stands in brackets, with commas between, and perhaps one behind the last."""
        found: list[T] = []
        self._open(opening)
        while self.token != closing:
            found.append(read())
            if self.token != closing:
                self._take(",")
        self._close(closing)
        return found

    def _braced(self, read: Callable[[], T]) -> tuple[T, ...]:
        """What stands in braces, one thing behind the other."""
        found: list[T] = []
        self._open("{")
        while self.token != "}":
            found.append(read())
        self._close("}")
        return tuple(found)

    def _span(self, start: int) -> Span:
        """From an offset to the end of the token before this one."""
        return Span(start + self._base, self.last + self._base)
