"""The waves of all that is heard and said in a call, for pictures of it."""

from __future__ import annotations

from nccodsl.audio.engine_voices import Voices
from nccodsl.audio.entry_sounds import sound_of
from nccodsl.audio.pcm import pcm_of
from nccodsl.emulator.core.sound_files import RATE
from nccodsl.emulator.core.timeline import Emulated
from nccodsl.emulator.core.waves import Wave, wave_of

_AUDIBLE = ("hears", "says")
_MOST = 300
"""Entries that get one: a voice takes its time, and a picture of more has no room for them."""


def entry_waves(call: Emulated, voices: Voices) -> list[Wave | None]:
    """The wave of each entry in the order of `Emulated.in_order`; None of what makes no sound."""
    end = call.legs[0].started + call.seconds
    waves: list[Wave | None] = []
    left = _MOST
    for entry in call.in_order():
        wave = None
        if entry.kind in _AUDIBLE and left:
            left -= 1
            sound = sound_of(entry, voices, end)
            wave = wave_of(pcm_of(sound.once), RATE, repeats=sound.length > len(sound.once))
        waves.append(wave)
    return waves
