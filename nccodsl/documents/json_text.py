"""JSON documents whose values know where they stand.

Owns: reading JSON, and what is wrong with text that is no JSON. Does not own: what the values mean, reading files.

The reader does not recurse and looks at each character once. What is no JSON is reported to a Collector; where the
intent is plain (a trailing comma, ``True``) reading goes on, so that one run finds as much as possible.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from nccodsl.base.source import SURROGATE, SourceFile, Span, line_end
from nccodsl.diagnostics import Collector, Message, messages

DEEPEST, MOST_DIGITS = 200, 400

Path = Sequence[str | int]
_At = tuple[int, int]  # from, to: offsets in the file's own text

_SPACE = re.compile(r"[ \t\n\r]*+")
_PLAIN = r'[^"\\\x00-\x1f]*+'
_OPEN_STRING = re.compile(rf'"{_PLAIN}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}){_PLAIN})*+')
_STRING = re.compile(f'{_OPEN_STRING.pattern}"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?([eE][+-]?[0-9]++)?(?![\w.+-])")
_WORD = re.compile(r"[+-]?[\w$.][\w$.+-]{0,80}|.", re.DOTALL)
_WORDS = {"true": True, "false": False, "null": None}
_MEANT = {"True": "true", "False": "false", "None": "null", "TRUE": "true", "FALSE": "false", "undefined": "null"}
_NOT_FINITE = frozenset(("NaN", "Infinity", "-Infinity", "+Infinity", "nan", "inf", "-inf", "-NaN"))


_HALF = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|\\u[dD][c-fC-F][0-9a-fA-F]{2}")


def _half(token: str) -> str | None:
    """The escape in a string that is half of a character."""
    found = _HALF.search(token)
    return found[0] if found else None


@dataclass(slots=True)
class _Place:
    """Where a value stands, and its key if it is an object's member."""

    at: _At
    key: _At | None
    children: dict[str | int, _Place] | None = None


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A value, and the places of all that is in it."""

    file: SourceFile
    value: Any
    _root: _Place

    def span(self, path: Path, key: bool = False) -> Span:
        """Where the value at `path` stands, or the key that names it.

        Of a path that does not exist: where the nearest value on the way there stands. What has no key gives its value.
        """
        place = self._root
        for part in path:
            below = place.children.get(part) if place.children else None
            if below is None:
                key = False
                break
            place = below
        start, end = place.key if key and place.key else place.at
        return Span(self.file.base + start, self.file.base + end)


def read_json(file: SourceFile, collector: Collector) -> JsonDocument | None:
    """The document in a file; None where it is no JSON, or has numbers that cannot be kept.

    Of a key that stands twice (E113) the first value counts. Such a document, and one with lone surrogates (E318),
    is returned although there are errors.
    """
    return _Reader(file, collector, int(file.text.startswith("\ufeff")), len(file.text)).document()


def read_json_lines(file: SourceFile, collector: Collector) -> Iterator[JsonDocument]:
    """The documents of a file that has one a line; empty lines are passed over, bad ones are reported."""
    text = file.text
    start = int(text.startswith("\ufeff"))
    while start < len(text):
        end = line_end(text, start)
        reader = _Reader(file, collector, start, end)
        if reader.peek() and (document := reader.document()):
            yield document
        start = end + 1


def pointer(path: Path) -> str:
    """The JSON pointer (RFC 6901) of a path."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


class _NotJson(Exception):
    """Reading cannot go on; the reason has been reported."""


@dataclass(slots=True)
class _Frame:
    """An object or array that is not closed yet, and the member that is being read."""

    place: _Place
    value: Any
    children: dict[str | int, _Place]
    key: str = ""
    key_at: _At | None = None


def _closing(frame: _Frame) -> str:
    return "}" if isinstance(frame.value, dict) else "]"


