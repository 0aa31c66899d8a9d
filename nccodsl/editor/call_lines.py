"""A call as its transcript: who said and did what, and when, a line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.editor.happenings import Happening
from nccodsl.editor.session import Session
from nccodsl.editor.tape import Awaited
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.rehearsal.entry import entered

YOU = "you"
"""Who the person at the phone is."""
_SEEN = ("press", "say")
"""What is in the timeline already; all else that the person does is not."""


class CallLine(Record):
    """A line. `kind`: heard, sound, said, pressed, did, event, step or failure.

    `who` speaks or acts: empty for the call itself, YOU, or another leg. `entries`: how many entries of the tape there
    were before. Times are seconds since the beginning.
    """

    kind: str
    at: float
    text: str
    entries: int
    who: str = ""
    until: float | None = None
    language: str | None = None
    cut: bool = False
    span: Span | None = None


def call_lines(session: Session) -> list[CallLine]:
    """The lines of a call until now, in the order in which things happened."""
    found: list[CallLine] = []
    step = ""
    entries = iter(session.replay.entries)
    for one in session.timeline:
        if one.place is not None and one.place.step != step and (one.asked is not None or one.told):
            step = one.place.step
            found.append(CallLine("step", one.at, step, one.tape, span=one.span))
        if one.asked is not None:
            found += _did(session, one.asked, one)
        else:
            found += _lines(session, next(entries), one)
    return found


def _did(session: Session, asked: Awaited, one: Happening) -> Iterator[CallLine]:
    """What the person did at a question, where the timeline does not say it."""
    if asked is session.pending:
        return
    line = session.tape[one.tape]
    if asked.what in ("input", "recording", "talk") and entered(line).verb in _SEEN:
        return
    yield CallLine("did", one.at, line or "wait", one.tape, YOU, span=one.span)


def _lines(session: Session, entry: TimelineEntry, one: Happening) -> Iterator[CallLine]:
    """The lines that a phone shows of an entry of the timeline."""
    own = entry.leg in ("", session.replay.call.legs[0].name)
    for told in one.told:
        if told.kind in ("failure", "hint"):
            kind = "failure" if told.kind == "failure" else "event"
            yield CallLine(kind, one.at, told.text, one.tape, span=one.span)
        elif told.kind == entry.kind and own:
            yield _OWN.get(entry.kind, _event)(session, entry, one, told.text)
        elif told.kind == entry.kind:
            yield _line("event", entry, one, told.text, who=entry.leg)


def _line(kind: str, entry: TimelineEntry, one: Happening, text: str, **more: Any) -> CallLine:
    return CallLine(
        **{"entries": one.tape, **more},
        kind=kind,
        at=entry.at,
        text=text,
        until=entry.until,
        cut=entry.cut,
        span=one.span,
    )


def _heard(session: Session, entry: TimelineEntry, one: Happening, told: str) -> CallLine:
    data = entry.data
    text = str(data.get("text") or "")
    if "from" in data:
        speaker = (leg.name for leg in session.replay.call.legs if leg.uuid == data["from"])
        return _line("heard", entry, one, text, who=next(speaker, ""))
    if data.get("sound") == "talk":
        return _line("heard", entry, one, text, language=data.get("language"))
    return _line("sound", entry, one, entry.text)


def _pressed(session: Session, entry: TimelineEntry, one: Happening, told: str) -> CallLine:
    return _line("pressed", entry, one, str(entry.data.get("keys", "")), who=YOU, entries=max(one.tape - 1, 0))


def _said(session: Session, entry: TimelineEntry, one: Happening, told: str) -> CallLine:
    return _line("said", entry, one, str(entry.data.get("text", "")), who=YOU, entries=max(one.tape - 1, 0))


def _event(session: Session, entry: TimelineEntry, one: Happening, told: str) -> CallLine:
    return _line("event", entry, one, entry.text if entry.kind == "note" else told)


_OWN: dict[str, Callable[[Session, TimelineEntry, Happening, str], CallLine]] = {
    "hears": _heard,
    "presses": _pressed,
    "says": _said,
}
"""What makes the lines of the first leg, by the kind of its entries; all else is an event."""
