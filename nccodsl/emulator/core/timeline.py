"""What happened in a call: who heard, did and was sent what, and when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nccodsl.base.record import Record
from nccodsl.emulator.core.audible import Audible

KINDS = {
    "request": "a request to the API",
    "status": "the status of a leg changes",
    "action": "an NCCO action starts",
    "hears": "a leg starts to hear something",
    "says": "a person at a leg speaks",
    "presses": "a person at a leg presses keys",
    "joins": "a leg joins a conversation",
    "leaves": "a leg leaves a conversation",
    "records": "a recording starts or ends",
    "webhook": "a webhook is sent, and when its answer arrives",
    "note": "a note for the author of the call",
}
"""What each kind of entry tells."""
DATA = {
    "request": frozenset(("body",)),
    "status": frozenset(("status",)),
    "action": frozenset(("action",)),
    "hears": frozenset(("source", "sound", "text", "loops", "language", "style", "from", "keys")),
    "says": frozenset(("text", "latency", "level")),
    "presses": frozenset(("keys",)),
    "joins": frozenset(("with", "conversation_uuid")),
    "leaves": frozenset(("conversation_uuid",)),
    "records": frozenset(("recording_uuid",)),
    "webhook": frozenset(("kind", "method", "url", "payload", "answer", "sent")),
    "note": frozenset(("code", "help", "event")),
}
"""The members of the data of each kind."""
EVENTS = {
    "after-connect": frozenset(("uuid",)),
    "collected": frozenset(("dtmf", "speech")),
    "fetch": frozenset(("method", "url", "failure")),
    "opt_out": frozenset(("number", "reason")),
    "send": frozenset(("method", "url")),
    "refused": frozenset(("webhook", "url", "reason", "fallback")),
    "socket": frozenset(("what", "count")),
    "takeover": frozenset(("by", "actions")),
}
"""What else the data of a note has, by its `event`."""


class TimelineEntry:
    """`at`: seconds since the beginning. `leg`: the name of a leg, empty where none is meant. `text`: for people.

    `data`: the facts for machines. `until` is when it ended, of what lasts; `cut` whether it ended before its time.
    `audible`: what it sounds like, if the data do not tell; it is not part of the JSON.
    """

    __slots__ = ("at", "audible", "cut", "data", "kind", "leg", "text", "until")

    def __init__(self, at: float, leg: str, kind: str, text: str, data: dict[str, Any] | None = None) -> None:
        self.at = at
        self.leg = leg
        self.kind = kind
        self.text = text
        self.data = data or {}
        self.until: float | None = None
        self.cut = False
        self.audible: Audible | None = None

    def __repr__(self) -> str:
        return f"TimelineEntry({self.at:.2f}, {self.leg!r}, {self.kind!r}, {self.text!r})"

    def to_json(self) -> dict[str, Any]:
        """The entry as JSON data."""
        shown: dict[str, Any] = {"at": round(self.at, 3), "leg": self.leg, "kind": self.kind, "text": self.text}
        if self.until is not None:
            shown["until"] = round(self.until, 3)
        if self.cut:
            shown["cut"] = True
        return shown | ({"data": self.data} if self.data else {})


class LegSummary(Record):
    """How one leg went. Times are seconds since the beginning, None for what did not happen."""

    name: str
    uuid: str
    direction: str
    endpoint: str
    outcome: str
    started: float
    answered: float | None
    ended: float | None
    ended_by: str | None


class Timeline:
    """The entries in the order of their times."""

    def __init__(self) -> None:
        self.entries: list[TimelineEntry] = []

    def add(self, at: float, leg: str, kind: str, text: str, data: dict[str, Any] | None = None) -> TimelineEntry:
        if data and not data.keys() <= DATA[kind]:
            more = data.keys() - DATA[kind]
            known = EVENTS[data["event"]] if "event" in data else frozenset()
            assert more <= known, f"the data of {kind} has no {', '.join(sorted(more - known))}"
        entry = TimelineEntry(at, leg, kind, text, data)
        self.entries.append(entry)
        return entry

    def of(self, kind: str, leg: str | None = None) -> Iterator[TimelineEntry]:
        """The entries of one kind, and of one leg where it is named."""
        return (entry for entry in self.entries if entry.kind == kind and leg in (None, entry.leg))


class Emulated(Record):
    """A call that is over. `seconds` is how long it took, in virtual time."""

    timeline: Timeline
    legs: list[LegSummary]
    seconds: float

    @property
    def outcome(self) -> str:
        """How the first leg ended."""
        return self.legs[0].outcome

    def in_order(self) -> list[TimelineEntry]:
        """The entries by their times, as the JSON has them."""
        return sorted(self.timeline.entries, key=lambda entry: entry.at)

    def to_json(self) -> dict[str, Any]:
        """The whole call as JSON data."""
        legs = [{field: getattr(leg, field) for field in leg._fields} for leg in self.legs]
        entries = [entry.to_json() for entry in self.in_order()]
        return {"outcome": self.outcome, "seconds": round(self.seconds, 3), "legs": legs, "timeline": entries}
