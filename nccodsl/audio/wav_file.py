"""Sound as a WAV file, which every player and every sound library reads."""

from __future__ import annotations

import wave
from io import BytesIO

import numpy as np

from nccodsl.audio.call_audio import RATE, CallAudio


def stereo_wav(audio: CallAudio) -> bytes:
    """16 bits, two channels: what the person says on the left, what they hear on the right."""
    both = np.stack([audio.said, audio.heard], axis=1)
    stream = BytesIO()
    with wave.open(stream, "wb") as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes((both * 32767).round().astype("<i2").tobytes())
    return stream.getvalue()
