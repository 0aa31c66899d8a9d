"""Who says a text aloud: espeak-ng by default; others plug in."""

from __future__ import annotations

from typing import Protocol

from nccodsl.audio.tones import Samples
from nccodsl.base.record import Record


class Spoken(Record):
    """A text as it sounds. `voice`: the language of the voice, which is the nearest where there is none of its own."""

    samples: Samples
    rate: int
    voice: str


class SpeechEngine(Protocol):
    """Makes speech of texts."""

    def say(self, text: str, language: str) -> Spoken:
        """Plain text, or SSML in <speak>. `language` is a code of the platform, such as en-GB."""
