"""Time from left to right: seconds to percents of the width, with long quiet stretches shortened."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

LONGEST_GAP, CUT_TO = 20.0, 4.0
"""Seconds: a longer stretch in which nothing begins or ends is drawn as if it took `CUT_TO`."""
USUAL_WIDTH, WIDEST = 1150, 6000
"""Pixels: what a laptop's window has room for, and what a very long call may take."""
ROOMY = 9.0
"""Pixels that a second takes at least in a window of the usual width: two minutes fit into it."""
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_MOST_TICKS = 9  # as many have room on a phone
_LONGEST_STEP = 15  # seconds; beyond that the picture grows instead
_TICK_ROOM = 40  # pixels


class Scale:
    """Seconds to percents. `seconds` is how long the drawn time is; `pixels` how wide a second usually is."""

    def __init__(self, instants: Sequence[float]) -> None:
        times = sorted({0.0, *instants})
        self.times = times
        self.cuts: list[tuple[float, float]] = []
        """Middle and length of each, in seconds."""
        self._drawn = [0.0]
        for before, after in pairwise(times):
            gap = after - before
            if gap > LONGEST_GAP:
                self.cuts.append((before + gap / 2, gap))
            self._drawn.append(self._drawn[-1] + (CUT_TO if gap > LONGEST_GAP else gap))
        self.seconds = max(self._drawn[-1], 1.0)
        self.pixels = min(max(USUAL_WIDTH / self.seconds, ROOMY), WIDEST / self.seconds)

    @property
    def width(self) -> float:
        """Pixels of the whole picture in a window of the usual width."""
        return self.seconds * self.pixels

    def x(self, seconds: float) -> float:
        """Percents from the left."""
        at = min(max(bisect_right(self.times, seconds) - 1, 0), len(self.times) - 1)
        drawn = self._drawn[at]
        if at + 1 < len(self.times):
            share = (seconds - self.times[at]) / (self.times[at + 1] - self.times[at])
            drawn += share * (self._drawn[at + 1] - drawn)
        return round(100 * drawn / self.seconds, 3)

    def seconds_at(self, x: float) -> float:
        """The seconds at a place: the other direction of `x`."""
        drawn = min(max(x, 0.0), 100.0) * self.seconds / 100
        at = min(max(bisect_right(self._drawn, drawn) - 1, 0), len(self.times) - 1)
        if at + 1 == len(self.times):
            return self.times[at]
        share = (drawn - self._drawn[at]) / (self._drawn[at + 1] - self._drawn[at])
        return self.times[at] + share * (self.times[at + 1] - self.times[at])

    def knees(self) -> list[tuple[float, float]]:
        """Seconds and percents between which time goes evenly: the ends, and where it is cut."""
        cut = [(at, after) for at, after in pairwise(self.times) if after - at > LONGEST_GAP]
        return [(at, self.x(at)) for at in sorted({0.0, self.times[-1], *chain.from_iterable(cut)})]

    def ticks(self) -> Iterator[tuple[float, float]]:
        """Round seconds and where they stand, with room between them."""
        least = max(min(self.seconds / _MOST_TICKS, _LONGEST_STEP), _TICK_ROOM / self.pixels)
        step = next((step for step in _STEPS if step >= least), _STEPS[-1])
        room = 80 * least / self.seconds
        last, seconds, ends = -room, 0, self.times[-1]
        while seconds <= ends:
            x = self.x(seconds)
            if x - last >= room:
                yield seconds, x
                last = x
            # A cut is stepped over, not walked through.
            following = next((time for time in self.times if time > seconds + LONGEST_GAP), ends + step)
            here = bisect_right(self.times, seconds)
            inside = here < len(self.times) and self.times[here] - seconds > LONGEST_GAP
            seconds = max(seconds + step, int(following // step) * step if inside else 0)


def shown_time(seconds: float) -> str:
    """`m:ss`, or `h:mm:ss`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
