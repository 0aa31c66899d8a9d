"""Sound as mp3: MPEG-2 layer III, 16 kHz, at the same number of bits everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import lameenc

from nccodsl.emulator.core.sound_files import RATE

_KILOBITS = 32
_QUALITY = 5  # of 2 to 7: the best of LAME takes several times as long, and nothing is heard of it at this rate


def mp3_of(parts: Iterable[bytes], channels: int) -> Iterator[bytes]:
    """Parts of PCM (see `pcm_of`), of one or two channels, as mp3."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(channels)
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(RATE)
    encoder.set_bit_rate(_KILOBITS)
    encoder.set_quality(_QUALITY)
    for part in parts:
        yield bytes(encoder.encode(part))
    yield bytes(encoder.flush())
