"""The syntax tree: what the author wrote, nothing judged.

Immutable records; sequences are tuples. `span` does not count in comparisons, so two layouts of one script have
equal trees. What analysis finds out goes into its own `Program`, never onto these nodes.
"""

from __future__ import annotations

from nccodsl.base.source import Span
from nccodsl.syntax.nodes import (
    Boolean as Boolean,
)
from nccodsl.syntax.nodes import (
    Duration as Duration,
)
from nccodsl.syntax.nodes import (
    Endpoint as Endpoint,
)
from nccodsl.syntax.nodes import (
    Entry as Entry,
)
from nccodsl.syntax.nodes import (
    ListValue as ListValue,
)
from nccodsl.syntax.nodes import (
    MapValue as MapValue,
)
from nccodsl.syntax.nodes import (
    N as N,
)
from nccodsl.syntax.nodes import (
    Name as Name,
)
from nccodsl.syntax.nodes import (
    Node as Node,
)
from nccodsl.syntax.nodes import (
    Null as Null,
)
from nccodsl.syntax.nodes import (
    Number as Number,
)
from nccodsl.syntax.nodes import (
    Option as Option,
)
from nccodsl.syntax.nodes import (
    Template as Template,
)
from nccodsl.syntax.nodes import (
    Text as Text,
)
from nccodsl.syntax.nodes import (
    Value as Value,
)
from nccodsl.syntax.nodes import (
    Word as Word,
)

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


class Moment(Node):
    """`at "2026-12-24 18:30"`: when a test plays."""

    text: Text


class Test(Node):
    title: Text
    verbs: tuple[With | Moment | Expect, ...]


Declaration = Param | Let | Zone | Hours | Defaults | Include | Call | Step | Test


class Script(Node):
    """One file. `complete` is False where statements were dropped because of syntax errors."""

    items: tuple[Declaration | Statement, ...]
    complete: bool = True


def present(node: N | None) -> tuple[N, ...]:
    """The node, where there is one."""
    return () if node is None else (node,)
