"""How long the calls of a script last, and what they connect: some are emulated, where nothing is said or pressed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from nccodsl.base.record import Record
from nccodsl.campaign.called_script import API
from nccodsl.emulator.core.timeline import Emulated
from nccodsl.emulator.personas.persona import BUILT_IN, Cast
from nccodsl.errors import RenderError, ScriptError
from nccodsl.lowering.compiled import Compiled
from nccodsl.rehearsal.stage import Stage

ANSWERS, VOICEMAIL = "answers", "voicemail"
"""The built-in personas that answer as a person and as a machine do."""


class CallSample(Record):
    """On average over `calls`: the seconds of an answered call, the legs it connects, and the seconds of each of them.

    `connected` is None where none was connected.
    """

    calls: int
    talk: float
    connects: float
    connected: float | None


def emulated_sample(
    flow: Compiled, values: Iterable[tuple[Mapping[str, object], datetime]], persona: str
) -> CallSample | None:
    """Emulate a call with each of these values at that moment; None where no call could be played to its end."""
    cast = Cast((BUILT_IN[persona],))
    played = [call for given, at in values if (call := _played(flow, given, at, cast)) is not None]
    if not played:
        return None
    talks = [_seconds(call, 0) for call in played]
    legs = [_seconds(call, number) for call in played for number in range(1, len(call.legs))]
    connected = sum(legs) / len(legs) if legs else None
    return CallSample(len(played), sum(talks) / len(talks), len(legs) / len(played), connected)


def _played(flow: Compiled, values: Mapping[str, object], at: datetime, cast: Cast) -> Emulated | None:
    try:
        stage = Stage(flow, values, cast=cast, api=API, at=at)
        stage.begin()
        call = stage.finish()
    except (RenderError, ScriptError):
        return None
    # Others have to be dialled, and some scripts break off where a request gets no reply.
    return None if stage.failures or call.legs[0].answered is None else call


def _seconds(call: Emulated, number: int) -> float:
    leg = call.legs[number]
    ended = call.seconds if leg.ended is None else leg.ended
    return 0.0 if leg.answered is None else ended - leg.answered
