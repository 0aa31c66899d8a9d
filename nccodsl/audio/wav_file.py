"""Sound as a WAV file, which every player and every sound library reads."""

from __future__ import annotations

from nccodsl.audio.call_audio import CallAudio
from nccodsl.audio.pcm import pcm_of
from nccodsl.emulator.core.sound_files import wav_header


def stereo_wav(audio: CallAudio) -> bytes:
    """16 bits, two channels: what the person says on the left, what they hear on the right."""
    return wav_header(len(audio.said), 2) + pcm_of(audio.said, audio.heard)
