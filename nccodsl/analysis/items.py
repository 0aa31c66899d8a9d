"""The parts of a checked script: statements as analysis leaves them for lowering, with holes for later values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.shapes import MapShape, MemberShape, Shape
from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.templates import Expression, Scope, Template
from nccodsl.voice.problems import Unknown

if TYPE_CHECKING:
    from nccodsl.answers import AnswerType

_T = TypeVar("_T")


class Body(tuple["Item", ...]):
    """The statements of a step or a branch. What follows from them alone is found once, and kept with them."""

    def of(self, find: Callable[[Body], _T]) -> _T:
        """What `find` makes of the statements. It must look at nothing else."""
        known = cast("dict[Callable[[Body], Any], Any]", self.__dict__)
        if find not in known:
            known[find] = find(self)
        return cast(_T, known[find])


NOTHING = Body()
"""The statements of a branch that is not there."""


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

    @property
    def pieces(self) -> tuple[str | Expression, ...] | None:
        """Literal text and expressions in turn; None for a template that has statements."""
        return self.code.pieces if isinstance(self.code, Template) else (self.code,)

    @property
    def compute(self) -> Callable[[Scope], object]:
        """The function that computes the value. It raises RenderFailure."""
        return self.code.render if isinstance(self.code, Template) else self.code.evaluate


def holes_in(value: object) -> Iterator[Hole]:
    """Every hole inside a draft value, in order."""
    if type(value) is str:
        return
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend([part for part in reversed(item.values()) if type(part) is not str])
        elif isinstance(item, list):
            stack.extend([part for part in reversed(item) if type(part) is not str])
        elif isinstance(item, Hole):
            yield item


class ActionItem(Record):
    """One NCCO action. `raw` actions are passed through; their `kind` is None."""

    kind: str | None
    draft: dict[str, object]
    places: Places
    span: Span


class ChoiceItem(Record):
    """`if`/`elif`/`else`: the first arm whose test is true, else `otherwise`."""

    arms: tuple[tuple[Hole, Body], ...]
    otherwise: Body
    span: Span


class LoopItem(Record):
    """`for name in items`: `items` is a hole, or a draft list.

    `waits`: something in it waits for an answer or leaves it, so that a round may be more than a part of one NCCO.
    Its value has a name of its own in the scope then: `written` is what the script calls it.
    """

    name: str
    items: object
    body: Body
    span: Span
    written: str = ""
    waits: bool = False

    @property
    def shown(self) -> str:
        """The name of its value, as the script has it."""
        return self.written or self.name

    @property
    def list_name(self) -> str:
        """The name of its list, where it waits."""
        return f"{self.name} of"

    @property
    def number_name(self) -> str:
        """The name of the number of the round, where it waits."""
        return f"{self.name} at"


def name_in_script(name: str) -> str | None:
    """What a script calls a name of the scope; None for one of a loop's that no script can read."""
    written, *more = name.split(" ")
    return written if len(more) < 2 else None


class NextItem(Record):
    """The next round of a loop, which waits (see LoopItem) or does not."""

    waits: bool
    span: Span


class BreakItem(Record):
    """The end of a loop, as in NextItem."""

    waits: bool
    span: Span


class JumpItem(Record):
    step: str
    span: Span


class HangupItem(Record):
    span: Span


class Case(Record):
    """What happens on one of `matches`: digits or phrases the caller gives, outcomes (`:busy`), `:nothing`.

    `otherwise` is a case without matches.
    """

    matches: tuple[object, ...]
    body: Body
    span: Span


class RetryRule(Record):
    """Say one of `says`, where there is anything to say, and play the step again; at most so many times, then `body`.

    With several texts, the next one is said each time. `own` are the members that the retry gives itself, among them
    those that it gives as null. It speaks as the talk before it in all others: those of `says` are the defaults, for
    where no talk was heard.
    """

    times: int
    says: tuple[ActionItem, ...]
    own: frozenset[str]
    body: Body | None
    span: Span


class RequestItem(Record):
    """What a `fetch` or a `send` asks another system for, in drafts.

    `headers` are names with a text or a hole each. `body` is NO_BODY without one; a `form` is sent as such. `timeout`
    is in seconds (None: the longest). `shape` is what the answer must be. `span` is the place of the URL.
    """

    method: str
    url: object
    headers: tuple[tuple[str, object], ...]
    body: object
    form: bool
    timeout: object
    shape: Shape | None
    span: Span

    @property
    def drafts(self) -> list[object]:
        """Everything that may hold holes."""
        return [self.url, *(value for _, value in self.headers), self.body, self.timeout]


class _NoBody:
    def __repr__(self) -> str:
        return "NO_BODY"


NO_BODY = _NoBody()


class WaitItem(Record):
    """A place where the running call waits for an answer: `input`, `connect` or `fetch` with branches or `as`.

    A `send`, an `opt_out` and a `record` with branches are such places too, though the call continues at once: the
    request is made when the flow comes there, and the branches of the recording are taken when it is ready. `action` is
    None for a request and an `opt_out`, which has a `reason`. `whisper` is what the callee of a `connect` hears first;
    None without. `answer` is what the answer to an `input` must be; None: anything.
    """

    what: str
    action: ActionItem | None
    binding: str | None
    cases: tuple[Case, ...]
    retry: RetryRule | None
    otherwise: Case | None
    span: Span
    request: RequestItem | None = None
    whisper: Body | None = None
    answer: AnswerType | None = None
    reason: object = None


class AssignItem(Record):
    """`set name = value` while the call runs. `shape` is what the value must be; None: anything."""

    name: str
    value: object
    span: Span
    shape: MemberShape | MapShape | None = None


class ForgetItem(Record):
    """These names have no value any more: a dialog begins anew."""

    names: tuple[str, ...]
    span: Span


class AskItem(Record):
    """`ask dialog(…) as binding { on outcome … }`.

    `args` are the params of the dialog with their drafts. The matches of a case are names of outcomes.
    """

    dialog: str
    args: tuple[AssignItem, ...]
    binding: str | None
    cases: tuple[Case, ...]
    otherwise: Case | None
    span: Span


class OutcomeItem(Record):
    """`-> outcome(name=value)` in a dialog: `values` are drafts by name, empty where it returns nothing."""

    dialog: str
    outcome: str
    values: dict[str, object]
    shape: MapShape
    span: Span


class LanguageItem(AssignItem):
    """`set language = value`: one of `codes`; anything else changes nothing. `lets` are the values made of it."""

    codes: tuple[str, ...] = ()
    lets: tuple[tuple[str, object], ...] = ()


RuntimeNeed = Literal["connect", "fetch", "handler", "input", "opt_out", "record", "send", "set", "template", "whisper"]
Item = (
    ActionItem
    | ChoiceItem
    | LoopItem
    | NextItem
    | BreakItem
    | JumpItem
    | HangupItem
    | WaitItem
    | AskItem
    | OutcomeItem
    | AssignItem
    | ForgetItem
)
