"""What can be played to a leg: speech, audio files, tones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nccodsl.emulator.core.application import SecondsToSay
from nccodsl.emulator.core.audible import Audible, SpokenText
from nccodsl.emulator.personas.speech_length import LANGUAGE, spoken_words, voice_of

RINGING = "ringing"
STREAM_SECONDS = 5.0
"""How long every audio file is taken to be: none is opened."""
NO_VOICE: Mapping[str, object] = {}


class Sound:
    """Something that is played `loops` times (0: without end), each time `seconds` long.

    `words` is what can be understood of it, `shown` how the timeline tells it, `voice` in which voice it is
    said; `audible` what it sounds like, if `kind` does not tell.
    """

    __slots__ = ("audible", "kind", "loops", "seconds", "shown", "voice", "words")

    def __init__(
        self,
        kind: str,
        words: str,
        shown: str,
        seconds: float,
        loops: int = 1,
        voice: Mapping[str, object] = NO_VOICE,
        audible: Audible | None = None,
    ) -> None:
        self.kind = kind
        self.words = words
        self.shown = shown
        self.seconds = seconds
        self.loops = loops
        self.voice = voice
        self.audible = audible

    @property
    def endless(self) -> bool:
        return self.loops == 0


def speech(text: str, loops: int, options: Mapping[str, Any], seconds_to_say: SecondsToSay) -> Sound:
    """What a voice makes of a text; the language is shown where it is not the default."""
    words, voice = spoken_words(text), voice_of(options)
    language = f" in {voice['language']}" if "language" in voice else ""
    said = SpokenText(text, str(voice.get("language", LANGUAGE)))
    seconds = seconds_to_say(said.text, said.language)
    return Sound("talk", words, f"“{words}”{language}{_times(loops)}", seconds, loops, voice, said)


def language_of(data: Mapping[str, Any]) -> str:
    """The language of a prompt, from the data of its timeline entry; empty if no voice of the platform says it."""
    return str(data.get("language", LANGUAGE)) if data.get("sound") == "talk" else ""


def audio(url: str, loops: int) -> Sound:
    """What an audio file sounds like."""
    return Sound("stream", url, f"{url}{_times(loops)}", STREAM_SECONDS, loops)


def _times(loops: int) -> str:
    return "" if loops == 1 else ", repeated until stopped" if loops == 0 else f", {loops} times"
