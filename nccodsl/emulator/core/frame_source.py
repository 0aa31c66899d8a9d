"""What a leg hears, cut into the frames that an application is sent."""

from __future__ import annotations

import math

from nccodsl.emulator.core.frames import FRAME_SECONDS
from nccodsl.emulator.core.sound_of import Sounds
from nccodsl.emulator.core.timeline import TimelineEntry

_EXACT = 1e-6
"""Below this, a difference in frames is one of floating-point numbers."""


class FrameSource:
    """A sound of the timeline, frame by frame. It begins with the next frame, not in the middle of one."""

    def __init__(self, entry: TimelineEntry) -> None:
        self._entry = entry
        self._loops = int(entry.data.get("loops", 1))
        self._pcm: bytes | None = None
        self._at = 0

    def over(self, sounds: Sounds, rate: int, size: int) -> bool:
        """Whether all of it has sounded, or it was cut."""
        entry = self._entry
        if entry.until is not None and self._at >= math.ceil((entry.until - entry.at) / FRAME_SECONDS - _EXACT) * size:
            return True
        if self._pcm is None:
            self._pcm = sounds.pcm(entry, rate)
        return not self._pcm or (self._loops > 0 and self._at >= len(self._pcm) * self._loops)

    def next(self, size: int) -> bytes:
        """The next frame of what is not over. Turns follow each other without a gap."""
        turn = self._pcm
        assert turn
        begin = self._at
        self._at += size
        end = self._at if self._loops == 0 else min(self._at, len(turn) * self._loops)
        at = begin % len(turn)
        times = -(-(at + end - begin) // len(turn))
        return (turn * times)[at : at + end - begin].ljust(size, b"\0")
