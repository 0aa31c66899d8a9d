"""The syntax tree: what the author wrote, nothing judged.

Immutable records; sequences are tuples. `span` does not count in comparisons, so two layouts of one script have
equal trees. What analysis finds out goes into its own `Program`, never onto these nodes.
"""

from __future__ import annotations

from nccodsl.base.source import Span
from nccodsl.syntax.nodes import (
    AnyValue as AnyValue,
    Asked as Asked,
    Boolean as Boolean,
    Bound as Bound,
    Closed as Closed,
    Dates as Dates,
    Duration as Duration,
    Endpoint as Endpoint,
    Entry as Entry,
    Expect as Expect,
    Fields as Fields,
    Holidays as Holidays,
    Hours as Hours,
    Library as Library,
    Listed as Listed,
    ListValue as ListValue,
    MapValue as MapValue,
    Member as Member,
    Moment as Moment,
    N as N,
    Name as Name,
    Node as Node,
    Null as Null,
    Number as Number,
    Open as Open,
    Option as Option,
    Outcome as Outcome,
    Range as Range,
    Shape as Shape,
    Template as Template,
    Test as Test,
    Text as Text,
    Times as Times,
    Type as Type,
    Value as Value,
    Weekdays as Weekdays,
    With as With,
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
    binding: Name | Bound | None = None
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


class Ask(Node):
    """`ask yes_no(question="Really?") as answer { on yes -> … }`."""

    keyword: Span
    dialog: Name
    args: tuple[Option, ...]
    binding: Name | None = None
    branches: Branches | None = None


class OptOut(Node):
    """`opt_out reason="pressed 9"`."""

    keyword: Span
    options: tuple[Option, ...]


class Goto(Node):
    """`-> step`; in a dialog also `-> outcome(name=value)` and `-> again`."""

    step: Name
    args: tuple[Option, ...] = ()


class Next(Node):
    """The next round of the loop."""


class Break(Node):
    """The end of the loop."""


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


class When(Node):
    matches: tuple[Value, ...]
    target: Target


class Choose(Node):
    """`choose {{ tier }} { when "gold" -> vip  otherwise { … } }`."""

    subject: Template
    choices: Choices


class Choices(Node):
    items: tuple[When | Otherwise, ...]


Leave = Goto | Next | Break | Hangup
Statement = Action | RecordAction | Connect | Input | Fetch | Send | Ask | OptOut | Set | Leave | If | Choose | For
Target = Leave | Block


# ---- Branches


class On(Node):
    matches: tuple[Value, ...]
    target: Target


class Retry(Node):
    """`retry 2 "Sorry?"`, or `retry "Sorry?", "Please press 1 or 2."`, with as many times as texts."""

    times: Number | None
    texts: tuple[Value, ...] = ()
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


class Tongue(Node):
    """One language of a script, and how its voice speaks: `en-GB style=2`."""

    name: Name
    options: tuple[Option, ...]


class Languages(Node):
    """`languages en-GB style=2, es-ES style=0`."""

    tongues: tuple[Tongue, ...]


class Defaults(Node):
    action: Name
    options: tuple[Option, ...]


class Include(Node):
    path: Text | Library


class To(Node):
    endpoint: Endpoint


class From(Node):
    endpoint: Endpoint


class Call(Node):
    items: tuple[To | From | Option | On, ...]


class Step(Node):
    name: Name
    body: Block


class Dialog(Node):
    """`dialog yes_no(question: text) -> yes, no { … }`."""

    name: Name
    params: tuple[Member, ...]
    outcomes: tuple[Outcome, ...]
    items: tuple[Step | Statement, ...]


Declaration = Param | Secret | Let | Zone | Hours | Languages | Defaults | Include | Call | On | Dialog | Step | Test


class Script(Node):
    """One file. `complete` is False where statements were dropped because of syntax errors."""

    items: tuple[Declaration | Statement, ...]
    complete: bool = True


def present(node: N | None) -> tuple[N, ...]:
    """The node, where there is one."""
    return () if node is None else (node,)
