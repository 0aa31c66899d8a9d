"""Recordings that contain the sound of their calls. Cheap to import: nothing is loaded before a file is wanted."""

from __future__ import annotations

import math
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING

from nccodsl.emulator.bad_input import CannotEmulate
from nccodsl.emulator.core.sound_files import MP3_FRAME, MP3_SAMPLES, SoundFile, content, size_of
from nccodsl.errors import UsageError

if TYPE_CHECKING:
    from nccodsl.audio.engine_voices import Voices

_MORE_FRAMES = 2
"""What LAME adds to the frames of the sound: its delay, and the rest of its buffer."""


class SpokenFiles:
    """Files of wav and mp3 with speech, tones and music; ogg stays silent.

    `voices`: who speaks; by default espeak-ng, which is loaded when the first file is wanted.
    """

    def __init__(self, voices: Voices | None = None) -> None:
        self._made = voices
        self._lock = Lock()

    def size(self, file: SoundFile) -> int:
        """How many bytes the file has."""
        if file.form != "mp3":
            return size_of(file)
        return (math.ceil(file.frames / MP3_SAMPLES) + _MORE_FRAMES) * MP3_FRAME if file.frames else 0

    def content(self, file: SoundFile) -> Iterator[bytes]:
        """The bytes of the file, a piece at a time. Raises CannotEmulate where the voice cannot speak."""
        if file.form == "ogg":
            yield from content(file)
            return
        from nccodsl.audio.recorded_channels import mp3_parts, wav_parts

        try:
            yield from (wav_parts if file.form == "wav" else mp3_parts)(file, self.voices())
        except UsageError as error:
            raise CannotEmulate(str(error), None) from None

    def voices(self) -> Voices:
        """Who speaks. Raises UsageError where the voice cannot be loaded."""
        from nccodsl.audio.engine_voices import Voices
        from nccodsl.audio.engines import speech_engine

        with self._lock:
            if self._made is None:
                self._made = Voices(speech_engine(None))
            return self._made
