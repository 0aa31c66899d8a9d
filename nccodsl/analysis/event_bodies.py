"""Bodies that run beside the call: handlers of `ended`, `saved` and `transcribed`, and what a callee is whispered."""

from __future__ import annotations

from collections.abc import Sequence

from nccodsl.analysis.built_in_names import RECORDING_MEMBERS
from nccodsl.analysis.item_walks import own_holes, walk
from nccodsl.analysis.program import (
    ActionItem,
    AskItem,
    AssignItem,
    Body,
    BreakItem,
    Case,
    ChoiceItem,
    HangupItem,
    Item,
    JumpItem,
    NextItem,
    OutcomeItem,
    WaitItem,
)
from nccodsl.analysis.templates import place
from nccodsl.base.source import Span
from nccodsl.diagnostics import Collector, messages
from nccodsl.syntax import ast
from nccodsl.voice.catalogue import catalogue
from nccodsl.voice.problems import Unknown

_EVERY = frozenset(RECORDING_MEMBERS)
_BROUGHT = {":saved": _EVERY - {"text"}, ":transcribed": frozenset(("uuid", "text"))}
"""What is known of a recording in each handler (webhook reference)."""


def check_handler(case: Case, collector: Collector) -> None:
    """Report what a handler cannot do: no caller waits for it."""
    event = str(case.matches[0]).removeprefix(":") if case.matches else ""
    for item in walk(case.body):
        if isinstance(item, JumpItem):
            collector.report(messages.http_requests.handler_jumps(event), item.span)
        elif not isinstance(item, AssignItem | ChoiceItem) and not (isinstance(item, WaitItem) and item.what == "send"):
            collector.report(messages.http_requests.not_in_handler(_keyword(item), event), item.span)


def check_recording(branches: ast.Branches, action: ActionItem, statement: Span, collector: Collector) -> None:
    """Report an address for the events of a recording, which come to the flow itself; and other branches than `on`."""
    for path, word in ((("eventUrl",), "saved"), (("transcription", "eventUrl"), "transcribed")):
        at = action.places.names.get(path)
        if at is not None and statement.start <= at.start < statement.end and _names(branches, word):
            collector.report(messages.http_requests.event_url_of_recording(word), at)
    for item in branches.items:
        if isinstance(item, ast.Otherwise):
            collector.report(messages.http_requests.otherwise_of_recording(), item.span)


def check_members(case: Case, binding: str, collector: Collector) -> None:
    """Report a member of a recording that its event does not bring."""
    known = (
        frozenset.intersection(*(_BROUGHT.get(str(match), _EVERY) for match in case.matches))
        if case.matches
        else _EVERY
    )
    for hole in (hole for item in walk(case.body) for hole in own_holes(item)):
        for use in hole.code.names:
            first = use.attributes[0] if use.attributes else ""
            if use.name == binding and first in _EVERY - known and not use.optional:
                at = place(collector.sources, hole.span, use.start, use.end)
                event = str(case.matches[0]).removeprefix(":")
                collector.report(messages.http_requests.not_brought(binding, first, event, sorted(known)), at)


def _names(branches: ast.Branches, word: str) -> bool:
    return any(
        isinstance(match, ast.Word) and match.text == word
        for item in branches.items
        if isinstance(item, ast.On)
        for match in item.matches
    )


def check_whisper(body: Body, action: ActionItem, nodes: Sequence[ast.Whisper], collector: Collector) -> None:
    """Report what cannot be whispered, and endpoints that cannot hear it."""
    for extra in nodes[1:]:
        collector.report(messages.http_requests.whisper_twice(), extra.span)
    at = Span(nodes[0].span.start, nodes[0].span.start + len("whisper"))
    endpoints = action.draft.get("endpoint")
    endpoint = endpoints[0] if isinstance(endpoints, list) and endpoints else None
    if isinstance(endpoint, dict):
        if endpoint.get("type") != "phone":
            collector.report(messages.http_requests.whisper_for(str(endpoint.get("type"))), at)
        elif isinstance(on_answer := endpoint.get("onAnswer"), dict) and "url" not in on_answer:
            on_answer["url"] = Unknown()  # the flow answers it
        elif isinstance(on_answer, dict):
            url = action.places.names.get(("endpoint", 0, "onAnswer", "url"), at)
            collector.report(messages.http_requests.whisper_beside_url(url), at)
    for item in walk(body):
        spoken = isinstance(item, ActionItem) and (item.kind in catalogue().playing or item.kind == "wait")
        if not spoken and not isinstance(item, ChoiceItem):
            collector.report(messages.http_requests.not_in_whisper(_keyword(item)), item.span)


def _keyword(item: Item) -> str:
    """The word that a statement begins with."""
    match item:
        case ActionItem(kind):
            return kind or "raw"
        case WaitItem(what):
            return what
        case JumpItem(step):
            return f"-> {step}"
        case HangupItem():
            return "hangup"
        case NextItem():
            return "next"
        case BreakItem():
            return "break"
        case AssignItem():
            return "set"
        case AskItem():
            return "ask"
        case OutcomeItem(_, outcome):
            return f"-> {outcome}"
        case _:
            return "for"
