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

from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics.collector import Collector
from nccodsl.diagnostics.diagnostic import Edit, Fix

DEEPEST, MOST_DIGITS = 200, 400

Path = Sequence[str | int]
_At = tuple[int, int]  # from, to: offsets in the file's own text
_Label = tuple[_At, str]

_SPACE = re.compile(r"[ \t\n\r]*+")
_PLAIN = r'[^"\\\x00-\x1f]*+'
_OPEN_STRING = re.compile(rf'"{_PLAIN}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{{4}}){_PLAIN})*+')
_STRING = re.compile(f'{_OPEN_STRING.pattern}"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?([eE][+-]?[0-9]++)?(?![\w.+-])")
_WORD = re.compile(r"[+-]?[\w$.][\w$.+-]{0,80}|.", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {"true": True, "false": False, "null": None}
_MEANT = {"True": "true", "False": "false", "None": "null", "TRUE": "true", "FALSE": "false", "undefined": "null"}
_NOT_FINITE = frozenset(("NaN", "Infinity", "-Infinity", "+Infinity", "nan", "inf", "-inf", "-NaN"))
_HINTS = (
    ("['`‘’“”„«]", "JSON strings stand in plain double quotes"),
    ("[/#]", "JSON has no comments"),
    (r"\+\d|-?0[\d_]", "a number begins with no `+` and no 0; a phone number stands in double quotes"),
    (r"[-+]?(\.\d|\d+\.)", "a number needs a digit on both sides of its one point"),
    (",", "there is a comma too many"),
    ("=", "a key and its value have `:` between them"),
    (r"[^\W\d]|\$", "write it in double quotes"),
)


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
        end = found if (found := text.find("\n", start)) >= 0 else len(text)
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
                raise self.unexpected("the end of the document is wanted")
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
                self.report("E108", self.take(), f"more than {DEEPEST} objects and arrays in one another")
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
        if not text.isascii() and _SURROGATE.search(text):
            help = "write the character itself, or both halves (`\\ud83d\\ude00`)"
            self.report("E318", at, "half of a surrogate pair stands alone in this string", help)
        return text, at

    def number(self, at: _At, whole: bool) -> int | float:
        token = self.text[slice(*at)]
        fits = len(token.lstrip("-")) <= MOST_DIGITS
        if fits and (whole or isfinite(float(token))):
            return int(token) if whole else float(token)
        what = "is too large" if fits else f"has more than {MOST_DIGITS} digits"
        self.report("E107", at, f"the number {_short(token)} {what}")
        return 0

    def word(self) -> None:
        """A literal, or what was meant as one."""
        match = _WORD.match(self.text, self.at, self.end)
        word = match[0] if match else ""
        meant = "null" if word in _NOT_FINITE else _MEANT.get(word, word)
        if meant not in _WORDS:
            raise self.unexpected("a value is wanted", self.stack[-1] if self.stack else None)
        at = self.take(len(word))
        if word != meant:
            help, mended = ("only finite numbers exist", None) if word in _NOT_FINITE else ("", meant)
            self.report("E112", at, f"JSON has no `{word}`", help, mended)
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
        """Go from behind a value (or an opening) to the beginning of the next one; False where there is none."""
        while self.stack:
            frame = self.stack[-1]
            close = "}" if isinstance(frame.value, dict) else "]"
            char = self.peek()
            if not opened and char == ",":
                comma = self.take()
                char = self.peek()
                if char == close:
                    self.report("E112", comma, f"a comma before the closing `{close}`", "", "")
            elif not opened and char != close:
                raise self.unexpected(f"`,` or `{close}` is wanted", frame)
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
            raise self.unexpected("a key in double quotes is wanted", frame)
        key, at = self.string()
        if (first := frame.children.get(key)) and first.key:
            message = f"the key `{_short(key)}` stands twice in one object"
            self.report("E113", at, message, "remove one of them", None, (first.key, "first given here"))
        frame.key, frame.key_at = key, at
        if self.peek() != ":":
            raise self.unexpected("`:` is wanted after the key", frame)
        self.take()

    def span(self, at: _At) -> Span:
        return Span(self.file.base + at[0], self.file.base + at[1])

    def report(self, code: str, at: _At, what: str, help: str = "", mended: str | None = None, *labels: _Label) -> None:
        """Report a finding; `mended` is what should stand there instead, where that is certain."""
        span = self.span(at)
        title = f"write `{mended}`" if mended else "remove the comma"
        fix = None if mended is None else Fix(title, (Edit(span, mended),), safe=True)
        marks = tuple((self.span(where), text) for where, text in labels)
        self.collector.report(code, span, what, help=help or None, labels=marks, fix=fix)
        self.sound = self.sound and code in ("E113", "E318")

    def bad_string(self) -> _NotJson:
        match = _OPEN_STRING.match(self.text, self.at, self.end)
        start, stop = self.at, match.end() if match else self.end
        char = self.text[stop] if stop < self.end else "\n"
        if char in "\r\n":
            self.report("E112", (start, stop), "the string is not closed", "a line end in a string is written `\\n`")
        elif char == "\\":
            escape = self.text[stop : min(stop + 2, self.end)]
            message = "`\\u` needs four hexadecimal digits" if escape == "\\u" else f"JSON has no escape `{escape}`"
            self.report("E112", (stop, stop + len(escape)), message, "a backslash is written `\\\\`")
        else:
            message = "a control character stands in a string"
            self.report("E112", (stop, stop + 1), message, "", json.dumps(char)[1:-1])
        return _NotJson()

    def unexpected(self, wanted: str, frame: _Frame | None = None) -> _NotJson:
        """Report what stands at the place instead of what is wanted."""
        match = _WORD.match(self.text, self.at, self.end)
        found = match[0] if match else ""
        at = (self.at, self.at + len(found)) if found else (self.last, self.last)
        shown = f"`{_short(found)}`" if found.isprintable() else f"U+{ord(found[0]):04X}"
        hint = next((text for pattern, text in _HINTS if re.match(pattern, found)), "")
        if wanted.startswith("`,`") and re.match(r'["{\[\w-]', found):
            hint = "a comma is missing before it"
        opening = frame.place.at[0] if frame else 0
        labels = [((opening, opening + 1), "opened here")] if frame and found in ("", "]", "}") else []
        message = f"{wanted}, not {shown}" if found else f"{wanted}, but the text ends"
        self.report("E112", at, message, hint, None, *labels)
        return _NotJson()


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
