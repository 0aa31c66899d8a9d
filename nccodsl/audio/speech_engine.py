"""Who says a text aloud: espeak-ng by default; others plug in."""

from __future__ import annotations

from typing import Protocol

from nccodsl.audio.tones import Samples
from nccodsl.base.record import Record

_SYNONYMS = {"arb": "ar", "zh": "cmn", "no": "nb", "iw": "he", "in": "id"}
"""Codes of languages that have two."""


class Spoken(Record):
    """A text as it sounds. `voice`: the language of the voice, which is the nearest where there is none of its own."""

    samples: Samples
    rate: int
    voice: str


class SpeechEngine(Protocol):
    """Makes speech of texts."""

    def say(self, text: str, language: str) -> Spoken:
        """Plain text, or SSML in <speak>. `language` is a code of the platform, such as en-GB."""


def language_base(code: str) -> str:
    """`en` for `en-GB` and `en_GB`; of codes that mean the same language, one."""
    base = code.casefold().replace("_", "-").partition("-")[0]
    return _SYNONYMS.get(base, base)


def is_same_language(language: str, voice: str) -> bool:
    """Whether a voice is of this language, in whatever accent."""
    return language_base(language) == language_base(voice)
