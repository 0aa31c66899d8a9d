"""Signs that lack: a comma in a list or map, a brace. Recovery feeds them to the parser, so that nothing is dropped."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Any

from lark import Token, Tree

from nccodsl.base.record import Record
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Edit, Message, messages
from nccodsl.syntax.keywords import BRANCHES, KEYWORDS, STATEMENTS, TOP_LEVEL
from nccodsl.syntax.parser_state import can_take, open_braces, wanted_terminals, wants_block
from nccodsl.syntax.scan import PART, UNCLOSED

_WORD = re.compile(r"->|[A-Za-z_][\w-]*")
_ENTRY = re.compile(r'(?:[A-Za-z_][\w-]*|"(?:[^"\\\n]|\\.)*")\s*:')
_VALUE = re.compile(r'["{\[\d-]|[A-Za-z_][\w-]*(?!\s*=)(?![\w-])')
_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*"(?=[ \t]*(?:->|,|\{|hangup))|\d+(?=[ \t]*(?:->|,|\{|hangup))')
_PART = re.compile(PART.pattern + "|" + UNCLOSED)
_DECLARATION = re.compile(r"^(?:" + "|".join(TOP_LEVEL) + r")(?![\w-])(?!\s*=)", re.M)


class Repair(Record):
    """The terminal that lacks; what to say of it, if anything, and where."""

    terminal: str
    said: Message | None
    span: Span


class Balance:
    """How many more braces close than open from a place to the next declaration at the beginning of a line."""

    def __init__(self, text: str) -> None:
        self._offsets: list[int] = []
        self._depths = [0]
        self._declared = [found.start() for found in _DECLARATION.finditer(text)]
        self._length = len(text)
        for part in _PART.finditer(text):
            if part["open"] == "{" or part["close"] == "}":
                self._offsets.append(part.start())
                self._depths.append(self._depths[-1] + (1 if part["open"] else -1))

    def closing(self, at: int) -> int:
        following = bisect_right(self._declared, at)
        end = self._declared[following] if following < len(self._declared) else self._length
        return self._depth(at) - self._depth(end)

    def _depth(self, at: int) -> int:
        return self._depths[bisect_left(self._offsets, at)]


def repair(file: SourceFile, at: int, state: Any, balance: Balance) -> Repair | None:
    """What lacks before `at`, if it is a single sign and the text behind it goes on as if it were there."""
    wanted = wanted_terminals(state)
    place = _Place(file=file, at=at, end=_end(state), state=state, wanted=wanted)
    surplus = balance.closing(at) - len(open_braces(state))
    return _comma(place) or _opening(place, surplus) or _closing(place, surplus)


class _Place(Record):
    """Where parsing stopped, and where what stands before that ends."""

    file: SourceFile
    at: int
    end: int
    state: Any
    wanted: frozenset[str]

    @property
    def word(self) -> str:
        found = _WORD.match(self.file.text, self.at)
        return found[0] if found else ""

    @property
    def first(self) -> bool:
        return "\n" in self.file.text[self.end : self.at]

    def insert(self, text: str) -> tuple[Edit, ...]:
        at = self.file.base + self.end
        return (Edit(Span(at, at), text),)


def _end(state: Any) -> int:
    for value in reversed(state.value_stack):
        if isinstance(value, Token):
            return int(value.end_pos or 0)
        if isinstance(value, Tree) and not value.meta.empty:
            return int(value.meta.end_pos)
    return 0


def _comma(place: _Place) -> Repair | None:
    if "COMMA" not in place.wanted:
        return None
    if place.first and place.word in KEYWORDS and not _ENTRY.match(place.file.text, place.at):
        return None
    pattern = _VALUE if "RBRACKET" in place.wanted else _ENTRY if "RBRACE" in place.wanted else _TEXT
    if not pattern.match(place.file.text, place.at):
        return None
    at = place.file.base + place.at
    shown = _WORD.match(place.file.text, place.at)
    said = messages.syntax.comma_missing(place.insert(","))
    return Repair("COMMA", said, Span(at, at + (len(shown[0]) if shown else 1)))


def _opening(place: _Place, surplus: int) -> Repair | None:
    """The `{` of a step, or of another block whose `}` is there; otherwise only that header is wrong."""
    header = _header(place.state)
    if header is None or not wants_block(place.state):
        return None
    if "ACTION" in place.wanted:  # its branches may lack as a whole
        follows = surplus > 0 and place.word in BRANCHES
    elif header.type == "_STEP":
        follows = place.first or place.word in KEYWORDS or place.at == len(place.file.text)
    else:
        follows = surplus > 0 and (place.word in KEYWORDS or (place.first and place.word != ""))
    if not follows:
        return None
    said = messages.syntax.brace_missing(place.insert(" {") if surplus > 0 else ())
    return Repair("LBRACE", said, Span(place.file.base + int(header.start_pos or 0), place.file.base + place.end))


def _header(state: Any) -> Token | None:
    """The keyword of the block that the parser is about to read."""
    words = (value for value in reversed(state.value_stack) if isinstance(value, Token) and value.type in _HEADERS)
    return next(words, None)


_HEADERS = frozenset((*KEYWORDS.values(), "_EVENT")) - {"ACTION", "ARROW", "HANGUP"}


def _closing(place: _Place, surplus: int) -> Repair | None:
    """The `}` of a `call`, a `test` or of branches, where a statement of the block around follows."""
    braces = open_braces(place.state)
    if not braces or "RBRACE" not in place.wanted:
        return None
    if not place.state.value_stack[braces[-1]] and place.word in ("elif", "else"):
        return Repair("RBRACE", None, Span(place.file.base + place.at, place.file.base + place.at))
    if (
        "ACTION" in place.wanted
        or surplus >= 0
        or not place.first
        or place.word not in STATEMENTS
        or not can_take(place.state, "RBRACE")
    ):
        return None
    brace = place.state.value_stack[braces[-1]]
    start, at = place.file.base + int(brace.start_pos or 0), place.file.base + place.at
    said = messages.syntax.declaration_in_open_brace(place.word, Span(start, start + 1)) if brace else None
    return Repair("RBRACE", said, Span(at, at + len(place.word)))
