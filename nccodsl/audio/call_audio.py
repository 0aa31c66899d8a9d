"""The sound of a call at one of its legs, from its timeline: what is heard there, and what the person there says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from nccodsl.audio import tones
from nccodsl.audio.engine_voices import Voices
from nccodsl.audio.entry_sounds import sound_of
from nccodsl.audio.sound_pieces import Piece, mixed, piece
from nccodsl.audio.tones import Samples
from nccodsl.base.record import Record
from nccodsl.emulator.core.sound_files import RATE
from nccodsl.emulator.core.timeline import Emulated, TimelineEntry

_TAIL = 0.5  # seconds behind the last sound


class CallAudio(Record):
    """Both directions of one leg, equally long: what it hears, and what comes from it."""

    heard: Samples
    said: Samples


def call_audio(call: Emulated, voices: Voices, leg: str | None = None) -> CallAudio:
    """The sound at a leg, by default the first, from its beginning on."""
    name = leg if leg is not None else call.legs[0].name
    began = call.legs[0].started
    end = began + call.seconds
    entries = [entry for entry in call.timeline.entries if entry.leg == name]
    heard = [sound_of(entry, voices, end, began) for entry in entries if entry.kind == "hears"]
    heard += _rings(entries, began)
    said = [sound_of(entry, voices, end, began) for entry in entries if entry.kind in ("says", "presses")]
    length = max(round(call.seconds * RATE), *(one.end for one in (*heard, *said)), 0) + round(_TAIL * RATE)
    return CallAudio(mixed(heard, 0, length), mixed(said, 0, length))


def _rings(entries: list[TimelineEntry], began: float) -> Iterator[Piece]:
    """The phone of a leg rings from `ringing` to what comes next."""
    statuses = [(entry.at, entry.data["status"]) for entry in entries if entry.kind == "status"]
    for (at, status), (until, _) in pairwise(statuses):
        if status == "ringing":
            yield piece(at - began, tones.ringback(RATE), until - at)
