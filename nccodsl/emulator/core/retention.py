"""How long the platform shows what is over: finished legs for some days, recordings for thirty."""

from __future__ import annotations

from collections import deque

from nccodsl.emulator.core.application import LEG_DAYS
from nccodsl.emulator.core.legs import Leg
from nccodsl.emulator.core.sound_files import SoundFile

DAY = 86_400.0
FILE_DAYS = 30
"""Days for which a recording can be had."""
MOST_LEGS = 20_000
"""Finished legs and recordings that are kept at most, for a busy emulator that runs in real time."""


class Retention:
    """Finished legs by id and recordings by id, in the order in which they came; those whose time is over are dropped.

    `leg_days` is the application's `leg_persistence_time`. Nothing happens by itself: `expire` looks at the time.
    """

    def __init__(self, legs: dict[str, Leg], files: dict[str, SoundFile], leg_days: float = LEG_DAYS) -> None:
        self._legs = legs
        self._files = files
        self._leg_seconds = leg_days * DAY
        self._ended: deque[tuple[float, str]] = deque()
        self._recorded: deque[tuple[float, str]] = deque()

    def ended(self, leg: Leg, now: float) -> None:
        """A leg is over."""
        self._ended.append((now, leg.uuid))
        self.expire(now)

    def keep(self, file: SoundFile, now: float) -> None:
        """A recording can be had from now on."""
        self._files[file.uuid] = file
        self._recorded.append((now, file.uuid))

    def expire(self, now: float) -> None:
        """Drop what has been kept for long enough."""
        _drop(self._ended, self._legs, now - self._leg_seconds)
        _drop(self._recorded, self._files, now - FILE_DAYS * DAY)


def _drop(kept: deque[tuple[float, str]], found: dict[str, Leg] | dict[str, SoundFile], before: float) -> None:
    while kept and (kept[0][0] <= before or len(kept) > MOST_LEGS):
        found.pop(kept.popleft()[1], None)
