"""When an application speaks: talk spurts, found by how loud its frames are."""

from __future__ import annotations

import math

from nccodsl.emulator.core.frames import FRAME_SECONDS, loudness

LOUD = 250.0
"""Loudness (0 to 32,768) from which a frame counts as speech: some -39 dBFS."""
BEGINS_AFTER = 3
"""Loud frames in a row that begin a spurt: a click is shorter."""
ENDS_AFTER = 15
"""Quiet frames in a row that end it: the pause between two words is shorter."""


class TalkSpurts:
    """Takes frame after frame, and tells of the beginning and end of each spurt. Times in frames since the first."""

    def __init__(self) -> None:
        self.frames = 0
        """How many were taken."""
        self._row = 0
        self._power = 0.0
        self._loud = 0
        self.speaking = False
        self.began = self.ended = 0
        """The first frame of the latest spurt, and the one behind its last."""

    @property
    def loudness(self) -> float:
        """How loud the latest spurt is, over its loud frames."""
        return math.sqrt(self._power / self._loud) if self._loud else 0.0

    def next(self, frame: bytes) -> bool:
        """The next frame, empty for silence; returns whether a spurt has begun or ended with it."""
        loud = loudness(frame) if frame else 0.0
        self.frames += 1
        if self.speaking:
            if loud >= LOUD:
                self._count(loud)
            elif self.frames - self.ended >= ENDS_AFTER:
                self.speaking = False
                self._row = 0
                return True
            return False
        if loud < LOUD:
            self._row = 0
            return False
        if not self._row:
            self._power, self._loud, self.began = 0.0, 0, self.frames - 1
        self._row += 1
        self._count(loud)
        self.speaking = self._row == BEGINS_AFTER
        return self.speaking

    def stop(self) -> bool:
        """The leg has ended; returns whether a spurt has ended with it."""
        was, self.speaking = self.speaking, False
        return was

    def _count(self, loud: float) -> None:
        self._power += loud * loud
        self._loud += 1
        self.ended = self.frames


def seconds(frames: int) -> float:
    """How long so many frames last."""
    return frames * FRAME_SECONDS
