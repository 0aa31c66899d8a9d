"""Recorded calls as a replay wants them: unbroken runs of events, cut where an answer came. Pure."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from nccodsl.analysis.program import Parameter
from nccodsl.base.record import Record
from nccodsl.runtime.history import Entry, FetchedEntry
from nccodsl.runtime.path import CONNECT, ELSE, END, EXHAUSTED, FETCH, IF, INPUT, ON, OTHERWISE, RETRIED, STEP, PathMark
from nccodsl.runtime.redaction import Withheld

_FAILED = 500


class RecordedRun(Record):
    """Events of a call without a gap. `whole`: it starts where the call began, with the values of its params.

    `carried`: the call was not known to the server before: its first NCCO was made elsewhere, when it was placed.
    """

    entries: tuple[Entry, ...]
    whole: bool
    carried: bool


class Segment(Record):
    """An answer, and the path from there to the next one. `open`: the call was about to ask how it goes on."""

    entry: Entry
    path: tuple[PathMark, ...]
    fetched: tuple[FetchedEntry, ...]
    open: bool


def runs_of(entries: Iterable[Entry]) -> list[RecordedRun]:
    """The runs of a call, in order. What changed nothing is left out, but for a flow that broke off."""
    runs: list[list[Entry]] = []
    failed: Entry | None = None
    moves: int | None = None
    for entry in entries:
        position = entry.position
        if position is None:
            failed = entry if entry.status == _FAILED and entry.code else failed
            continue
        if moves is None or not runs or position.moves != moves + 1:
            runs.append([])
        elif failed is not None and not _again(failed, entry):
            runs[-1].append(failed)
        failed = None
        runs[-1].append(entry)
        moves = position.moves
    if failed is not None:
        if not runs:
            runs.append([])
        runs[-1].append(failed)
    return [_run(tuple(run)) for run in runs]


def _run(entries: tuple[Entry, ...]) -> RecordedRun:
    first = entries[0]
    return RecordedRun(entries, first.values is not None, first.begins and first.kind != "answer")


def _again(failed: Entry, entry: Entry) -> bool:
    """Whether the platform has asked once more, and had an answer then."""
    return (failed.kind, failed.at, failed.moves) == (entry.kind, entry.at, entry.moves)


def segments_of(entries: Iterable[Entry]) -> list[Segment]:
    """Where the call only asked how it goes on, that belongs to what came before."""
    found: list[Segment] = []
    for entry in entries:
        if entry.kind == "resume" and found and entry.position is not None:
            last = found[-1]
            found[-1] = Segment(last.entry, last.path + entry.path, last.fetched + entry.fetched, bool(entry.resumes))
        else:
            found.append(Segment(entry, entry.path, entry.fetched, bool(entry.resumes)))
    return found


def moment_of(entry: Entry) -> float:
    """The Unix time at which a script reads the clock after an event; 0 where it is not known."""
    if entry.position is not None and entry.position.now:
        return entry.position.now
    try:
        return max(datetime.datetime.fromisoformat(entry.time).timestamp(), 0.0)
    except (ValueError, OverflowError):
        return 0.0


def payload_of(entry: Entry) -> dict[str, Any]:
    """The payload of an input event that says what was heard."""
    heard = entry.heard
    payload: dict[str, Any] = {"dtmf": {"digits": heard.digits, "timed_out": heard.timed_out}}
    if heard.texts:
        confidence = str(heard.confidence)
        payload["speech"] = {"results": [{"text": text, "confidence": confidence} for text in heard.texts]}
    return payload


# ---- values that are not in a history

_BY_TYPE: dict[str, object] = {
    "phone": "14155550100",
    "url": "https://private.invalid/",
    "text": "private",
    "any": "private",
    "number": 1,
    "integer": 1,
    "boolean": True,
    "duration": 1,
    "date": datetime.date(2000, 1, 1),
    "time": datetime.time(12),
    "datetime": datetime.datetime(2000, 1, 1, 12),
}


def stand_in(kind: str) -> object:
    """A value of a type, for one that is not known."""
    if kind in ("list", "map"):
        return [] if kind == "list" else {}
    return _BY_TYPE.get(kind, "private")


def filled(value: object) -> object:
    """The value with stand-ins for what is withheld."""
    if isinstance(value, Withheld):
        kind = value.kind
        return datetime.timedelta(seconds=1) if kind == "duration" else stand_in(kind)
    if isinstance(value, Mapping):
        return {name: filled(one) for name, one in value.items()}
    return [filled(one) for one in value] if isinstance(value, list | tuple) else value


def filled_param(parameter: Parameter, value: object) -> object:
    """The value of a param, with a stand-in of its type where it is withheld."""
    return stand_in(parameter.type) if isinstance(value, Withheld) else filled(value)


def lacks(value: object) -> bool:
    """Whether anything in a value is withheld."""
    if isinstance(value, Mapping):
        return any(lacks(one) for one in value.values())
    return any(lacks(one) for one in value) if isinstance(value, list | tuple) else isinstance(value, Withheld)


# ---- words


def told(entry: Entry) -> str:
    """What happened, in words: `"1"`, silence, busy."""
    if entry.kind == "input":
        if isinstance(entry.given, Withheld):
            return "an answer that is not recorded"
        heard = entry.heard
        if heard.silence:
            return "silence"
        text = heard.digits or heard.texts[0]
        return '"' + "".join(c if c.isprintable() else "\ufffd" for c in text[:60]) + '"'
    if isinstance(entry.given, Mapping) and entry.kind in ("connect", "status"):
        return str(entry.given.get("sub_state") or entry.given.get("status", "an event"))
    return "the start" if entry.kind == "answer" else "continuing"


_WORDS = {
    STEP: ("went to step {}", "goes to step {}"),
    ON: ("took `on` ({line})", "takes `on` ({line})"),
    OTHERWISE: ("took `otherwise` ({line})", "takes `otherwise` ({line})"),
    EXHAUSTED: ("used up its retries ({line})", "uses up its retries ({line})"),
    RETRIED: ("asked again ({line})", "asks again ({line})"),
    IF: ("took `if` ({line})", "takes `if` ({line})"),
    ELSE: ("took `else` ({line})", "takes `else` ({line})"),
    INPUT: ("waited for an `input` in step {} ({line})", "waits for an `input` in step {} ({line})"),
    CONNECT: ("reached a `connect` in step {} ({line})", "reaches a `connect` in step {} ({line})"),
    FETCH: ("had a `fetch` in step {} ({line}){}", "has a `fetch` in step {} ({line}){}"),
    END: ("ended", "ends"),
}


def words(mark: PathMark, *, past: bool) -> str:
    """What a mark says the call did, or does."""
    template = _WORDS[mark.kind][0 if past else 1]
    name = mark.name.removeprefix("on.") if mark.kind == STEP else mark.name
    template = template.replace("step {}", "`on {}`") if mark.name.startswith("on.") else template
    failed = " that failed" if mark.at == "failed" else ""
    text = template.replace("){}", f"){failed}").format(name, line=f"line {mark.line}")
    return f"{text} (line {mark.line})" if mark.kind == STEP else text
