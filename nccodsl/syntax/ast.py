"""The syntax tree: what the author wrote, nothing judged.

Frozen dataclasses; sequences are tuples. `span` does not count in comparisons, so two layouts of one script have
equal trees. What analysis finds out goes into its own `Program`, never onto these nodes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from nccodsl.source import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(Node):
    """`#` to the end of the line; `text` includes the `#`."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A word that names something: a step, an option, a kind of endpoint."""

    text: str


# ---- Values


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Node):
    """A string, decoded. `long` is the author's choice of `\"\"\"`."""

    text: str
    long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Template(Node):
    """`{{ expression }}` alone as a value; `source` is what stands between the braces, as written."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Node):
    """A number; `text` as written, because telephone numbers and keys may begin with 0."""

    text: str
    value: int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration(Node):
    """A duration; `milliseconds` may have a fraction."""

    text: str
    milliseconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Node):
    """A bare word of an enumeration, such as `wav` or `en-GB`."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean(Node):
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Null(Node):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ListValue(Node):
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Node):
    key: Name
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class MapValue(Node):
    entries: tuple[Entry, ...]


Value = Text | Template | Number | Duration | Word | Boolean | Null | ListValue | MapValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Node):
    name: Name
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint(Node):
    """`phone 14155550100`: a kind and, for most kinds, a main value."""

    kind: Name
    main: Value | None = None


# ---- Statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(Node):
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Node):
    """One NCCO action other than `connect` and `input`, or `raw`."""

    kind: Name
    main: Value | None
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Connect(Node):
    keyword: Span = field(compare=False, repr=False)
    endpoint: Endpoint
    options: tuple[Option, ...]
    branches: Branches | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Node):
    keyword: Span = field(compare=False, repr=False)
    kinds: tuple[Name, ...]
    options: tuple[Option, ...]
    binding: Name | None = None
    branches: Branches | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch(Node):
    url: Value
    options: tuple[Option, ...]
    binding: Name | None = None
    branches: Branches | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Set(Node):
    name: Name
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Goto(Node):
    step: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup(Node):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm(Node):
    """One `if` or `elif` with its test and block."""

    test: Template
    body: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class If(Node):
    arms: tuple[Arm, ...]
    otherwise: Block | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class For(Node):
    target: Name
    items: Value
    body: Block


Statement = Action | Connect | Input | Fetch | Set | Goto | Hangup | If | For
Target = Goto | Hangup | Block


# ---- Branches


@dataclass(frozen=True, slots=True, kw_only=True)
class On(Node):
    matches: tuple[Value, ...]
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry(Node):
    times: Number
    text: Value | None = None
    target: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise(Node):
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Branches(Node):
    items: tuple[On | Retry | Otherwise, ...]


# ---- Declarations


@dataclass(frozen=True, slots=True, kw_only=True)
class Param(Node):
    name: Name
    type: Name
    private: bool = False
    default: Value | None = None
    doc: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Let(Node):
    name: Name
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults(Node):
    action: Name
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Include(Node):
    path: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class To(Node):
    endpoint: Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class From(Node):
    endpoint: Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    items: tuple[To | From | Option | On, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Node):
    name: Name
    body: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class With(Node):
    values: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expect(Node):
    """One line of a test: `press "1"`, `not hear "Sorry"`, `dialled phone 14155550123`."""

    verb: Name
    negated: bool = False
    kind: Name | None = None
    value: Value | None = None
    reply: Value | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Node):
    title: Text
    verbs: tuple[With | Expect, ...]


Declaration = Param | Let | Defaults | Include | Call | Step | Test


@dataclass(frozen=True, slots=True, kw_only=True)
class Script(Node):
    """One file. `complete` is False where statements were dropped because of syntax errors."""

    items: tuple[Declaration | Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
    complete: bool = field(default=True, compare=False)
