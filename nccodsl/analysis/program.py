"""The checked script: what analysis makes of syntax trees and what lowering reads.

A `Program` has one meaning for every name; its actions are drafts of the JSON that the platform wants, in which
what is only known while rendering is a `Hole`.
"""

from __future__ import annotations

from collections.abc import Mapping

from nccodsl.analysis.draft_places import Places
from nccodsl.analysis.items import (
    NO_BODY as NO_BODY,
    NOTHING as NOTHING,
    ActionItem as ActionItem,
    AskItem as AskItem,
    AssignItem as AssignItem,
    Body as Body,
    BreakItem as BreakItem,
    Case as Case,
    ChoiceItem as ChoiceItem,
    ForgetItem as ForgetItem,
    HangupItem as HangupItem,
    Hole as Hole,
    Item as Item,
    JumpItem as JumpItem,
    LanguageItem as LanguageItem,
    LoopItem as LoopItem,
    NextItem as NextItem,
    OutcomeItem as OutcomeItem,
    RequestItem as RequestItem,
    RetryRule as RetryRule,
    RuntimeNeed as RuntimeNeed,
    WaitItem as WaitItem,
    holes_in as holes_in,
    name_in_script as name_in_script,
)
from nccodsl.analysis.script_languages import ScriptLanguages
from nccodsl.analysis.script_tests import ScriptTest
from nccodsl.analysis.shapes import MapShape, MemberShape
from nccodsl.analysis.types import Converter
from nccodsl.base.record import Record
from nccodsl.base.source import Sources, Span
from nccodsl.clock.hours import DateRule, TimeRange
from nccodsl.syntax.ignores import Ignores


class Parameter(Record):
    """A declared param. `default` is a converted constant, a `Hole`, or `REQUIRED`."""

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


class LetValue(Record):
    """A name for a value: a draft value, which may be or hold holes."""

    name: str
    value: object
    span: Span


class HoursItem(Record):
    """Opening hours. `zone`: its name, or a hole; None: that of the script. `week` begins on Monday."""

    name: str
    zone: str | Hole | None
    week: tuple[tuple[TimeRange, ...], ...]
    dates: tuple[DateRule, ...]
    regions: tuple[str, ...]
    span: Span


class StepBody(Record):
    """`span`: its name, or the statements of a script without steps; `whole`: the declaration.

    `dialog` is the one that it belongs to. Such a step is called by the dialog's name with parentheses, and its own
    name behind a colon if the dialog does not begin with it: `ask_account():by_name`.
    """

    name: str
    body: Body
    span: Span
    whole: Span | None = None
    dialog: str | None = None


class DialogItem(Record):
    """A dialog that the script asks. `local`: its names as the scope calls them; the params are among them.

    `outcomes`: what each of them returns.
    """

    name: str
    params: tuple[MemberShape, ...]
    outcomes: Mapping[str, MapShape]
    local: frozenset[str]
    span: Span

    @property
    def returns(self) -> bool:
        """Whether any outcome returns values: only then the name of what is returned has a value, on all paths."""
        return any(shape.members for shape in self.outcomes.values())


class CallItem(Record):
    """The `call` block: the body of the create request without its NCCO."""

    draft: dict[str, object]
    places: Places
    span: Span


class DeclaredSecret(Record):
    """A value that only headers of requests hold, and that the script never knows."""

    name: str
    doc: str | None
    span: Span


class Program(Record):
    """A whole script with its includes."""

    sources: Sources
    parameters: dict[str, Parameter]
    lets: tuple[LetValue, ...]
    steps: dict[str, StepBody]
    entry: str | None
    call: CallItem | None
    handlers: tuple[Case, ...]
    """What is done on events of the call: those of the `call` block, and those at the top of a file."""
    open_names: bool
    """No parameter is declared: any name may be given from outside."""
    outside_names: tuple[str, ...]
    """With `open_names`, the names that templates take from outside, in order of first use."""
    runtime: tuple[tuple[Span, RuntimeNeed], ...]
    """What makes a script interactive: statements, handlers, and templates that read what the running call knows."""
    declared: Mapping[str, Span]
    """The names of params and lets, and where each is declared."""
    declarations: Mapping[str, Span]  # the whole declaration of each of them
    used: frozenset[str]
    """The names that something uses."""
    whole: bool
    """Whether nothing was dropped because of an error, so that what is not here is nowhere."""
    ignores: Ignores
    """What its comments ignore."""
    tests: tuple[ScriptTest, ...] = ()
    zone: str | Hole | None = None
    """Where its clock stands."""
    hours: Mapping[str, HoursItem] = {}
    dialogs: Mapping[str, DialogItem] = {}
    """Those that are asked, by name; their statements are among the steps."""
    secrets: Mapping[str, DeclaredSecret] = {}
    """By name."""
    clock: tuple[tuple[str, Span], ...] = ()
    """Where it reads the clock, and by which name: `now`, or that of hours."""
    words: tuple[tuple[str, Span], ...] = ()
    """The bare words that stand for texts of the author's own, and where."""
    raw_options: tuple[tuple[str, Span], ...] = ()
    """The options that pass members through unchecked, and where."""
    languages: ScriptLanguages | None = None
    """Its languages, and what is translated; None where it has one language and says what is written."""
