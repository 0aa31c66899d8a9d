"""`nccodsl call --emulate --audio`: the call as sound, and seconds that are those of a voice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nccodsl.audio.installed import has_audio
from nccodsl.base.record import Record
from nccodsl.cli.output import say, write_whole
from nccodsl.cli.voice_engine import voices_of
from nccodsl.emulator.core.application import SecondsToSay, estimated_seconds
from nccodsl.emulator.core.sound_of import HUMS, Sounds
from nccodsl.emulator.core.waves import clip_waves
from nccodsl.emulator.views.page_sound import PageSound
from nccodsl.emulator.views.time_scale import shown_time

if TYPE_CHECKING:
    from nccodsl.audio.engine_voices import Voices
    from nccodsl.emulator.core.timeline import Emulated

_MOST_SECONDS = 600
"""Of sound in a page, over all legs: 3.2 MB."""


class CallSound(Record):
    """`seconds_to_say` is how long texts take in the call; `audio` the file that its sound is written to.

    `sounds`: what applications at the other end of a WebSocket hear.
    """

    seconds_to_say: SecondsToSay = estimated_seconds
    audio: str | None = None
    voices: Voices | None = None
    sounds: Sounds = HUMS

    def for_page(self, call: Emulated) -> PageSound:
        """The sound for the page of a call: all of it where it is written to a file too, otherwise pictures of it."""
        if self.voices is None or self.audio is None:
            return PageSound(clip_waves(call))
        from nccodsl.audio.call_audio import audible_legs, call_mp3
        from nccodsl.audio.entry_waves import entry_waves

        seconds = min(call.seconds, _MOST_SECONDS)
        left: float = _MOST_SECONDS
        tracks = []
        for leg, sounds in zip(call.legs, audible_legs(call), strict=True):
            fits = sounds and seconds <= left
            tracks.append(_embedded(call_mp3(call, self.voices, leg.name, seconds)) if fits else "")
            left -= seconds if fits else 0
        if seconds < call.seconds:
            say(f"note: the page plays the first {shown_time(seconds)} of the call; {self.audio} has all of it")
        return PageSound(entry_waves(call, self.voices), tracks, seconds)

    def write(self, call: Emulated) -> None:
        """Write the sound of a call, if that is wanted, and tell which languages have no voice. Raises CannotWrite."""
        if self.voices is None:
            return
        if self.audio is not None:
            from nccodsl.audio.call_audio import call_audio
            from nccodsl.audio.wav_file import stereo_wav

            write_whole(self.audio, stereo_wav(call_audio(call, self.voices)))
            say(f"wrote the sound to {self.audio}")
        for language, voice in sorted(self.voices.others.items()):
            say(f"note: no voice speaks {language}; its texts are in the voice for {voice}")


def _embedded(mp3: Iterable[bytes]) -> str:
    """A sound as an address that contains it."""
    from base64 import b64encode

    return f"data:audio/mpeg;base64,{b64encode(b''.join(mp3)).decode()}"


def call_sound(audio: str | None, timing: str | None, engine: str | None) -> CallSound:
    """What `--audio`, `--timing` and `--voice-engine` ask for. Raises click.UsageError where it cannot be had."""
    if audio is None and timing != "measured":
        return CallSound(sounds=speech_for_applications(engine))
    from nccodsl.audio.live_speech import LiveSpeech

    voices = voices_of(engine)
    return CallSound(estimated_seconds if timing == "estimate" else voices.seconds, audio, voices, LiveSpeech(voices))


def speech_for_applications(engine: str | None) -> Sounds:
    """What applications hear of the call: speech where the extra `audio` is installed, otherwise tones."""
    if engine is None and not has_audio():
        return HUMS
    from nccodsl.audio.live_speech import LiveSpeech

    return LiveSpeech(voices_of(engine) if engine is not None else None)
