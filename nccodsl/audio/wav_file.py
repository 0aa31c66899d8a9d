"""Sound as a WAV file, which every player and every sound library reads."""

from __future__ import annotations

import wave
from io import BytesIO

from nccodsl.audio.call_audio import RATE, CallAudio
from nccodsl.audio.pcm import pcm_of


def stereo_wav(audio: CallAudio) -> bytes:
    """16 bits, two channels: what the person says on the left, what they hear on the right."""
    stream = BytesIO()
    with wave.open(stream, "wb") as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(pcm_of(audio.said, audio.heard))
    return stream.getvalue()
