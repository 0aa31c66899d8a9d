"""The syntax tree: what the author wrote, nothing judged.

Immutable records; sequences are tuples. `span` does not count in comparisons, so two layouts of one script have
equal trees. What analysis finds out goes into its own `Program`, never onto these nodes.
"""

from __future__ import annotations

from nccodsl.base.source import Span
from nccodsl.syntax.nodes import (
    Boolean as Boolean,
    Bound as Bound,
    Closed as Closed,
    Dates as Dates,
    Duration as Duration,
    Endpoint as Endpoint,
    Entry as Entry,
    Fields as Fields,
    Holidays as Holidays,
    Hours as Hours,
    Listed as Listed,
    ListValue as ListValue,
    MapValue as MapValue,
    Member as Member,
    N as N,
    Name as Name,
    Node as Node,
    Null as Null,
    Number as Number,
    Open as Open,
    Option as Option,
    Shape as Shape,
    Template as Template,
    Text as Text,
    Times as Times,
    Type as Type,
    Value as Value,
    Weekdays as Weekdays,
    Word as Word,
    Zone as Zone,
)

# ---- Statements


class Block(Node):
    statements: tuple[Statement, ...]


class Action(Node):
    """One NCCO action other than `connect`, `input` and `record`, or `raw`."""

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


class RecordAction(Node):
    """`record … as message { on saved { … } }`. What stands behind the keyword is only a mistake."""

    keyword: Span
    main: Value | None
    options: tuple[Option, ...]
    binding: Name | None = None
    branches: Branches | None = None


class Fetch(Node):
    """`method`: None where it does not say, which means GET."""

    url: Value
    options: tuple[Option, ...]
    binding: Bound | None = None
    branches: Branches | None = None
    method: Name | None = None


class Send(Node):
    url: Value
    options: tuple[Option, ...]
    method: Name | None = None


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


Statement = Action | RecordAction | Connect | Input | Fetch | Send | Set | Goto | Hangup | If | For
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


class Whisper(Node):
    """What a callee hears before the two are joined."""

    body: Block


class Branches(Node):
    items: tuple[On | Retry | Otherwise | Whisper, ...]


# ---- Declarations


class Param(Node):
    name: Name
    type: Name
    private: bool = False
    default: Value | None = None
    doc: Value | None = None


class Secret(Node):
    name: Name
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


Declaration = Param | Secret | Let | Zone | Hours | Defaults | Include | Call | On | Step | Test


class Script(Node):
    """One file. `complete` is False where statements were dropped because of syntax errors."""

    items: tuple[Declaration | Statement, ...]
    complete: bool = True


def present(node: N | None) -> tuple[N, ...]:
    """The node, where there is one."""
    return () if node is None else (node,)
