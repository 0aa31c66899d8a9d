"""What entries of a timeline sound like, as PCM."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from nccodsl.emulator.core.audible import SpokenText
from nccodsl.emulator.core.frames import hum
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.personas.speech_length import seconds_to_say

_BESIDE = 2.0
"""Seconds of what is no speech."""


class Sounds(Protocol):
    """Makes the sound of what legs hear."""

    def prepare(self, texts: Iterable[tuple[str, str]]) -> None:
        """Load what it takes, and make these texts sound: later, frames would come too late. It may take seconds."""

    def seconds(self, text: str, language: str) -> float:
        """How long a text takes, said by a person."""

    def pcm(self, entry: TimelineEntry, rate: int) -> bytes:
        """One turn of it: 16-bit PCM of one channel, `rate` samples a second."""


class Hums:
    """A tone in place of every sound: no voice is needed for it."""

    def prepare(self, texts: Iterable[tuple[str, str]]) -> None:
        """Nothing has to be loaded."""

    def seconds(self, text: str, _language: str) -> float:
        """An estimate, which knows no languages."""
        return seconds_to_say(text)

    def pcm(self, entry: TimelineEntry, rate: int) -> bytes:
        """A tone as long as the entry, or as its text takes to say."""
        if entry.until is not None and not entry.cut:
            seconds = entry.until - entry.at
        elif isinstance(entry.audible, SpokenText):
            seconds = seconds_to_say(entry.audible.text)
        else:
            seconds = _BESIDE
        return hum(round(seconds, 3), rate)


HUMS = Hums()
