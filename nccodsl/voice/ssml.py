"""SSML as far as the platform documents it: is a text well formed, and are its tags known?

Owns the table of tags, attributes and values. A template's text is checked with each `{{ }}` replaced by a
placeholder of the same length, so that the offsets hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from xml.parsers import expat

from nccodsl.base.record import Record
from nccodsl.diagnostics.suggest import Instead, did_you_mean
from nccodsl.voice.markup_text import ILLEGAL, WRITTEN_AS
from nccodsl.voice.ssml_values import bare_value, listed_instead

INTERPRETATIONS: Final = (
    "character",
    "cardinal",
    "ordinal",
    "digits",
    "fraction",
    "unit",
    "date",
    "time",
    "expletive",
    "telephone",
    "address",
)
DATE_FORMATS: Final = re.compile(r"mdy|dmy|ymd|md|dm|ym|my|[dmy]|[0-9?]{8}|yyyymmdd")

_Values = tuple[str, ...] | re.Pattern[str] | None


class SsmlProblem(Record):
    """Something wrong in a text; the offsets count its characters."""

    code: str
    start: int
    end: int
    message: str
    help: str | None = None
    kind: str = ""
    closing: tuple[tuple[int, int], ...] | None = None
    """Of a tag that can be left out: the tag that closes it, if there is one."""


UNKNOWN_TAG = "unknown tag"
"""The kind of a problem that other modules tell from the rest."""


class Tag(Record):
    """What is documented of a tag: the values of its attributes (None: any text) and those it must have."""

    attributes: Mapping[str, _Values] = MappingProxyType({})
    required: tuple[str, ...] = ()


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TIME = re.compile(r"\+?(\d+(\.\d+)?|\.\d+)(s|ms)")
_VOLUME = re.compile(r"default|silent|x-soft|soft|medium|loud|x-loud|[+-](\d+(\.\d+)?|\.\d+)dB")
_PITCH = re.compile(r"default|x-low|low|medium|high|x-high|[+-](\d+(\.\d+)?|\.\d+)%")

TAGS: Final[dict[str, Tag]] = {
    "speak": Tag(
        {"xml:lang": _LANGUAGE, "version": None, "xmlns": None, "xmlns:xsi": None, "xsi:schemaLocation": None}
    ),
    "break": Tag({"time": _TIME, "strength": ("none", "x-weak", "weak", "medium", "strong", "x-strong")}),
    "emphasis": Tag({"level": ("strong", "moderate", "reduced")}),
    "lang": Tag({"xml:lang": _LANGUAGE}, ("xml:lang",)),
    "phoneme": Tag({"alphabet": ("ipa", "x-sampa"), "ph": None}, ("alphabet", "ph")),
    "prosody": Tag({"volume": _VOLUME, "rate": ("x-slow", "slow", "medium", "fast", "x-fast"), "pitch": _PITCH}),
    "say-as": Tag({"interpret-as": INTERPRETATIONS, "format": DATE_FORMATS}, ("interpret-as",)),
    "p": Tag(),
    "s": Tag(),
    "sub": Tag({"alias": None}, ("alias",)),
}

_LISTED: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("prosody", "volume"): ("default", "silent", "x-soft", "soft", "medium", "loud", "x-loud", "+6dB", "-6dB"),
    ("prosody", "pitch"): ("default", "x-low", "low", "medium", "high", "x-high", "+10%", "-10%"),
    ("break", "time"): ("1s", "500ms"),
    ("say-as", "format"): ("mdy", "dmy", "ymd", "md", "dm", "ym", "my", "d", "m", "y", "yyyymmdd"),
}
_MARK_UP = re.compile(r"""<!--.*?(?:-->|\Z)|<(?:"[^"]*"|'[^']*'|[^'"<>])*>""", re.S)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|\w{1,32});")
_MOST_PROBLEMS = 50
_OPENING = re.compile(r"\s*<speak[\s/>]")


class _Stop(Exception):
    """Ends the reading; the problem has been noted."""


def _refuse(*_: object) -> None:
    raise _Stop


def is_well_formed(text: str) -> bool:
    """Whether `check_ssml` would report no error. Quick: for texts that are made for each recipient."""
    if ILLEGAL.search(text) or not _OPENING.match(text):
        return False
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refuse
    try:
        return bool(parser.Parse(text.encode(), True))
    except (_Stop, expat.ExpatError):
        return False


def check_ssml(text: str) -> list[SsmlProblem]:
    """What is wrong with a text that begins with `<speak`: E316 where it is malformed, W026 where it is unusual."""
    illegal = ILLEGAL.search(text)
    if illegal:
        what = f"SSML cannot contain the character U+{ord(illegal[0]):04X}"
        return [SsmlProblem("E316", illegal.start(), illegal.end(), what)]
    if not _OPENING.match(text):
        start = len(text) - len(text.lstrip())
        return [_malformed(start, len(text), "SSML must be inside one `<speak>`", "begin with `<speak>`")]
    return _Reader(text).read()


class _Reader:
    """Reads a text once, noting where each open tag began."""

    def __init__(self, text: str) -> None:
        # Expat counts bytes; where all characters are ASCII the two are one.
        self.bytes = text.encode()
        # A line end is one character for expat whatever it is, but its offsets are those of the bytes.
        self.ascii = len(self.bytes) == len(text)
        self._last = (0, 0)
        self.text = text
        self.open: list[tuple[str, int]] = []
        self.unknown: dict[int, int] = {}  # where an unknown tag begins: the number of its problem
        self.problems: list[SsmlProblem] = []
        self.parser = parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.StartElementHandler = self.begin
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.refuse_doctype
        parser.ProcessingInstructionHandler = self.instruction

    def place(self, offset: int) -> int:
        """The character offset for a byte offset."""
        if self.ascii:
            return offset
        # Places are asked for in their order, nearly always: the characters are counted from the last one.
        byte, character = self._last if self._last[0] <= offset else (0, 0)
        between = self.bytes[byte:offset].decode(errors="ignore")
        self._last = (byte + len(between.encode()), character + len(between))
        return self._last[1]

    def here(self) -> int:
        return self.place(self.parser.CurrentByteIndex)

    def read(self) -> list[SsmlProblem]:
        try:
            self.parser.Parse(self.bytes, True)
        except _Stop:
            pass
        except expat.ExpatError as error:
            self.problems.append(self.explain(error))
        return self.problems

    def tag_end(self, start: int) -> int:
        return found.end() if (found := _MARK_UP.match(self.text, start)) else start + 1

    def begin(self, name: str, attributes: list[str]) -> None:
        start = self.here()
        end = self.tag_end(start)
        self.open.append((name, start))
        if name == "speak" and len(self.open) > 1:
            self.note(start, end, "`<speak>` is allowed only once, around everything", None)
            return
        tag = TAGS.get(name)
        if tag is None:
            self.unknown[start] = len(self.problems)
            self.note(start, end, f"`<{name}>` is not a documented tag", did_you_mean(name, TAGS), UNKNOWN_TAG)
            return
        given = dict(zip(attributes[::2], attributes[1::2], strict=True))
        for attribute, value in given.items():
            found = self.attribute_at(attribute, start, end)
            if attribute not in tag.attributes:
                what = f"`{attribute}` is not a documented attribute of `<{name}>`"
                removal = Instead(f"remove `{attribute}`", "", self.text[slice(*found)])
                self.note(*found, what, did_you_mean(attribute, tag.attributes) or removal)
            elif not _allowed(tag.attributes[attribute], value):
                allowed = tag.attributes[attribute]
                listed = allowed if isinstance(allowed, tuple) else _LISTED.get((name, attribute), ("en-US",))
                what = f"`{value[:40]}` is not a documented value of `{attribute}`"
                self.note(*found, what, did_you_mean(value, listed) or listed_instead(value, listed))
        for attribute in tag.required:
            if attribute not in given:
                self.note(start, end, f"`<{name}>` needs the attribute `{attribute}`", f"add `{attribute}`")

    def attribute_at(self, attribute: str, start: int, end: int) -> tuple[int, int]:
        found = re.compile(rf"""\s({re.escape(attribute)}\s*=\s*(?:"[^"]*"|'[^']*'))""").search(self.text, start, end)
        return found.span(1) if found else (start, end)

    def note(self, start: int, end: int, message: str, help: str | None, kind: str = "") -> None:
        self.problems.append(SsmlProblem("W026", start, end, message, help, kind))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise _Stop

    def end(self, name: str) -> None:
        start = self.open.pop()[1]
        if (number := self.unknown.get(start)) is not None and (problem := self.problems[number]).help is None:
            here = self.here()
            closing = () if self.text[: self.tag_end(start)].endswith("/>") else ((here, self.tag_end(here)),)
            self.problems[number] = SsmlProblem(
                problem.code, problem.start, problem.end, problem.message, f"remove `<{name}>`", UNKNOWN_TAG, closing
            )

    def refuse_doctype(self, *_: object) -> None:
        start = self.here()
        self.problems.append(_malformed(start, start + 2, "SSML cannot declare a document type or entities", None))
        raise _Stop

    def instruction(self, target: str, data: str) -> None:
        start = self.here()
        self.note(start, start + 2 + len(target), f"unknown processing instruction `<?{target}?>`", None)

    def explain(self, error: expat.ExpatError) -> SsmlProblem:
        """Expat's error in words, where a reader would look for it."""
        text = self.text
        start = min(self.place(self.parser.ErrorByteIndex), len(text))
        reason = expat.errors.messages.get(error.code, "")
        broken = expat.errors.XML_ERROR_TAG_MISMATCH if self.open and self.open[-1][0] == "break" else ""
        if self.open and reason in (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_ASYNC_ENTITY, broken):
            return self.unclosed()
        if reason == expat.errors.XML_ERROR_TAG_MISMATCH:
            slash = text.rfind("</", 0, start + 2)
            closing = text[slash : self.tag_end(slash)]
            what = f"`{closing}` does not close the open tag `<{self.open[-1][0]}>`"
            right = f"</{self.open[-1][0]}>{closing}"
            outer = len(self.open) > 1 and closing == f"</{self.open[-2][0]}>"
            help = Instead(f"write `{right}`", right, closing) if outer else "close the inner tag first"
            return _malformed(slash, self.tag_end(slash), what, help)
        if reason == expat.errors.XML_ERROR_UNDEFINED_ENTITY:
            entity = found[0] if (found := _ENTITY.match(text, start)) else "&"
            help = Instead(f"write `&amp;{entity[1:]}`, or a number such as `&#233;`", f"&amp;{entity[1:]}", entity)
            return _malformed(start, start + len(entity), f"`{entity}` is not an entity of XML", help)
        if reason == expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT:
            return _malformed(start, len(text), "text after `</speak>`", "move it into the `<speak>`")
        if reason == expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE:
            found = re.compile(r"[\w:.-]+").match(text, start)
            return _malformed(start, found.end() if found else start + 1, "an attribute is given twice", None)
        return self.explain_character(start)

    def unclosed(self) -> SsmlProblem:
        name, start = self.open[-1]
        tag = self.text[start : self.tag_end(start)]
        right = f"{tag.rstrip('>')}/>"
        help = Instead(f"write `{right}`", right, tag) if name == "break" else f"add `</{name}>` where it ends"
        return _malformed(start, start + len(tag), f"`<{name}>` is never closed", help)

    def explain_character(self, start: int) -> SsmlProblem:
        """Something that is no markup stands where markup was begun."""
        text = self.text
        for mark in "&<":
            # Expat points at the first character that does not fit, which may be after the mark.
            at = text.rfind(mark, 0, start + 1)
            if at >= 0 and not re.search(r"[\s;>]" if mark == "&" else ">", text[at + 1 : start]):
                what = f"this `{mark}` does not begin {'an entity' if mark == '&' else 'a tag'}"
                if mark == "<" and (bare := bare_value(text, at)):
                    return _malformed(*bare)
                right = WRITTEN_AS[mark]
                return _malformed(at, at + 1, what, Instead(f"write `{right}`", right, mark))
        if self.open and start >= len(text):
            return self.unclosed()
        return _malformed(start, min(start + 1, len(text)), "the markup is not well-formed here", None)


def _malformed(start: int, end: int, message: str, help: str | None) -> SsmlProblem:
    return SsmlProblem("E316", start, max(start, end), message, help)


def _allowed(values: _Values, value: str) -> bool:
    if values is None:
        return True
    return value in values if isinstance(values, tuple) else bool(values.fullmatch(value))
