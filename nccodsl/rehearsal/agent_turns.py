"""How a person and an application take turns: answers, silence, interruptions, from the timeline of a call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nccodsl.base.record import Record
from nccodsl.emulator.core.timeline import Emulated, LegSummary, TimelineEntry


class AgentTurns(Record):
    """One WebSocket leg. Times in seconds.

    `latencies`: from the end of what the caller said to the first sound of each answer. `silence`: the longest time in
    which both were silent and it was the application's turn. `overlap`: the longest time for which it spoke on after
    the caller had interrupted it; None where it was not interrupted. `dropped`: frames and messages that were lost on
    either side. `ended`: `application`, `caller`, `platform`, `broken`, or `failed` where the socket was not opened.
    """

    leg: str
    spurts: int
    speech: float
    latencies: tuple[float, ...]
    silence: float
    overlap: float | None
    dropped: int
    ended: str
    payloads: tuple[Any, ...]
    words: str

    def to_json(self) -> dict[str, Any]:
        """As JSON data."""
        return {field: getattr(self, field) for field in self._fields}


def agent_turns(call: Emulated) -> list[AgentTurns]:
    """Of each WebSocket leg of a call that was opened, or could not be opened."""
    return [_of_leg(call, leg) for leg in call.legs if leg.endpoint.startswith("websocket ")]


def together(turns: list[AgentTurns]) -> AgentTurns:
    """Those of several WebSocket legs of one call, of which the last says how it ended."""
    overlaps = [one.overlap for one in turns if one.overlap is not None]
    return AgentTurns(
        leg=turns[-1].leg,
        spurts=sum(one.spurts for one in turns),
        speech=sum(one.speech for one in turns),
        latencies=tuple(latency for one in turns for latency in one.latencies),
        silence=max(one.silence for one in turns),
        overlap=max(overlaps, default=None),
        dropped=sum(one.dropped for one in turns),
        ended=turns[-1].ended,
        payloads=tuple(payload for one in turns for payload in one.payloads),
        words=" ".join(one.words for one in turns),
    )


def percentile(values: list[float], share: float) -> float | None:
    """The value below or at which so large a share (0 to 1) of them lies; None where there are none."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[min(max(-(-round(share * 100) * len(ordered) // 100) - 1, 0), len(ordered) - 1)]


def _of_leg(call: Emulated, leg: LegSummary) -> AgentTurns:
    entries = call.timeline.entries
    end = leg.ended if leg.ended is not None else call.seconds
    own = [_interval(entry, end) for entry in entries if entry.kind == "says" and entry.leg == leg.name]
    # What other legs say is what this one hears.
    others = [
        _interval(entry, end)
        for entry in entries
        if entry.kind == "hears" and entry.leg == leg.name and "from" in entry.data
    ]
    lost = [entry for entry in entries if entry.leg == leg.name and entry.data.get("event") == "socket"]
    overlaps = [until - begin for begin, _ in others for started, until in own if started < begin < until]
    return AgentTurns(
        leg=leg.name,
        spurts=len(own),
        speech=round(sum(until - begin for begin, until in own), 3),
        latencies=tuple(_latencies(entries, leg.name)),
        silence=round(_longest_silence(own, others, leg.answered, end), 3),
        overlap=round(max(overlaps), 3) if overlaps else None,
        dropped=sum(entry.data["count"] for entry in lost if entry.data["what"] in ("late", "flood")),
        ended=_ended(call, leg),
        payloads=tuple(_payloads(entries, leg.name)),
        words=" ".join(str(entry.data["text"]) for entry in entries if entry.kind == "says" and entry.leg == leg.name),
    )


def _interval(entry: TimelineEntry, end: float) -> tuple[float, float]:
    return entry.at, min(entry.until if entry.until is not None else end, end)


def _latencies(entries: list[TimelineEntry], leg: str) -> Iterator[float]:
    for entry in entries:
        if entry.kind == "says" and entry.leg == leg and "latency" in entry.data:
            yield entry.data["latency"]


def _payloads(entries: list[TimelineEntry], leg: str) -> Iterator[Any]:
    for entry in entries:
        body = entry.data.get("body")
        if entry.kind == "request" and entry.leg == leg and isinstance(body, dict) and body.get("action") == "notify":
            yield body["payload"]


def _longest_silence(
    own: list[tuple[float, float]], others: list[tuple[float, float]], answered: float | None, end: float
) -> float:
    """The longest gap that the application ends, or that is left after what was said to it; all, if it never speaks."""
    if answered is None:
        return 0.0
    speech = sorted([(begin, until, True) for begin, until in own] + [(begin, until, False) for begin, until in others])
    longest, silent_since, asked = 0.0, answered, False
    for begin, until, is_own in speech:
        if is_own:
            longest = max(longest, begin - silent_since)
        if until > silent_since:
            silent_since, asked = until, not is_own
    return max(longest, end - silent_since) if asked or not own else longest


def _ended(call: Emulated, leg: LegSummary) -> str:
    if leg.answered is None:
        return "failed"
    if leg.ended_by == "user":
        broke = any(entry.data.get("what") == "broken" for entry in call.timeline.of("note", leg.name))
        return "broken" if broke else "application"
    return "caller" if call.legs[0].ended_by == "user" and call.legs[0].ended == leg.ended else "platform"
