"""What happened in a replayed call, in order, each with its line of the script: for timelines and for debuggers."""

from __future__ import annotations

from typing import Any

from nccodsl.base.record import Record
from nccodsl.base.source import Span
from nccodsl.editor.tape import Awaited, Replay
from nccodsl.editor.whereabouts import LivePlace, Whereabouts, shown_names, whereabouts
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.rehearsal.phone_display import Told
from nccodsl.runtime.state import State
from nccodsl.voice.catalogue import catalogue

STOPS = ("heard", "action", "fetch", "asked")
"""The kinds at which a debugger can stop, if the place is known."""


class Happening(Record):
    """One thing that happened, or a question to the person.

    `at`: seconds since the beginning, `until`: when it ended, of what lasts. `kind`: heard (of the script's own
    prompts), action, fetch, asked, or else that of the timeline. `text`: what was said, sent or asked. `tape`: how many
    entries of the tape were there before. `told`: the lines that a phone shows of it.
    """

    number: int
    at: float
    until: float | None
    kind: str
    leg: str
    text: str
    tape: int
    place: LivePlace | None = None
    state: State | None = None
    asked: Awaited | None = None
    told: tuple[Told, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether a debugger can stop here."""
        return self.kind in STOPS and self.place is not None

    @property
    def span(self) -> Span | None:
        return self.place.span if self.place is not None else None

    def whereabouts(self, play: Replay) -> Whereabouts:
        """The names and the block here."""
        place = self.place
        if place is not None and place.state is not None:
            return whereabouts(play.stage, place.state, place.action)
        return whereabouts(play.stage, self.state, None)

    def to_json(self, play: Replay) -> dict[str, Any]:
        """As JSON data, with the names in scope; private values are hidden."""
        shown: dict[str, Any] = {"at": round(self.at, 3), "kind": self.kind, "leg": self.leg, "text": self.text}
        if self.until is not None:
            shown["until"] = round(self.until, 3)
        if self.place is not None:
            shown |= {"step": self.place.step, "file": self.place.file, "line": self.place.line}
            shown["span"] = list(self.place.span)
        return shown | {"names": shown_names(play.stage, self.whereabouts(play))}


def happenings(play: Replay) -> list[Happening]:
    """All that happened, questions included, in the order in which it did."""
    found: list[Happening] = []
    told: dict[int, list[Told]] = {}
    for after, line in play.told:
        told.setdefault(after, []).append(line)
    state: State | None = None
    asked = 0

    def ask(until: int) -> None:
        """The questions that came before an entry."""
        nonlocal asked, state
        while asked < len(play.asked) and play.asked[asked].after <= until:
            one = play.asked[asked]
            state = one.state or state
            text = one.text or one.prompt
            found.append(Happening(len(found), one.at, None, "asked", "", text, asked, one.place, state, one))
            asked += 1

    for number, entry in enumerate(play.entries):
        ask(number)
        place, lines = play.places[number], tuple(told.get(number + 1, ()))
        state = place.state if place is not None and place.state is not None else state
        kind, text, at = _kind(entry, play), _text(entry), entry.at
        found.append(Happening(len(found), at, entry.until, kind, entry.leg, text, asked, place, state, None, lines))
    ask(len(play.entries))
    return found


def _kind(entry: TimelineEntry, play: Replay) -> str:
    """What a debugger calls it. A prompt is where it is heard; an input is where it asks."""
    if entry.data.get("event") == "fetch":
        return "fetch"
    if entry.leg != play.call.legs[0].name:
        return entry.kind
    if entry.kind == "hears" and entry.data.get("source") == "NCCO" and entry.data.get("text"):
        return "heard"
    if entry.kind == "action":
        name = entry.data.get("action")
        return "begins" if name in catalogue().playing or name == "input" else "action"
    return entry.kind


def _text(entry: TimelineEntry) -> str:
    return str(entry.data.get("text") or entry.data.get("keys") or entry.text)
