"""What the person at the phone sees: the timeline of a running call, a line at a time.

Owns: which entries are worth a line. Does not own: how a line looks.
"""

from __future__ import annotations

from typing import Protocol

from nccodsl.base.record import Record
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.timeline import Emulated, Timeline, TimelineEntry
from nccodsl.emulator.views.lines import clock, listing
from nccodsl.rehearsal.call_places import CallPlaces, Place
from nccodsl.rehearsal.known_names import known_names
from nccodsl.rehearsal.stage import Stage, as_heard
from nccodsl.runtime.webhook import Reply


class Told(Record):
    """Something to show. `kind` as in a timeline, or step, cut, hint, answer, failure."""

    kind: str
    text: str
    time: str = ""
    leg: str = ""


class Viewer(Protocol):
    """Where the lines are shown."""

    def tell(self, told: Told) -> None:
        """Show a line."""


class Showing:
    """How far a call has been shown, and what was heard of it.

    `heard`: what was heard since the person has last given something. `talk`: whom the first leg is together with.
    `given`: what was given last. `places` are those of the entries of the timeline, in order.
    """

    def __init__(self, stage: Stage, viewer: Viewer, places: CallPlaces) -> None:
        self._stage = stage
        self._viewer = viewer
        self._follows = places
        self._told = 0
        self._step = ""
        self._open: list[TimelineEntry] = []
        self._failures: list[str] = []
        self.places: list[Place | None] = []
        self.heard: list[str] = []
        self.heard_until = 0.0
        self.talk: TimelineEntry | None = None
        self.given: str | None = None
        self.repeated = False
        """Whether the platform makes the flow try again what has just failed."""

    @property
    def entries(self) -> list[TimelineEntry]:
        """The timeline until now."""
        leg: Leg | None = getattr(self._stage, "leg", None)
        return leg.timeline.entries if leg is not None else []

    @property
    def place(self) -> Place | None:
        """Where the call is."""
        return self._follows.current

    @property
    def together(self) -> bool:
        """Whether another leg can hear the person: a phone that is connected, or a conversation."""
        if self.talk is None or self._stage.over:
            return False
        partner = self._stage.network.legs.get(self.talk.data.get("with", ""))
        if partner is not None:
            return partner.ended_at is None
        return self._stage.leg.conversation.uuid == self.talk.data.get("conversation_uuid")

    def fetch(self, url: str) -> Place | None:
        """Where the script fetches an address."""
        return self._follows.fetch(url)

    @property
    def failures(self) -> list[Reply]:
        """How the flow failed: each failure once, and without what follows from it."""
        found: dict[tuple[str, str, str], Reply] = {}
        for one in self._stage.failures:
            found.setdefault((one.code, one.problem, one.place), one)
        causes = [one for one in found.values() if one.code != "E812"]
        return causes or list(found.values())

    def catch_up(self) -> None:
        """Show what has happened since the last time."""
        entries = self.entries
        while self._told < len(entries):
            entry = entries[self._told]
            self._told += 1
            place = self._follows.of(entry)
            self.places.append(place)
            self._tell_cuts(before=entry.at)
            self._notice(entry)
            for line in listing(as_heard(alone(entry))):
                if self._worth_telling(entry):
                    self.enter(place)
                    own = entry.leg in ("", self._stage.leg.name)
                    self._viewer.tell(Told(line.kind, line.text, line.time, "" if own else entry.leg))
        self._tell_cuts(before=float("inf"))
        for failure in self.failures:
            if (text := in_words(failure)) not in self._failures:
                self._failures.append(text)
                self._viewer.tell(Told("failure", text, clock(self._stage.network.clock.now)))

    def enter(self, place: Place | None) -> None:
        """Say where the call is, where it is in another step."""
        if place is not None and place.step and place.step != self._step:
            self._step = place.step
            self._viewer.tell(Told("step", f"{place.step} ({place.at})"))

    def hint(self, text: str) -> None:
        """Say something that is no part of the call."""
        self.catch_up()
        self._viewer.tell(Told("hint", text))

    def answer(self, *texts: str) -> None:
        """Answer a question about the call."""
        for text in texts:
            self._viewer.tell(Told("answer", text))

    def tell_where(self, place: Place | None) -> None:
        """Step, line and names."""
        if place is not None:
            self.answer(f"step {place.step}, {place.at}", f"  {place.line} | {place.text}")
        self.answer(*known_names(self._stage))

    def _notice(self, entry: TimelineEntry) -> None:
        """What an entry means for the person at the phone."""
        if entry.leg != self._stage.leg.name:
            return
        if entry.kind == "hears":
            self._open.append(entry)
            if entry.data.get("text"):
                self.heard.append(f"{clock(entry.at)}  {entry.text}")
            if "from" in entry.data and entry.until is not None:
                self.heard_until = max(self.heard_until, entry.until)
        elif entry.kind == "joins":
            self.talk = entry
        elif entry.kind == "leaves":
            self.talk = None

    def _worth_telling(self, entry: TimelineEntry) -> bool:
        if entry.leg not in ("", self._stage.leg.name):
            if entry.kind == "hears" and entry.data.get("text") and not self.together:
                return True  # a whisper: the person does not hear it
            # What else is said to the others is shown already: the person has said or heard it.
            return entry.kind not in ("hears", "says", "joins", "leaves")
        if entry.kind != "note":
            return True
        event = entry.data.get("event")
        if event == "collected":
            digits = (entry.data.get("dtmf") or {}).get("digits")
            said = [one["text"] for one in (entry.data.get("speech") or {}).get("results", ())]
            return self.given is None or (digits or " ".join(said)) not in (self.given, self.given.rstrip("#"))
        if event == "fetch":
            return not self.repeated
        # Where the flow has failed, its own message says more than what the platform makes of it.
        return not (event == "refused" and self._stage.failures)

    def _tell_cuts(self, *, before: float) -> None:
        """What was being heard and has been cut."""
        for entry in list(self._open):
            if entry.until is None or entry.until >= before:
                continue
            self._open.remove(entry)
            if entry.cut and entry.data.get("loops"):
                self._viewer.tell(Told("cut", f"cut short: {entry.text}", clock(entry.until)))


def alone(entry: TimelineEntry) -> Emulated:
    """A call in which one thing happens."""
    timeline = Timeline()
    timeline.entries = [entry]
    return Emulated(timeline, [], 0.0)


def in_words(failure: Reply) -> str:
    """A failure of the flow on one line."""
    return f"{failure.code} {failure.problem}" + (f" ({failure.place})" if failure.place else "")
