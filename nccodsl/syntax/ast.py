"""The syntax tree: what the author wrote, nothing judged.

Immutable records; sequences are tuples. `span` does not count in comparisons, so two layouts of one script have
equal trees. What analysis finds out goes into its own `Program`, never onto these nodes.
"""

from __future__ import annotations

import re
from typing import TypeVar

from nccodsl.base.record import Record
from nccodsl.base.source import Span

_JINJA_STRING = re.compile(r"""'(?:[^'\\]|\\[\s\S])*+(?:'|\\?\Z)|"(?:[^"\\]|\\[\s\S])*+(?:"|\\?\Z)""")


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


class Template(Node):
    """`{{ expression }}` alone as a value; `source` is what stands between the braces, as written."""

    source: str

    @property
    def trimmed(self) -> str:
        """The whole literal with one space beside each pair of braces: as it is compared, and as it is printed.

        `{{-` and `-}}` are marks of Jinja's, not signs of a number, and stay. So does all of a template that holds
        a comment, which needs its line end.
        """
        if "#" in self.source and "#" in _JINJA_STRING.sub("", self.source):
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


# ---- Statements


class Block(Node):
    statements: tuple[Statement, ...]


class Action(Node):
    """One NCCO action other than `connect` and `input`, or `raw`."""

    kind: Name
    main: Value | None
    options: tuple[Option, ...]


class Connect(Node):
    keyword: Span
    endpoint: Endpoint
    options: tuple[Option, ...]
    branches: Branches | None = None


class Input(Node):
    keyword: Span
    kinds: tuple[Name, ...]
    options: tuple[Option, ...]
    binding: Name | None = None
    branches: Branches | None = None


class Fetch(Node):
    url: Value
    options: tuple[Option, ...]
    binding: Name | None = None
    branches: Branches | None = None


class Set(Node):
    name: Name
    value: Value


class Goto(Node):
    step: Name


class Hangup(Node):
    pass


class Arm(Node):
    """One `if` or `elif` with its test and block."""

    test: Template
    body: Block


class If(Node):
    arms: tuple[Arm, ...]
    otherwise: Block | None = None


class For(Node):
    target: Name
    items: Value
    body: Block


Statement = Action | Connect | Input | Fetch | Set | Goto | Hangup | If | For
Target = Goto | Hangup | Block


# ---- Branches


class On(Node):
    matches: tuple[Value, ...]
    target: Target


class Retry(Node):
    times: Number
    text: Value | None = None
    options: tuple[Option, ...] = ()
    target: Target | None = None


class Otherwise(Node):
    target: Target


class Branches(Node):
    items: tuple[On | Retry | Otherwise, ...]


# ---- Declarations


class Param(Node):
    name: Name
    type: Name
    private: bool = False
    default: Value | None = None
    doc: Value | None = None


class Let(Node):
    name: Name
    value: Value


class Defaults(Node):
    action: Name
    options: tuple[Option, ...]


class Include(Node):
    path: Text


class To(Node):
    endpoint: Endpoint


class From(Node):
    endpoint: Endpoint


class Call(Node):
    items: tuple[To | From | Option | On, ...]


class Step(Node):
    name: Name
    body: Block


class With(Node):
    values: tuple[Option, ...]


class Expect(Node):
    """One line of a test: `press "1"`, `not hear "Sorry" language=es-ES`, `dialled phone 14155550123`."""

    verb: Name
    negated: bool = False
    kind: Name | None = None
    value: Value | None = None
    options: tuple[Option, ...] = ()
    reply: Value | None = None


class Test(Node):
    title: Text
    verbs: tuple[With | Expect, ...]


Declaration = Param | Let | Defaults | Include | Call | Step | Test


class Script(Node):
    """One file. `complete` is False where statements were dropped because of syntax errors."""

    items: tuple[Declaration | Statement, ...]
    complete: bool = True


def present(node: N | None) -> tuple[N, ...]:
    """The node, where there is one."""
    return () if node is None else (node,)
