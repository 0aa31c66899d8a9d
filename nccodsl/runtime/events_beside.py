"""What runs beside a call: handlers of its end and of its recordings, and what a callee is whispered. Pure.

Nothing here moves a call: what a handler sets is its own, and what it sends is put into the outbox with the state.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nccodsl.analysis.built_in_names import STEP
from nccodsl.errors import RenderError
from nccodsl.lowering.blocks import handler_block
from nccodsl.lowering.holes import Failed
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.side_walk import SideWalk
from nccodsl.runtime.state import State
from nccodsl.runtime.walk import FIRST

FAILED_CALLS = ("busy", "cancelled", "failed", "rejected", "timeout", "unanswered")
"""The statuses of calls that end without an answer (webhook reference)."""
COMPLETED, UNANSWERED = "completed", "unanswered"


def ended(flow: Runnable, state: State, payload: Mapping[str, Any]) -> State:
    """The state of a call that is over, with what `on ended` sends; where it fails, the state says why."""
    # What the last NCCO had to say of itself has been said.
    state = state.changed(ended=True, cut=())
    if not flow.ends:
        return state
    call = _call(state, payload)
    walk = _last(flow, state) if call["outcome"] == COMPLETED else SideWalk(flow, state)
    names = {name: value for name, value in (("call", call), (STEP, walk.step)) if name not in flow.hidden}
    try:
        walk.beside(handler_block("ended"), names, state.moves)
    except Failed as failure:
        return state.changed(cut=(flow.flow.diagnostic(failure),))
    return state.changed(sends=tuple(walk.sends), beside=tuple(walk.aside))


def _call(state: State, payload: Mapping[str, Any]) -> dict[str, object]:
    """`call` in `on ended`: besides its ids, how long it took, what became of it, and what it cost (None: unknown)."""
    status = str(payload.get("status"))
    seconds = _number(payload.get("duration")) or 0
    if status == COMPLETED and not seconds and not payload.get("start_time"):
        status = UNANSWERED
    return {**state.call, "seconds": seconds, "outcome": status, "price": _number(payload.get("price"))}


def _last(flow: Runnable, state: State) -> SideWalk:
    """As far as the call surely came: what its last NCCO has computed until it first waits."""
    if not state.block:
        return SideWalk(flow, state)
    try:
        return SideWalk(flow, state).run(FIRST, silent=True)
    except (Failed, RenderError):
        return SideWalk(flow, state).begun()


def recorded(flow: Runnable, state: State, at: str, event: str, moves: int, told: Mapping[str, object]) -> State:
    """The state with what the handlers of the recording at the wait `at` send.

    `event`: `saved` or `transcribed`; `moves`: the move of the NCCO that recorded; `told`: what is known of it.
    """
    ask = flow.blocks[at].ask if at in flow.blocks else None
    target = ask.choose.outcome(event) if ask is not None and ask.what == "record" else None
    if ask is None or target is None:
        return state.changed(sends=())
    try:
        walk = SideWalk(flow, state)
        # What was set in the NCCO that recorded is in the state as soon as another one follows.
        if moves == state.moves and state.block:
            walk.run(at, silent=True)
        walk.beside(target, {ask.binding or "": told}, moves, str(told["uuid"]))
    except Failed as failure:
        return state.changed(cut=(flow.flow.diagnostic(failure),), sends=())
    except RenderError as error:
        return state.changed(cut=tuple(error.diagnostics), sends=())
    return state.changed(sends=tuple(walk.sends), beside=tuple(walk.aside))


def recording(payload: Mapping[str, Any], text: str | None = None) -> dict[str, object]:
    """What a script knows of a recording: `url`, `uuid`, `size` in bytes, `seconds`, the `text` of its transcript."""
    return {
        "url": _text(payload.get("recording_url")),
        "uuid": _text(payload.get("recording_uuid")),
        "size": _number(payload.get("size")),
        "seconds": _between(payload.get("start_time"), payload.get("end_time")),
        "text": text,
    }


def whispered(flow: Runnable, state: State, at: str, moves: int | None) -> tuple[bytes, tuple[object, ...]] | None:
    """The NCCO for the callee of the `connect` at a wait, and what has run; None where the call waits there no longer.

    Raises RenderError.
    """
    ask = flow.blocks[at].ask if at in flow.blocks else None
    if ask is None or ask.whisper is None or moves not in (None, state.moves) or state.ended or not state.block:
        return None
    try:
        walk = SideWalk(flow, state).run(at, silent=True)
        return (walk.whisper(ask.whisper), tuple(walk.aside)) if at in walk.waits else None
    except Failed as failure:
        raise RenderError([flow.flow.diagnostic(failure)]) from None


def transcript(value: object) -> str:
    """The text of a transcription (recording guide): the sentences of all channels, in the order of the time."""
    channels = value.get("channels") if isinstance(value, dict) else None
    spoken: list[tuple[float, str]] = []
    for channel in channels if isinstance(channels, list) else ():
        parts = channel.get("transcript") if isinstance(channel, dict) else None
        for part in parts if isinstance(parts, list) else ():
            if isinstance(part, dict) and isinstance(sentence := part.get("sentence"), str) and sentence.strip():
                spoken.append((_number(part.get("timestamp")) or 0, sentence.strip()))
    return " ".join(sentence for _, sentence in sorted(spoken, key=lambda one: one[0]))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int | float | None:
    """A number that may come as a text; None where there is none."""
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None
    if number is None or number - number != 0:  # infinite, or no number
        return None
    return int(number) if number.is_integer() else number


def _between(start: object, end: object) -> int | float | None:
    """The seconds between two times of the platform."""
    try:
        seconds = (datetime.fromisoformat(str(end)) - datetime.fromisoformat(str(start))).total_seconds()
    except (ValueError, TypeError):
        return None
    return int(seconds) if seconds.is_integer() else seconds
