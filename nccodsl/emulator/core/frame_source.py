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
        self._pcm: bytes | None = None
        self._at = 0

    def next(self, sounds: Sounds, rate: int, size: int) -> bytes:
        """The next frame."""
        if self._pcm is None:
            self._pcm = sounds.pcm(self._entry, rate)
        at = self._at
        if self._loops != 1 and self._pcm:
            at %= len(self._pcm)
        self._at += size
        return self._pcm[at : at + size].ljust(size, b"\0")

    def over(self, size: int) -> bool:
        """Whether all of it has sounded, or it was cut."""
        entry, pcm = self._entry, self._pcm
        assert pcm is not None
        if entry.until is not None and self._at >= math.ceil((entry.until - entry.at) / FRAME_SECONDS - _EXACT) * size:
            return True
        return not pcm or (self._loops > 0 and self._at >= len(pcm) * self._loops)

    @property
    def _loops(self) -> int:
        return int(self._entry.data.get("loops", 1))
