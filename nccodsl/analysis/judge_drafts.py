"""What the API would say about the drafts of a script, every finding put where it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from nccodsl.analysis.by_language import in_language, judged, languages_in, source_of
from nccodsl.analysis.dialogs import entry_of
from nccodsl.analysis.draft_places import Path, Places
from nccodsl.analysis.item_walks import action_of, bodies, walk
from nccodsl.analysis.program import (
    ActionItem,
    AskItem,
    Body,
    BreakItem,
    CallItem,
    ChoiceItem,
    HangupItem,
    Hole,
    JumpItem,
    LoopItem,
    NextItem,
    OutcomeItem,
    StepBody,
    WaitItem,
)
from nccodsl.analysis.templates import place
from nccodsl.analysis.translatable import filled
from nccodsl.base.source import Span
from nccodsl.diagnostics import Addition, Collector, Edit, Fix, Instead, Message, Removal, messages, write
from nccodsl.diagnostics.codes import Severity, severity_of
from nccodsl.diagnostics.edits import without
from nccodsl.errors import UsageError
from nccodsl.templates import Template
from nccodsl.voice import judge
from nccodsl.voice.call_api import API_VERSIONS
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.forms import is_ssml
from nccodsl.voice.problems import MISSING, Draft, Onward, Problem, Unknown
from nccodsl.voice.spoken import read_out_wrongly

Ways = list["Places | tuple[Ways, ...] | None"]
"""Beside a list of actions and choices: where each action was written, also for each alternative."""

_ANYWHERE = Onward(leads=True, more=True)
"""What follows is not known."""


def _no_name(word: str) -> bool:
    return False


class Judging:
    """Reports what the API would not accept."""

    def __init__(self, collector: Collector, *, complete: bool = True, takes: Callable[[str], bool] = _no_name) -> None:
        """`takes`: whether a word is the name of a param or let, which is used then."""
        self._collector = collector
        self._complete = complete
        self._takes = takes
        self._beginnings: dict[str, Onward] = {}
        self.consulted: dict[str, Onward] = {}
        """What the jumps of the bodies that were judged lead to."""

    def body(self, body: Body, steps: Mapping[str, StepBody]) -> None:
        """The actions of a step or a handler, each by itself and in their order; `steps` is where its jumps go."""
        actions: list[object] = []
        ways: Ways = []
        self._gather(body, steps, actions, ways)
        for problem in judge.judge_ncco(actions, script=True):
            path, places = _written(problem.path, ways)
            if places is not None:
                self._report(problem, path, places)
        for item in walk(body):
            if isinstance(item, WaitItem) and item.retry is not None:
                for said in item.retry.says:
                    self._retry(said, item.retry.own, body)
            action = action_of(item)
            if action is not None and action.kind == "talk" and "text" not in getattr(action.draft, "raw_keys", ()):
                self._ssml(action)
                self._spoken(action)
                self._voices(action)

    def _retry(self, said: ActionItem, own: frozenset[str], body: Body) -> None:
        """What a `retry` says: its text and what it gives itself. Behind it, its step is played again."""
        draft = Draft({key: value for key, value in judged(said.draft).items() if key in ("action", "text", *own)})
        if "language" not in own:
            draft["language"] = Unknown()  # that of the talk before it
        draft.raw_keys = getattr(said.draft, "raw_keys", frozenset())
        for problem in judge.judge_ncco([draft, _beginning(body)], script=True):
            if problem.path[0] == 0:
                self._report(problem, problem.path[1:], said.places)
        self._ssml(said)
        self._spoken(said)

    def _gather(self, body: Body, steps: Mapping[str, StepBody], actions: list[object], ways: Ways) -> None:
        """The actions of a body as the judge reads them: `if` and `for` as choices, a jump as what it leads to."""

        def add(action: object, way: Places | tuple[Ways, ...] | None) -> None:
            actions.append(action)
            ways.append(way)

        def choice(bodies: Iterable[Body]) -> None:
            alternatives: list[list[object]] = []
            inner: list[Ways] = []
            for one in bodies:
                alternatives.append([])
                inner.append([])
                self._gather(one, steps, alternatives[-1], inner[-1])
            add(judge.Choice(tuple(alternatives)), tuple(inner))

        for item in body:
            match item:
                case ActionItem():
                    add(judged(item.draft) if item.kind is not None else Unknown(), item.places)
                case ChoiceItem():
                    choice(bodies(item))
                case LoopItem():
                    again = (NextItem(True, item.span),) if item.waits else ()
                    choice((Body((*item.body, *again)), Body()))
                case WaitItem():
                    if item.action is not None:
                        add(judged(item.action.draft), item.action.places)
                    choice((*bodies(item), Body()))
                case JumpItem(step):
                    add(self._onward(step, steps), None)
                case AskItem(dialog):
                    add(self._onward(entry_of(dialog), steps), None)
                    choice((*bodies(item), Body()))
                case NextItem() | BreakItem() | OutcomeItem():
                    add(_ANYWHERE, None)
                case HangupItem():
                    add(Onward(leads=False, more=False), None)

    def _onward(self, step: str, steps: Mapping[str, StepBody]) -> Onward:
        found = self.consulted[step] = self.begins(step, steps)
        return found

    def begins(self, step: str, steps: Mapping[str, StepBody]) -> Onward:
        """What a jump leads to. Each step is looked into once, however many jumps lead to it."""
        if step not in self._beginnings:
            self._beginnings[step] = _beginning(steps[step].body) if step in steps else _ANYWHERE
        return self._beginnings[step]

    def call(self, item: CallItem, api: str | None, *, has_steps: bool, only_errors: bool = False) -> None:
        """The call block, with the NCCO that the steps yield; `only_errors` leaves warnings out."""
        document = Draft.of(dict(item.draft), getattr(item.draft, "raw_keys", ()))
        if "answer_url" not in document or "answer_url" in document.raw_keys:
            document["ncco"] = Unknown()  # its actions are judged where they stand, and that there are any by E507
        elif has_steps:
            span = item.places.find(("answer_url",), at_name=True)
            self._collector.report(messages.options.answer_url_and_actions(), span)
        for problem in judge.judge_call(document, api, script=True, ncco=False):
            if only_errors and severity_of(problem.code) is not Severity.ERROR:
                continue
            self._report(problem, problem.path, item.places)

    def _report(self, problem: Problem, path: Path, places: Places) -> None:
        if problem.code == "E401" and not self._complete:
            return  # what is missing may have been dropped by a syntax error, which is reported
        span = places.find(path, problem.at_key)
        fix = self._fix(problem, path, places)
        if span in places.values.values() and (named := self._param(span)) is not None:
            self._collector.report(Message(problem.code, problem.message, named), span)
            return
        exact = self._is_at(path, places, span, at_key=problem.at_key)
        help = problem.help if exact or not isinstance(problem.help, Instead) else str(problem.help)
        self._collector.report(Message(problem.code, problem.message, help, fix=fix), span)

    def _param(self, span: Span) -> Instead | None:
        """Advice for the name of a param in the place of a value."""
        word = self._collector.sources.file_of(span).slice(span)
        return write(f"{{{{ {word} }}}}", safe=True) if self._takes(word) else None

    def _is_at(self, path: Path, places: Places, span: Span, *, at_key: bool) -> bool:
        """Whether the span for a path is its own. One value may stand for a list of one."""
        spans = places.names if at_key else places.values
        if path in spans or not path or path[-1] != 0 or path[:-1] not in spans:
            return path in spans
        return not self._collector.sources.file_of(span).slice(span).startswith(("[", "{"))

    def _fix(self, problem: Problem, path: Path, places: Places) -> Fix | None:
        """A number or boolean written as a text loses its quotes; options are added and removed as the help says."""
        advice, span = problem.help, places.values.get(path)
        edit: Edit | None = None
        if isinstance(advice, Removal):
            edit = self._removal((*path, *advice.inner), places)
        elif isinstance(advice, Addition) and not advice.sample:
            at = places.find(path, problem.at_key).end if advice.first else places.end
            edit = Edit(Span(at, at), f" {advice.right}") if at is not None else None
        else:
            return fix_of(problem, span)
        if edit is None or advice is None:
            return None
        return Fix.as_help(advice, edit, safe=isinstance(advice, Removal) and advice.safe)

    def _removal(self, path: Path, places: Places) -> Edit | None:
        """Takes away the option at a path, or the whole statement."""
        name, value = places.names.get(path), places.values.get(path)
        span = name.to(value) if name is not None and value is not None else None if path else places.statement
        if span is None:
            return None
        file = self._collector.sources.file_of(span)
        if name and value and file.slice(Span(name.end, value.start)).strip() not in ("=", ":"):
            return None  # what a statement takes without a name
        return without(file, span)

    def _ssml(self, item: ActionItem) -> None:
        """Markup in a talk: well formed, and with tags that are known, as far as its templates let us see."""
        text = source_of(item.draft.get("text"))
        span = item.places.values.get(("text",))
        if span is None:
            return
        if isinstance(text, Hole) and isinstance(text.code, Template):
            if not text.code.markup or text.code.pieces is None or text.code.problems:
                return
            source = filled(text.code)
        elif isinstance(text, str) and is_ssml(text):
            source = text
        else:
            return
        from nccodsl.voice.ssml import check_ssml  # few scripts have markup, and its parser is slow to import

        for problem in check_ssml(source):
            at = self._inside(span, problem.start, problem.end)
            fix: Fix | None = None
            if problem.closing is not None:
                tags = (at, *(self._inside(span, *tag) for tag in problem.closing))
                fix = Fix.as_help(problem.help or "remove the tag", *(Edit(tag, "") for tag in tags))
            self._collector.report(Message(problem.code, problem.message, problem.help, fix=fix), at)

    def _voices(self, item: ActionItem) -> None:
        """What a talk asks of the voice of each language, as far as `languages` has not been judged for it."""
        text = source_of(item.draft.get("text"))
        is_template = isinstance(text, Hole) and isinstance(text.code, Template) and text.code.markup
        markup = is_template or (isinstance(text, str) and is_ssml(text))
        if not is_template and not languages_in(item.draft):
            return  # the judge has seen all of it
        for code in sorted(languages_in(item.draft)) or (None,):
            said = in_language(item.draft, code)
            assert isinstance(said, dict)
            voice = {name: said[name] for name in ("language", "style") if name in said}
            spoken = {"action": "talk", "text": "<speak>x</speak>" if markup else "x", **voice}
            for problem in judge.judge_action(spoken, script=True):
                own = problem.code == "W008" and isinstance(item.draft.get("style"), int) and code is not None
                if own or problem.code == "W054":
                    self._collector.report(problem.said, item.places.find(problem.path, at_name=False))

    def _spoken(self, item: ActionItem) -> None:
        """The literal parts of a text with templates; the judge looks at a text without."""
        text = source_of(item.draft.get("text"))
        span = item.places.values.get(("text",))
        if span is None or not isinstance(text, Hole) or not isinstance(text.code, Template):
            return
        offset = 0
        for piece in text.code.pieces or ():
            if not isinstance(piece, str):
                offset = piece.end
                continue
            at = text.code.text.find(piece, offset)
            for start, end, message, help in read_out_wrongly(piece, markup=text.code.markup):
                wrong = messages.warnings.read_out_wrongly(message, help)
                self._collector.report(wrong, self._inside(span, at + start, at + end))

    def _inside(self, span: Span, start: int, end: int) -> Span:
        return place(self._collector.sources, span, start, end)


def _beginning(body: Body) -> Onward:
    """What a jump leads to, as far as the rules between actions look: to the first action that plays nothing."""
    for item in body:
        action = action_of(item)
        if action is None or action.kind is None:
            return _ANYWHERE
        if action.kind not in catalogue().playing:
            return Onward(leads=action.kind == "input", more=True)
    return Onward(leads=False, more=bool(body))


def _written(path: Path, ways: Ways) -> tuple[Path, Places | None]:
    """The path within the action that a judge's path leads to, and where that action was written."""
    way = ways[int(path[0])]
    while isinstance(way, tuple):
        way, path = way[int(path[1])][int(path[2])], path[2:]
    return path[1:], way


def known_version(api: str) -> None:
    """Raise UsageError where there is no such version of the API."""
    if api not in API_VERSIONS:
        raise UsageError(f"unknown API version {api!r}; use one of {', '.join(API_VERSIONS)}")


def fix_of(problem: Problem, span: Span | None) -> Fix | None:
    """A number or boolean written as a text loses its quotes."""
    value = problem.replacement
    if problem.code != "W009" or span is None or value is MISSING:
        return None
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Fix(f"write `{text}`", (Edit(span, text),), safe=True)
