"""Texts as sound, at the rate of all sound here."""

from __future__ import annotations

from functools import lru_cache

import soxr

from nccodsl.audio.pcm import samples_of
from nccodsl.audio.speech_engine import SpeechEngine, is_same_language
from nccodsl.audio.tones import Samples
from nccodsl.emulator.core.audible import Audible, SpokenText
from nccodsl.emulator.core.sound_files import RATE

_TEXTS, _LENGTHS = 64, 4096
"""How many of the latest texts are kept as sound, and how many lengths: a minute of sound takes 4 MB."""


class Voices:
    """Says texts with one engine. `others`: languages without a voice, each with the voice that says them."""

    def __init__(self, engine: SpeechEngine) -> None:
        self._engine = engine
        self.others: dict[str, str] = {}
        self._say = lru_cache(maxsize=_TEXTS)(self._said)
        self._length = lru_cache(maxsize=_LENGTHS)(lambda text, language: len(self._say(text, language)))

    def say(self, text: str, language: str) -> Samples:
        """A text, plain or in SSML, in a language of the platform."""
        return self._say(text, language)

    def seconds(self, text: str, language: str) -> float:
        """How long that takes: a `SecondsToSay` of the emulator."""
        return self._length(text, language) / RATE

    def sound(self, audible: Audible) -> Samples:
        """What an entry of a timeline sounds like."""
        if isinstance(audible, SpokenText):
            return self.say(audible.text, audible.language)
        return _resampled(samples_of(audible.read()), audible.rate)

    def _said(self, text: str, language: str) -> Samples:
        spoken = self._engine.say(text, language)
        if not is_same_language(language, spoken.voice):
            self.others[language] = spoken.voice
        return _resampled(spoken.samples, spoken.rate)


def _resampled(samples: Samples, rate: int) -> Samples:
    made: Samples = soxr.resample(samples, rate, RATE)
    return made