class _Reader:
    def __init__(self, file: SourceFile, collector: Collector, start: int, end: int) -> None:
        self.file, self.text, self.collector = file, file.text, collector
        self.at, self.last, self.end = start, start, end  # `last`: behind the last token, where something is missing
        self.sound = True
        self.stack: list[_Frame] = []
        self.root: tuple[_Place, Any] | None = None

    def document(self) -> JsonDocument | None:
        try:
            while self.separator(opened=self.value()):
                pass
            if self.peek():
                raise self.unexpected(messages.documents.END)
        except _NotJson:
            return None
        return JsonDocument(self.file, self.root[1], self.root[0]) if self.sound and self.root else None

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        if space := _SPACE.match(self.text, self.at, self.end):
            self.at = space.end()
        return self.text[self.at] if self.at < self.end else ""

    def take(self, count: int = 1) -> _At:
        start = self.at
        self.at = self.last = start + count
        return start, self.at

    def value(self) -> bool:
        """Read a value, or the opening of one; True if it was an opening."""
        char = self.peek()
        if char in ("{", "["):
            if len(self.stack) >= DEEPEST:
                self.report(messages.documents.too_deep(DEEPEST), self.take())
                raise _NotJson
            place, value = self.add(self.take(), {} if char == "{" else [])
            place.children = {}
            self.stack.append(_Frame(place, value, place.children))
            return True
        if char == '"':
            text, at = self.string()
            self.add(at, text)
        elif match := _NUMBER.match(self.text, self.at, self.end):
            at = self.take(match.end() - self.at)
            self.add(at, self.number(at, whole=match[1] is None and match[2] is None))
        else:
            self.word()
        return False

    def string(self) -> tuple[str, _At]:
        match = _STRING.match(self.text, self.at, self.end)
        if not match:
            raise self.bad_string()
        token = match[0]
        at = self.take(len(token))
        text: str = json.loads(token) if "\\" in token else token[1:-1]
        if not text.isascii() and SURROGATE.search(text):
            self.report(messages.documents.lone_surrogate(_half(token)), at)
        return text, at

    def number(self, at: _At, whole: bool) -> int | float:
        token = self.text[slice(*at)]
        fits = len(token.lstrip("-")) <= MOST_DIGITS
        if fits and (whole or isfinite(float(token))):
            return int(token) if whole else float(token)
        texts = messages.documents
        self.report(texts.number_too_large(token) if fits else texts.number_too_long(token, MOST_DIGITS), at)
        return 0

    def word(self) -> None:
        """A literal, or what was meant as one."""
        match = _WORD.match(self.text, self.at, self.end)
        word = match[0] if match else ""
        meant = "null" if word in _NOT_FINITE else _MEANT.get(word, word)
        if meant not in _WORDS:
            raise self.unexpected(messages.documents.VALUE, self.stack[-1] if self.stack else None)
        at = self.take(len(word))
        if word in _NOT_FINITE:
            self.report(messages.documents.not_finite(word), at)
        elif word != meant:
            self.report(messages.documents.no_such_literal(word, self.span(at), meant), at)
        self.add(at, _WORDS[meant])

    def add(self, at: _At, value: Any) -> tuple[_Place, Any]:
        """Put a value where it belongs: into the innermost open object or array."""
        if not self.stack:
            self.root = (_Place(at, None), value)
            return self.root
        frame = self.stack[-1]
        place = _Place(at, frame.key_at)
        if isinstance(frame.value, list):
            frame.children[len(frame.value)] = place
            frame.value.append(value)
        else:  # of a key that stands twice the first value counts
            frame.children.setdefault(frame.key, place)
            frame.value.setdefault(frame.key, value)
        return place, value

    def separator(self, opened: bool) -> bool:
        """Go from behind a value (or an opening) to the beginning of the next one; False at the end."""
        while self.stack:
            frame = self.stack[-1]
            close = _closing(frame)
            char = self.peek()
            if not opened and char == ",":
                comma = self.take()
                char = self.peek()
                if char == close:
                    self.report(messages.documents.comma_before_close(close, self.span(comma)), comma)
            elif not opened and char != close:
                raise self.unexpected(messages.documents.comma_or(close), frame, behind_value=True)
            if char != close:
                if close == "}":
                    self.key(frame)
                return True
            frame.place.at = (frame.place.at[0], self.take()[1])
            self.stack.pop()
            opened = False
        return False

    def key(self, frame: _Frame) -> None:
        if self.peek() != '"':
            raise self.unexpected(messages.documents.KEY, frame)
        comma = self.last - 1
        key, at = self.string()
        if (first := frame.children.get(key)) and first.key:
            self.report(messages.documents.key_twice(key, self.span(first.key), self.member(comma, at)), at)
        frame.key, frame.key_at = key, at
        if self.peek() != ":":
            raise self.unexpected(messages.documents.COLON, frame)
        self.take()

    def member(self, comma: int, key: _At) -> Span | None:
        """From the comma before a key to the end of its value, if that is a single one."""
        colon = self.after_space(key[1])
        if self.text[colon : colon + 1] != ":":
            return None
        value = self.after_space(colon + 1)
        match = _STRING.match(self.text, value, self.end) or _NUMBER.match(self.text, value, self.end)
        return self.span((comma, match.end())) if match else None

    def after_space(self, at: int) -> int:
        space = _SPACE.match(self.text, at, self.end)
        return space.end() if space else at

    def span(self, at: _At) -> Span:
        return Span(self.file.base + at[0], self.file.base + at[1])

    def report(self, message: Message, at: _At) -> None:
        self.collector.report(message, self.span(at))
        self.sound = self.sound and message.code in ("E113", "E318")

    def bad_string(self) -> _NotJson:
        match = _OPEN_STRING.match(self.text, self.at, self.end)
        start, stop = self.at, match.end() if match else self.end
        char = self.text[stop] if stop < self.end else "\n"
        if char in "\r\n":
            self.report(messages.documents.string_not_closed(), (start, stop))
        elif char == "\\":
            escape = self.text[stop : min(stop + 2, self.end)]
            self.report(messages.documents.no_such_escape(escape), (stop, stop + len(escape)))
        else:
            at = (stop, stop + 1)
            self.report(messages.documents.control_character(self.span(at), json.dumps(char)[1:-1]), at)
        return _NotJson()

    def unexpected(self, wanted: str, frame: _Frame | None = None, *, behind_value: bool = False) -> _NotJson:
        """Report what stands at the place instead of what is wanted."""
        match = _WORD.match(self.text, self.at, self.end)
        found = match[0] if match else ""
        at = (self.at, self.at + len(found)) if found else (self.last, self.last)
        opened = self.span((frame.place.at[0], frame.place.at[0] + 1)) if frame else None
        closers = "".join(map(_closing, reversed(self.stack))) if behind_value else ""
        self.report(messages.documents.unexpected(wanted, found, opened, closers), at)
        return _NotJson()
