"""A call's timeline as lines of text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nccodsl.base.plural import counted
from nccodsl.base.record import Record
from nccodsl.emulator.core.timeline import Emulated, TimelineEntry

SILENT = frozenset(("action",))
"""Kinds that add nothing to the words that were heard."""
WORDS = {
    "hears": "hears",
    "says": "says",
    "presses": "presses",
    "joins": "joins",
    "leaves": "leaves",
    "records": "is recorded",
    "request": "API:",
    "note": "note:",
    "webhook": "→",
}


class TimelineLine(Record):
    """`time` as m:ss.t, `leg` only where it changes, and what happened; `kind` for the color."""

    time: str
    leg: str
    kind: str
    text: str


def listing(call: Emulated, *, everything: bool = False) -> Iterator[TimelineLine]:
    """The lines of a call that is over. `everything` shows NCCO actions, and events that were not sent."""
    entries = sorted(call.timeline.entries, key=lambda entry: entry.at)
    last = None
    for entry in entries if everything else _worth_telling(entries):
        yield TimelineLine(clock(entry.at), entry.leg if entry.leg != last else "", entry.kind, _text(entry))
        last = entry.leg


def summary(call: Emulated) -> str:
    """One sentence on how the call went."""
    first = call.legs[0]
    others = len(call.legs) - 1
    told = f"{first.name}: {first.outcome} after {round(call.seconds, 1):g} s"
    if first.ended_by and first.answered is not None:
        person = "caller" if first.direction == "inbound" else "callee"
        told += f", hung up by the {'platform' if first.ended_by == 'platform' else person}"
    return told + (f"; {counted(others, 'more leg')}" if others else "")


def clock(seconds: float) -> str:
    """`m:ss.t`, or `h:mm:ss.t`."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    start = f"{hours}:{minutes:02}" if hours else str(minutes)
    return f"{start}:{rest // 10:02}.{rest % 10}"


def _worth_telling(entries: list[TimelineEntry]) -> Iterator[TimelineEntry]:
    """Without actions, and without the status events that are not sent."""
    for entry in entries:
        silent = entry.kind in SILENT or (entry.kind == "status" and entry.data["status"] == "started")
        if not silent and not (_is_status_event(entry) and not entry.data.get("sent")):
            yield entry


def _is_status_event(entry: TimelineEntry) -> bool:
    return entry.kind == "webhook" and entry.data["kind"] == "event" and "sub_state" not in entry.data["payload"]


def _text(entry: TimelineEntry) -> str:
    data: dict[str, Any] = entry.data
    if entry.kind == "status":
        return entry.text
    text = f"{WORDS[entry.kind]} {entry.text}" if entry.kind in WORDS else entry.text
    if entry.kind == "note" and data.get("code"):
        text = f"{data['code']} {entry.text}"
    if answer := data.get("answer"):
        text += f" ({answer})"
    if entry.cut and data.get("sound") != "tone":
        text += " — cut short"
    return text
