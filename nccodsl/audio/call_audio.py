"""The sound of a call at one of its legs, from its timeline: what is heard there, and what the person there says."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from nccodsl.audio import tones
from nccodsl.audio.engine_voices import Voices
from nccodsl.audio.entry_sounds import sound_of
from nccodsl.audio.mp3 import mp3_of
from nccodsl.audio.pcm import pcm_of
from nccodsl.audio.sound_pieces import PART, Piece, mixed, piece
from nccodsl.audio.tones import Samples
from nccodsl.base.record import Record
from nccodsl.emulator.core.sound_files import RATE
from nccodsl.emulator.core.timeline import Emulated, TimelineEntry

_TAIL = 0.5  # seconds behind the last sound
_HEARD, _SAID = ("hears",), ("says", "presses")


class CallAudio(Record):
    """Both directions of one leg, equally long: what it hears, and what comes from it."""

    heard: Samples
    said: Samples


class CallPieces(Record):
    """The same as sounds at their times; `length` in samples."""

    heard: list[Piece]
    said: list[Piece]
    length: int


def call_audio(call: Emulated, voices: Voices, leg: str | None = None) -> CallAudio:
    """The sound at a leg, by default the first, from the beginning of the first on."""
    pieces = _pieces(call, voices, leg)
    return CallAudio(mixed(pieces.heard, 0, pieces.length), mixed(pieces.said, 0, pieces.length))


def call_mp3(call: Emulated, voices: Voices, leg: str | None = None, most: float = math.inf) -> Iterator[bytes]:
    """The same as mp3, a part after the other: both directions in one channel, and at most so many seconds."""
    pieces = _pieces(call, voices, leg)
    length = round(min(pieces.length, most * RATE))
    both = [*pieces.heard, *pieces.said]
    parts = (pcm_of(mixed(both, begin, min(begin + PART, length))) for begin in range(0, length, PART))
    return mp3_of(parts, 1)


def audible_legs(call: Emulated) -> list[bool]:
    """Of each leg, whether there is anything to hear at it; the phone of the first one always rings."""
    sounding = {entry.leg for entry in call.timeline.entries if entry.kind in (*_HEARD, *_SAID)}
    return [number == 0 or leg.name in sounding for number, leg in enumerate(call.legs)]


def _pieces(call: Emulated, voices: Voices, leg: str | None) -> CallPieces:
    name = leg if leg is not None else call.legs[0].name
    began = call.legs[0].started
    end = began + call.seconds
    entries = [entry for entry in call.timeline.entries if entry.leg == name]
    heard = [sound_of(entry, voices, end, began) for entry in entries if entry.kind in _HEARD]
    heard += _rings(entries, began)
    said = [sound_of(entry, voices, end, began) for entry in entries if entry.kind in _SAID]
    length = max(round(call.seconds * RATE), *(one.end for one in (*heard, *said)), 0) + round(_TAIL * RATE)
    return CallPieces(heard, said, length)


def _rings(entries: list[TimelineEntry], began: float) -> Iterator[Piece]:
    """The phone of a leg rings from `ringing` to what comes next."""
    statuses = [(entry.at, entry.data["status"]) for entry in entries if entry.kind == "status"]
    for (at, status), (until, _) in pairwise(statuses):
        if status == "ringing":
            yield piece(at - began, tones.ringback(RATE), until - at)
