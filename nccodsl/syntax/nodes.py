"""The leaves of the syntax tree, as the author wrote them: names, values, options, shapes, opening hours, tests."""

from __future__ import annotations

from typing import TypeVar

from nccodsl.base import lazy_re
from nccodsl.base.record import Record
from nccodsl.base.source import Span

JINJA_STRING = lazy_re.compile(r"""'(?:[^'\\]|\\[\s\S])*+(?:'|\\?\Z)|"(?:[^"\\]|\\[\s\S])*+(?:"|\\?\Z)""")


LITERALS = frozenset(("true", "false", "null"))
"""Words that are values of their own."""
MOST_DIGITS = 400
"""Characters of a number."""
LONGEST_RANGE = 100
"""Characters of a range."""


class Node(Record):
    _ignored = frozenset({"span", "keyword", "complete"})

    span: Span


N = TypeVar("N", bound=Node)


class Name(Node):
    """A word that names something: a step, an option, a kind of endpoint."""

    text: str


# ---- Values


class Text(Node):
    """A string, decoded. `long` is the author's choice of `\"\"\"`."""

    text: str
    long: bool = False


class Library(Node):
    """`<std/confirm.call>`: a file of the language's own library; `text` without the brackets."""

    text: str


class Template(Node):
    """`{{ expression }}` alone as a value; `source` is what stands between the braces, as written."""

    source: str

    @property
    def trimmed(self) -> str:
        """The whole literal with one space beside each pair of braces: as it is compared, and as it is printed.

        `{{-` and `-}}` are marks of Jinja's, not signs of a number, and stay. So does all of a template that holds
        a comment, which needs its line end.
        """
        if "#" in self.source and "#" in JINJA_STRING.sub("", self.source):
            return f"{{{{{self.source}}}}}".replace("\r\n", "\n")
        start = self.source[:1] if self.source[:1] in ("-", "+") else ""
        end = self.source[-1:] if self.source[len(start) :][-1:] in ("-", "+") else ""
        body = self.source[len(start) : len(self.source) - len(end)].strip().replace("\r\n", "\n")
        return f"{{{{{start} {body} {end}}}}}"

    def _compared(self) -> tuple[str]:
        return (self.trimmed,)


class Number(Node):
    """A number; `text` as written, because telephone numbers and keys may begin with 0."""

    text: str
    value: int | float


class Duration(Node):
    """A duration; `milliseconds` may have a fraction."""

    text: str
    milliseconds: float


class Word(Node):
    """A bare word of an enumeration, such as `wav` or `en-GB`."""

    text: str


class Boolean(Node):
    value: bool


class Null(Node):
    pass


class ListValue(Node):
    items: tuple[Value, ...]


class Entry(Node):
    key: Name
    value: Value


class MapValue(Node):
    entries: tuple[Entry, ...]


Value = Text | Template | Number | Duration | Word | Boolean | Null | ListValue | MapValue


class Option(Node):
    name: Name
    value: Value


class Endpoint(Node):
    """`phone 14155550100`: a kind and, for most kinds, a main value."""

    kind: Name
    main: Value | None = None


# ---- Shapes: what an answer must be


class Range(Node):
    """`4..10`, both included."""

    text: str
    first: int
    last: int


class Type(Node):
    """A type by its name, as a param has one; that of a typed answer may have limits: `digits(4..10)`."""

    name: Name
    limits: tuple[Value | Range, ...] = ()


class Listed(Node):
    """`[text]`: a list of such values."""

    items: Shape


class Member(Node):
    """`agent: phone? private = …` in a map."""

    key: Name
    shape: Shape
    optional: bool = False
    private: bool = False
    default: Value | None = None


class Fields(Node):
    """`{name: text, vip: boolean = false}`: a map with these members."""

    members: tuple[Member, ...]


Shape = Type | Listed | Fields


class Bound(Name):
    """The name behind `as`, and what the answer must be: `customer: {name: text}`."""

    shape: Shape | None = None

    @property
    def name(self) -> Name:
        """The name alone."""
        return Name(Span(self.span.start, self.span.start + len(self.text)), self.text)


class Outcome(Node):
    """How a dialog may end, and what it returns then: `done(number: text)`."""

    name: Name
    members: tuple[Member, ...] = ()


# ---- The clock


class Zone(Node):
    """`zone "Europe/London"`: where the script's clock stands."""

    place: Value


class Times(Node):
    """`09:00-12:30`, without spaces."""

    text: str


class Weekdays(Node):
    """`mon-fri 09:00-12:30 13:30-17:30`: days or ranges of them, and when they are open."""

    days: tuple[Name, ...]
    times: tuple[Times, ...]


class Dates(Node):
    """A date or, with `..`, a range of them, and the words behind it."""

    text: str
    reason: Text | None = None


class Closed(Node):
    dates: tuple[Dates, ...]


class Open(Node):
    dates: Dates
    times: tuple[Times, ...]


class Holidays(Node):
    region: Name


class Hours(Node):
    """`hours office zone="Europe/Berlin" { … }`."""

    name: Name
    options: tuple[Option, ...]
    rules: tuple[Weekdays | Closed | Open | Holidays, ...]


# ---- Tests


class Asked(Node):
    """The dialog that a test is of: `of yes_no(question="Really?")`."""

    dialog: Name
    args: tuple[Option, ...]


class With(Node):
    values: tuple[Option, ...]


class Expect(Node):
    """One line of a test: `press "1"`, `not hear "Sorry" language=es-ES`, `dialled phone 14155550123`."""

    verb: Name
    negated: bool = False
    kind: Name | None = None
    value: Value | AnyValue | None = None
    options: tuple[Option, ...] = ()
    reply: Value | None = None
    body: Value | None = None
    """The map behind another value: what `sent "https://…" {…}` expects of the body."""


class AnyValue(Node):
    """`*`: `dialled phone *`."""


class Moment(Node):
    """`at "2026-12-24 18:30"`: when a test plays."""

    text: Text


class Test(Node):
    title: Text
    verbs: tuple[With | Moment | Expect, ...]
    of: Asked | None = None
