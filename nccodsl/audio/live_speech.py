"""What applications at the other end of a WebSocket hear. Cheap to import: a voice is loaded when it has to speak."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from nccodsl.emulator.core.sound_files import RATE
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.personas.speech_length import LANGUAGE

if TYPE_CHECKING:
    from nccodsl.audio.engine_voices import Voices


class LiveSpeech:
    """The sound of calls in a voice: `Sounds` of the emulator. `voices`: who speaks, by default espeak-ng."""

    def __init__(self, voices: Voices | None = None) -> None:
        self._given = voices

    def prepare(self, texts: Iterable[tuple[str, str]]) -> None:
        """Load the voice and the libraries that sound is made with, and say these texts once."""
        self.pcm(TimelineEntry(0.0, "", "hears", "", {}), RATE)
        for text, language in (("1", LANGUAGE), *texts):
            self.seconds(text, language)

    def seconds(self, text: str, language: str) -> float:
        """How long a text takes."""
        return self._voices.seconds(text, language)

    def pcm(self, entry: TimelineEntry, rate: int) -> bytes:
        """One turn of what a leg hears."""
        import soxr

        from nccodsl.audio.entry_sounds import sound_once
        from nccodsl.audio.pcm import pcm_of

        return pcm_of(soxr.resample(sound_once(entry, self._voices), RATE, rate))

    @cached_property
    def _voices(self) -> Voices:
        from nccodsl.audio.engine_voices import Voices
        from nccodsl.audio.engines import speech_engine

        return self._given or Voices(speech_engine(None))
