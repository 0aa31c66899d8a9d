"""The checked script: what analysis makes of syntax trees and what lowering reads.

A `Program` has one meaning for every name; its actions are drafts of the JSON that the platform wants, in which
what is only known while rendering is a `Hole`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from nccodsl.analysis.types import Converter
from nccodsl.source import Sources, Span
from nccodsl.templates import Expression, Template
from nccodsl.voice.problems import Unknown

Path = tuple[str | int, ...]


class Hole(Unknown):
    """A value that is known only while rendering: `{{ expression }}` with its own type, or a text with templates."""

    __slots__ = ("code", "span")

    def __init__(self, code: Expression | Template, span: Span) -> None:
        self.code = code
        self.span = span

    @property
    def is_text(self) -> bool:
        """Whether the hole is a string literal (positions inside it must be decoded) and renders to a text."""
        return isinstance(self.code, Template)


@dataclass(slots=True)
class Places:
    """Where in the script each part of a draft was written: JSON path to the spans of its name and its value."""

    whole: Span
    names: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)

    def put(self, path: Path, name: Span, value: Span) -> None:
        self.names[path] = name
        self.values[path] = value

    def find(self, path: Path, at_name: bool) -> Span:
        """The span for a path, or that of the nearest part around it."""
        spans = self.names if at_name else self.values
        for length in range(len(path), 0, -1):
            if path[:length] in spans:
                return spans[path[:length]]
        return self.whole


@dataclass(frozen=True, slots=True)
class ActionItem:
    """One NCCO action. `raw` actions are passed through; their `kind` is None."""

    kind: str | None
    draft: dict[str, object]
    places: Places
    span: Span


@dataclass(frozen=True, slots=True)
class ChoiceItem:
    """`if`/`elif`/`else`: the first arm whose test is true, else `otherwise`."""

    arms: tuple[tuple[Hole, Body], ...]
    otherwise: Body
    span: Span


@dataclass(frozen=True, slots=True)
class LoopItem:
    """`for name in items`: `items` is a hole, or a draft list."""

    name: str
    items: object
    body: Body
    span: Span


@dataclass(frozen=True, slots=True)
class JumpItem:
    step: str
    span: Span


@dataclass(frozen=True, slots=True)
class HangupItem:
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """What happens on one of `matches`: digits or phrases the caller gives, outcomes, `nothing`."""

    matches: tuple[object, ...]
    body: Body


@dataclass(frozen=True, slots=True)
class RetryRule:
    times: int
    text: object
    body: Body | None


@dataclass(frozen=True, slots=True)
class WaitItem:
    """A place where the running call waits for an answer: `input`, `connect` or `fetch` with branches or `as`.

    `action` is None for `fetch`, whose `url` is a draft text.
    """

    what: str
    action: ActionItem | None
    binding: str | None
    cases: tuple[Case, ...]
    retry: RetryRule | None
    otherwise: Body | None
    span: Span
    url: object = None
    options: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class AssignItem:
    """`set name = value` while the call runs."""

    name: str
    value: object
    span: Span


Item = ActionItem | ChoiceItem | LoopItem | JumpItem | HangupItem | WaitItem | AssignItem
Body = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a script wants. `default` is a converted constant, a `Hole`, or `REQUIRED`."""

    name: str
    type: str
    convert: Converter
    private: bool
    default: object
    doc: str | None
    span: Span

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()


@dataclass(frozen=True, slots=True)
class LetValue:
    """A name for a value: a draft value, which may be or hold holes."""

    name: str
    value: object
    span: Span


@dataclass(frozen=True, slots=True)
class StepBody:
    name: str
    body: Body
    span: Span


@dataclass(frozen=True, slots=True)
class CallItem:
    """The `call` block: the body of the create request without its NCCO."""

    draft: dict[str, object]
    places: Places
    handlers: tuple[Case, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Program:
    """A whole script with its includes."""

    sources: Sources
    parameters: dict[str, Parameter]
    lets: tuple[LetValue, ...]
    steps: dict[str, StepBody]
    entry: str | None
    call: CallItem | None
    open_names: bool
    """No parameter is declared: any name may be given from outside."""
    outside_names: tuple[str, ...]
    """With `open_names`, the names that templates take from outside, in order of first use."""
    runtime: tuple[tuple[Span, str], ...]
    """What in the script only the flow runtime can do."""


def walk(body: Body) -> Iterator[Item]:
    """Every item of a body and of the bodies inside it, in the order of the text."""
    stack = list(reversed(body))
    while stack:
        item = stack.pop()
        yield item
        for inner in reversed(bodies(item)):
            stack.extend(reversed(inner))


def bodies(item: Item) -> tuple[Body, ...]:
    """The bodies directly inside an item."""
    match item:
        case ChoiceItem():
            return (*(body for _, body in item.arms), item.otherwise)
        case LoopItem():
            return (item.body,)
        case WaitItem():
            retry = (item.retry.body,) if item.retry and item.retry.body is not None else ()
            return (*(case.body for case in item.cases), *retry, *((item.otherwise,) if item.otherwise else ()))
        case _:
            return ()
