"""What the entries of a timeline sound like.

What is played begins and ends where the timeline says. What a person says is not cut.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nccodsl.audio import tones
from nccodsl.audio.engine_voices import Voices
from nccodsl.audio.sound_pieces import Piece, piece
from nccodsl.audio.tones import Samples
from nccodsl.emulator.core.callee import BETWEEN_KEYS
from nccodsl.emulator.core.sound_files import RATE
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.personas.persona import BEEP


def sound_of(entry: TimelineEntry, voices: Voices, end: float, began: float = 0.0) -> Piece:
    """The sound of an entry, in a recording that began at a time of the timeline; `end` is when all sound ends."""
    once, at = sound_once(entry, voices), entry.at - began
    if not _is_played(entry):
        return piece(at, once)
    seconds = (entry.until if entry.until is not None else end) - entry.at
    if _repeats(entry):
        return piece(at, once, seconds)
    return piece(at, once[: round(seconds * RATE)])


def _is_played(entry: TimelineEntry) -> bool:
    """Whether the platform plays it, and not a person."""
    return entry.kind == "hears" and "from" not in entry.data


def _repeats(entry: TimelineEntry) -> bool:
    return entry.data.get("sound") in ("stream", "tone") or entry.data.get("loops", 1) != 1


def sound_once(entry: TimelineEntry, voices: Voices) -> Samples:
    """The sound, once, from its beginning to its own end."""
    data = entry.data
    if entry.audible is not None:
        return voices.sound(entry.audible)
    if entry.kind == "presses":
        return np.concatenate([tones.silence(0, RATE), *_pressed(data["keys"])])
    if keys := data.get("keys"):
        return tones.keys(keys, RATE)
    if data.get("sound") == "stream":
        return tones.melody(RATE)
    if data.get("sound") == "tone":
        return tones.ringback(RATE)
    if data.get("sound") == "beep" or data.get("text") == BEEP:
        return tones.beep(RATE)
    return tones.silence(0, RATE)


def _pressed(keys: str) -> Iterator[Samples]:
    for key in keys:
        sound = tones.keys(key, RATE)
        yield np.pad(sound, (0, max(0, round(BETWEEN_KEYS * RATE) - len(sound))))
