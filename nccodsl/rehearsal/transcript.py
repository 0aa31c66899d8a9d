"""A call as a text to keep: what was heard and given, with the step and the line of the script that it belongs to.

The words are those of the emulator's timeline, which do not depend on who plays the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from nccodsl.base.record import Record
from nccodsl.emulator.core.timeline import Emulated, TimelineEntry
from nccodsl.emulator.views.lines import TimelineLine, clock, listing, summary
from nccodsl.rehearsal.call_places import Place
from nccodsl.rehearsal.phone_display import alone
from nccodsl.rehearsal.stage import as_heard


class Transcript(Record):
    """`places` are those of the entries of the call's timeline, in order; `failures` how the flow failed."""

    script: str
    call: Emulated
    places: Sequence[Place | None] = ()
    failures: Sequence[str] = ()

    def rows(self) -> Iterator[tuple[TimelineEntry, Place | None]]:
        """The entries that are worth telling, with their places, by time."""
        entries = list(zip(self.call.timeline.entries, self.places, strict=False))
        for entry, place in sorted(entries, key=lambda row: row[0].at):
            if _lines(entry):
                yield entry, place

    def to_text(self) -> str:
        """For people: a line for each thing that happened, a headline for each step."""
        width = max((len(leg.name) for leg in self.call.legs), default=0) if len(self.call.legs) > 1 else 0
        lines = [f"{self.script}", ""]
        step, leg = "", None
        for entry, place in self.rows():
            if place is not None and place.step and place.step != step:
                step = place.step
                lines.append(f"— {step} ({place.at})")
            for line in _lines(entry):
                name = f"{entry.leg if entry.leg != leg else '':<{width}}  " if width else ""
                at = f"  ({place.at})" if place is not None and entry.kind == "hears" else ""
                lines.append(f"{line.time:>8}  {name}{line.text}{at}")
            leg = entry.leg
        return "\n".join([*lines, summary(self.call), *self.failures]) + "\n"

    def to_json(self) -> dict[str, Any]:
        """For machines."""
        legs = [{field: getattr(leg, field) for field in leg._fields} for leg in self.call.legs]
        return {
            "script": self.script,
            "outcome": self.call.outcome,
            "seconds": round(self.call.seconds, 3),
            "legs": legs,
            "failures": list(self.failures),
            "transcript": [_row(entry, place) for entry, place in self.rows()],
        }


def _row(entry: TimelineEntry, place: Place | None) -> dict[str, Any]:
    shown = entry.to_json()
    data = shown.pop("data", {})
    shown["time"] = clock(entry.at)
    if words := data.get("keys") or data.get("text"):
        shown["keys" if "keys" in data else "words"] = words
    if language := data.get("language"):
        shown["language"] = language
    if place is not None:
        shown |= {"step": place.step, "file": place.file, "line": place.line}
    return shown


def _lines(entry: TimelineEntry) -> list[TimelineLine]:
    return list(listing(as_heard(alone(entry))))
