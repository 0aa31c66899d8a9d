"""Branches of a statement: what may come back, each with what is done then."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nccodsl.analysis import flow_fixes
from nccodsl.analysis.draft_actions import Actions
from nccodsl.analysis.matches import meant_branches
from nccodsl.analysis.program import Body, Case, RetryRule
from nccodsl.analysis.request_parts import FAILED_STATUSES, is_failure
from nccodsl.analysis.templates import Templates
from nccodsl.base.source import SourceFile, Span
from nccodsl.diagnostics import Collector, Edit, messages
from nccodsl.diagnostics.edits import without, without_second
from nccodsl.syntax import ast
from nccodsl.templates import is_template
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.forms import are_keys

CALL_EVENTS = ("machine", "human", "beep", "answered", "ended")
FETCH_OUTCOMES = ("timeout", "error")
RECORDING_EVENTS = ("saved", "transcribed")
WEBSOCKET = "connect websocket"
"""A WebSocket may also be closed by its server, which the flow may answer (webhook reference)."""
_WORDS = {
    "input": ("nothing",),
    "connect": catalogue().outcomes,
    WEBSOCKET: (*catalogue().outcomes, "disconnected"),
    "fetch": FETCH_OUTCOMES,
    "record": RECORDING_EVENTS,
    "call": CALL_EVENTS,
    "ask": (),
}


class BranchParts:
    """Analyses the branches of one script. `target` says what a branch does."""

    def __init__(
        self,
        collector: Collector,
        templates: Templates,
        actions: Actions,
        target: Callable[[ast.Target], Body],
        *,
        complete: bool,
    ) -> None:
        self._collector = collector
        self._templates = templates
        self._actions = actions
        self._target = target
        self._complete = complete

    def of(
        self, node: ast.Branches | None, what: str, place: Span, outcomes: Sequence[str] = (), *, typed: bool = False
    ) -> tuple[tuple[Case, ...], RetryRule | None, Case | None]:
        """The branches, `retry` and `otherwise`. `typed`: behind the statement, the answer has a value.

        `outcomes` are those of the dialog that an `ask` asks.
        """
        words = outcomes or _WORDS[what]
        cases: list[Case] = []
        retry: RetryRule | None = None
        otherwise: Case | None = None
        seen: dict[object, Span] = {}
        for item in meant_branches(node, what, words, self._collector) if node else ():
            match item:
                case ast.Whisper():
                    if what not in ("connect", WEBSOCKET):
                        self._collector.report(messages.http_requests.whisper_without_connect(), item.span)
                case ast.On():
                    if otherwise is not None:
                        fix = flow_fixes.before_otherwise(item.span, otherwise.span, self._file(item.span))
                        self._collector.report(messages.flow.behind_otherwise(fix), item.span)
                    cases.append(self.case(item, what, seen, words))
                case ast.Retry():
                    if what != "input":
                        edit = without(self._file(item.span), item.span)
                        self._collector.report(messages.flow.retry_without_input(edit), item.span)
                    elif retry is not None:
                        self._twice("retry", item.span, item.span)
                    retry = self._retry(item)
                case ast.Otherwise():
                    if otherwise is not None:
                        self._twice("otherwise", item.span, item.span)
                    otherwise = Case((), self._target(item.target), item.span)
        complete = otherwise is not None or (retry is not None and retry.body is not None)
        if node is not None and what == "input" and not complete:
            opening = Span(node.span.start, node.span.start + 1)
            answer = flow_fixes.answer_all(node.span, self._file(place), leaves=typed) if self._complete else None
            self._collector.report(messages.flow.answers_unhandled(opening, answer), place)
        return tuple(cases), retry, otherwise

    def case(self, node: ast.On, what: str, seen: dict[object, Span], outcomes: Sequence[str] = ()) -> Case:
        """What happens on an event; `seen` are the matches before it."""
        words = outcomes or _WORDS[what]
        matches: list[object] = []
        for match in node.matches:
            matches.append(self._match(match, what, words))
            key = matches[-1]
            if isinstance(key, str):
                if key in seen:
                    fix = flow_fixes.drop_branch(node, match.span, self._file(match.span))
                    twice = messages.flow.matched_twice(key.removeprefix(":"), seen[key], fix)
                    self._collector.report(twice, match.span)
                seen.setdefault(key, match.span)
        return Case(tuple(matches), self._target(node.target), node.span)

    def _match(self, node: ast.Value, what: str, words: Sequence[str]) -> object:
        match node:
            case ast.Word():
                if what == "fetch" and node.text.endswith("xx") and node.text[0].isdigit():
                    if node.text not in FAILED_STATUSES:
                        self._collector.report(messages.http_requests.status_of_success(node.text), node.span)
                elif node.text not in words and what == "fetch":
                    lost = messages.http_requests.no_outcome_of_fetch(node.text, words, None)
                    self._collector.report(lost, node.span)
                elif node.text not in words:
                    self._collector.report(messages.values.no_such_outcome(node.text, what, words), node.span)
                return f":{node.text}"
            case ast.Number() if what == "fetch" and is_failure(node.text):
                return f":{node.text}"
            case ast.Number() if what == "fetch":
                self._collector.report(messages.http_requests.status_of_success(node.text), node.span)
                return None
            case ast.Text() | ast.Number() if what == "input":
                text = node.text
                if isinstance(node, ast.Text) and is_template(text):
                    return self._phrase(node)
                if not text.strip():
                    self._collector.report(messages.values.empty_match(), node.span)
                elif text.isascii() and not any(c.isalpha() or c.isspace() for c in text) and not are_keys(text):
                    self._collector.report(messages.values.cannot_be_pressed(text), node.span)
                return self._phrase(node) if isinstance(node, ast.Text) else text
            case ast.Template() if what == "input":
                return self._templates.expression(node)
            case _ if what == "fetch":
                status = node.text if isinstance(node, ast.Text) and is_failure(node.text) else None
                lost = messages.http_requests.no_outcome_of_fetch(self._written(node.span), words, status)
                self._collector.report(lost, node.span)
                return None
            case _:
                wrong = messages.values.answered_by(what, words, self._written(node.span))
                self._collector.report(wrong, node.span)
                return None

    def _phrase(self, node: ast.Text) -> object:
        """What callers say, perhaps in several languages."""
        translations = self._actions.translations
        if not is_template(node.text):
            return translations.word(node) if translations is not None else node.text
        return translations.text(node)[0] if translations is not None else self._templates.text(node)

    def _retry(self, node: ast.Retry) -> RetryRule:
        times = node.times.value if node.times is not None else len(node.texts)
        if node.times is not None and (not isinstance(times, int) or not 1 <= times <= 100):
            nearest = min(max(int(times), 1), 100)
            self._collector.report(messages.values.retry_count(node.times.text, nearest), node.times.span)
            times = 1
        if node.times is not None and len(node.texts) > 1:
            edit = Edit(Span(node.times.span.start, node.texts[0].span.start), "")
            self._collector.report(
                messages.answers.counted_texts(node.times.text, len(node.texts), edit), node.times.span
            )
            times = len(node.texts)
        body = self._target(node.target) if node.target is not None else None
        said, own = self._actions.said(node)
        return RetryRule(int(times), said, own, body, node.span)

    def _written(self, span: Span) -> str:
        return self._file(span).slice(span)

    def _file(self, span: Span) -> SourceFile:
        return self._collector.sources.file_of(span)

    def _twice(self, name: str, whole: Span, place: Span) -> None:
        twice = messages.options.given_twice(name)
        self._collector.report(without_second(twice, self._file(whole), whole), place)
