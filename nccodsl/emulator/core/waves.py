"""How loud sounds are over time, for pictures of them. Needs no library."""

from __future__ import annotations

from itertools import pairwise

from nccodsl.base.record import Record
from nccodsl.emulator.core.audible import SpokenText
from nccodsl.emulator.core.timeline import Emulated

LOUDEST = 127
_LEVELS_A_SECOND, _MOST_LEVELS = 50, 1000
# How far the high byte of a sample is from silence: enough of it for a picture.
_DISTANCES = bytes(byte if byte <= LOUDEST else 255 - byte for byte in range(256))


class Wave(Record):
    """A sound of some `seconds`: `levels` are 0 to LOUDEST, each for an equal part of them.

    `repeats`: it begins again at its end. Otherwise silence follows.
    """

    levels: bytes
    seconds: float
    repeats: bool = False

    def loudest(self, begin: float, end: float) -> int:
        """The highest level between two times, in seconds from its beginning."""
        count = len(self.levels)
        first = int(begin * count / self.seconds)
        last = max(int(end * count / self.seconds), first + 1)
        if not self.repeats:
            return max(self.levels[first:last], default=0)
        if last - first >= count:
            return max(self.levels)
        return max((self.levels * 2)[first % count : first % count + last - first])


def wave_of(pcm: bytes, rate: int, *, repeats: bool = False) -> Wave | None:
    """The wave of PCM (see `audible`); None of none."""
    distances = pcm[1::2].translate(_DISTANCES)
    samples = len(distances)
    if not samples:
        return None
    count = max(1, min(samples * _LEVELS_A_SECOND // rate, _MOST_LEVELS))
    edges = [number * samples // count for number in range(count + 1)]
    levels = bytes(max(distances[begin:end]) for begin, end in pairwise(edges))
    return Wave(levels, samples / rate, repeats)


def clip_waves(call: Emulated) -> list[Wave | None]:
    """The waves of what came as sound, for each entry in the order of `Emulated.in_order`."""
    return [
        wave_of(entry.audible.read(), entry.audible.rate)
        if entry.audible is not None and not isinstance(entry.audible, SpokenText)
        else None
        for entry in call.in_order()
    ]
