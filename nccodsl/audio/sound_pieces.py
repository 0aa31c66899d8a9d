"""Sounds at their times, and what is heard of them together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from nccodsl.audio.tones import Samples
from nccodsl.base.record import Record
from nccodsl.emulator.core.sound_files import RATE

PART = 10 * RATE
"""Samples that are worked on at once: a call may take hours."""


class Piece(Record):
    """`once`, again and again, for `length` samples from `begin` on: it may take hours, and needs no room for them."""

    begin: int
    once: Samples
    length: int

    @property
    def end(self) -> int:
        return self.begin + self.length


def piece(at: float, once: Samples, seconds: float | None = None) -> Piece:
    """A sound that begins `at` so many seconds; once, or again and again for some seconds."""
    return Piece(round(at * RATE), once, len(once) if seconds is None else round(seconds * RATE))


def mixed(pieces: Iterable[Piece], begin: int, end: int) -> Samples:
    """What is heard from one sample to another: pieces that sound at once are added."""
    sounding = [one for one in pieces if len(one.once) and one.begin < end and one.end > begin]
    parts = [_part(sounding, at, min(at + PART, end)) for at in range(begin, end, PART)]
    return np.concatenate([np.zeros(0, np.float32), *parts])


def _part(pieces: list[Piece], begin: int, end: int) -> Samples:
    heard = np.zeros(end - begin, np.float32)
    for one in pieces:
        first, last = max(begin, one.begin), min(end, one.end)
        if first < last:
            at = np.arange(first - one.begin, last - one.begin)
            heard[first - begin : last - begin] += np.take(one.once, at, mode="wrap")
    return np.clip(heard, -1, 1)
