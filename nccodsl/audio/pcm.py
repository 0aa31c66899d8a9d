"""Sound as bytes: 16 bits a sample, signed, the low byte first; channels interleaved."""

from __future__ import annotations

import numpy as np

from nccodsl.audio.tones import Samples


def samples_of(pcm: bytes) -> Samples:
    """One channel; half a sample at the end is dropped."""
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float32) / np.float32(32768)


def pcm_of(*channels: Samples) -> bytes:
    """Channels that are equally long."""
    return (np.stack(channels, axis=1) * 32767).round().astype("<i2").tobytes()
