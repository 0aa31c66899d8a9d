"""What the application at the other end of a WebSocket has sent, and the platform has not played yet."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

MOST_MESSAGES = 3072
"""Messages that the platform keeps, about a minute (websockets tutorial). Of larger ones, no more audio than that."""
_AHEAD = 2
"""Frames that are waited for before a pause ends, so that those that come a little late leave no gap."""


class PlayBuffer:
    """Audio, and marks between it: each is reached when all that was sent before has been played.

    `size`: bytes of a frame. `dropped`: messages that had no place.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._left: deque[bytes | dict[str, Any]] = deque()
        self._at = 0
        self._messages = self._bytes = 0
        self._playing = False
        self._waited = 0
        self.dropped = 0

    def add(self, audio: bytes) -> bool:
        """Put a message behind the others; False where there is no place for it."""
        if not audio:
            return True
        if self._messages >= MOST_MESSAGES or self._bytes >= MOST_MESSAGES * self._size:
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
        self._at = self._messages = self._bytes = self._waited = 0
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
        frame = b""
        while len(frame) < self._size and self._left:
            marks += self._reached()
            frame += self._piece(self._size - len(frame))
        self._bytes -= len(frame)
        return frame.ljust(self._size, b"\0"), [*marks, *self._reached()]

    def _piece(self, most: int) -> bytes:
        """What comes next of the first message; empty where there is none."""
        if not self._left:
            return b""
        first = self._left[0]
        assert isinstance(first, bytes)
        piece = first[self._at : self._at + most]
        self._at += len(piece)
        if self._at == len(first):
            self._left.popleft()
            self._messages -= 1
            self._at = 0
        return piece

    def _reached(self) -> Iterator[dict[str, Any]]:
        """The marks that nothing is left to play before."""
        while self._left and not isinstance(mark := self._left[0], bytes):
            self._left.popleft()
            yield mark
