"""What the application at the other end of a WebSocket has sent, and the platform has not played yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

MOST_MESSAGES = 3072
"""Messages that the platform keeps, about a minute (websockets tutorial)."""
_AHEAD = 2
"""Frames that are waited for before a pause ends, so that those that come a little late leave no gap."""


class PlayBuffer:
    """Audio, and marks between it: each is reached when all that was sent before has been played.

    `size`: bytes of a frame. `dropped`: messages that had no place.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._left: deque[bytes | dict[str, Any]] = deque()
        self._begun = b""
        self._messages = self._bytes = 0
        self._playing = False
        self._waited = 0
        self.dropped = 0

    def add(self, audio: bytes) -> bool:
        """Put a message behind the others; False where there is no place for it."""
        if self._messages >= MOST_MESSAGES:
            self.dropped += 1
            return False
        self._messages += 1
        self._bytes += len(audio)
        self._left.append(audio)
        return True

    def mark(self, payload: dict[str, Any]) -> None:
        """Put a mark behind what was sent."""
        self._left.append(payload)

    def clear(self) -> None:
        """Forget all audio and all marks."""
        self._left.clear()
        self._begun = b""
        self._messages = self._bytes = 0
        self._playing = False

    def next(self) -> tuple[bytes, list[dict[str, Any]]]:
        """The audio of the next 20 ms, empty in a pause, and the marks that are reached by its end.

        Messages of another size than a frame are joined and cut; what is left at their end is filled with silence.
        """
        if self._bytes < self._size:
            self._playing = False
        if not self._playing:
            self._waited = self._waited + 1 if self._bytes else 0
            if not self._bytes or (self._bytes < _AHEAD * self._size and self._waited < _AHEAD):
                return b"", list(self._reached())
        self._playing, self._waited = True, 0
        marks: list[dict[str, Any]] = []
        frame = self._begun
        while len(frame) < self._size and self._left:
            first = self._left.popleft()
            if isinstance(first, bytes):
                self._messages -= 1
                frame += first
            else:
                marks.append(first)
        frame, self._begun = frame[: self._size], frame[self._size :]
        self._bytes -= len(frame)
        return frame.ljust(self._size, b"\0"), [*marks, *self._reached()]

    def _reached(self) -> Iterator[dict[str, Any]]:
        """The marks that nothing is left to play before."""
        while not self._begun and self._left and not isinstance(mark := self._left[0], bytes):
            self._left.popleft()
            yield mark
