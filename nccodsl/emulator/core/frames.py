"""Sound as WebSocket legs carry it: 16-bit linear PCM, mono, little-endian, in frames of 20 ms (websockets guide)."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from functools import lru_cache
from operator import mul
from typing import Any

FRAME_SECONDS = 0.02
RATE = 16_000
"""Samples a second where an endpoint does not say it."""
_SLOWEST = 1000  # samples a second: with less, a frame may have none
_SAMPLE = 2  # bytes
_MOST, _LEAST = 32_767, -32_768
_HUM, _HUM_LEVEL = 220, 6000  # Hz, and how far it goes from zero


def rate_of(endpoint: dict[str, Any]) -> int:
    """How many samples a second a WebSocket endpoint asks for."""
    said = str(endpoint.get("content-type", "")).partition("rate=")[2]
    return int(said) if said.isascii() and said.isdigit() and int(said) >= _SLOWEST else RATE


def frame_size(rate: int) -> int:
    """The bytes of a frame: 320 at 8 kHz, 640 at 16, 960 at 24."""
    return round(rate * FRAME_SECONDS) * _SAMPLE


def seconds_of(pcm: bytes, rate: int) -> float:
    """How long it lasts."""
    return len(pcm) / (_SAMPLE * rate)


def loudness(frame: bytes) -> float:
    """The root of the mean square of the samples, 0 to 32,768."""
    samples = _samples(frame)
    return math.sqrt(sum(map(mul, samples, samples)) / len(samples)) if samples else 0.0


def decibels(loudness: float) -> float:
    """A loudness relative to the loudest sine that fits (dBFS), to a tenth; -96 for silence."""
    return round(max(20 * math.log10(loudness * math.sqrt(2) / _MOST), -96.0), 1) if loudness > 0 else -96.0


def mixed(frames: list[bytes]) -> bytes:
    """Frames of one length that sound at once. One alone stays as it is."""
    if len(frames) == 1:
        return frames[0]
    sums = map(sum, zip(*map(_samples, frames), strict=True))
    return _bytes(max(_LEAST, min(_MOST, one)) for one in sums)


def at_rate(pcm: bytes, rate: int, wanted: int) -> bytes:
    """The same sound with another number of samples a second, between which lines are drawn."""
    samples = _samples(pcm)
    if rate == wanted or not samples:
        return pcm
    last = len(samples) - 1
    made = []
    for number in range(len(samples) * wanted // rate):
        before, rest = divmod(number * rate, wanted)
        low, high = samples[before], samples[min(before + 1, last)]
        made.append(low + (high - low) * rest // wanted)
    return _bytes(made)


@lru_cache(maxsize=64)
def hum(seconds: float, rate: int) -> bytes:
    """What stands for speech where no voice is installed: a tone as loud as speech, so long."""
    turn = rate // math.gcd(rate, _HUM)
    wave = _bytes(round(_HUM_LEVEL * math.sin(2 * math.pi * _HUM * at / rate)) for at in range(turn))
    wanted = round(seconds * rate) * _SAMPLE
    return (wave * -(-wanted // len(wave)))[:wanted]


def _samples(pcm: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(pcm) // _SAMPLE}h", pcm[: len(pcm) // _SAMPLE * _SAMPLE])


def _bytes(samples: Iterable[int]) -> bytes:
    made = tuple(samples)
    return struct.pack(f"<{len(made)}h", *made)
