"""The sound of WebSocket legs, kept in files that go away with the last who needs them."""

from __future__ import annotations

import os
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

from nccodsl.base.record import Record

_MEMORY = 65_536
"""Bytes that are kept in memory until they are written."""


class FileTape:
    """PCM in a temporary file, which is open only while it is written or read: there may be thousands."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._waiting = bytearray()
        self._written = 0
        self._full = False
        self._path: Path | None = None
        self._removed: weakref.finalize[[str], FileTape] | None = None

    def add(self, pcm: bytes) -> None:
        """Keep more, as long as the disk takes it."""
        if self._full:
            return
        self._waiting += pcm
        if len(self._waiting) >= _MEMORY:
            self._write()

    def clip(self, begin: int, end: int) -> FileClip:
        """The bytes from `begin` to `end`, or to the last one."""
        return FileClip(self.rate, self, begin, min(end, self._written + len(self._waiting)))

    def remove(self) -> None:
        """Remove the file; what was in it cannot be read any more."""
        self._full = True
        self._path = None
        self._waiting.clear()
        if self._removed is not None:
            self._removed()

    def read(self, begin: int, end: int) -> bytes:
        """The bytes from `begin` to `end`."""
        kept = b""
        if self._path is not None and begin < self._written:
            with self._path.open("rb") as file:
                file.seek(begin)
                kept = file.read(min(end, self._written) - begin)
        return kept + bytes(self._waiting[max(begin - self._written, 0) : max(end - self._written, 0)])

    def _write(self) -> None:
        try:
            if self._path is None:
                handle, name = tempfile.mkstemp(suffix=".pcm", prefix="nccodsl-")
                os.close(handle)
                self._path = Path(name)
                self._removed = weakref.finalize(self, _remove, name)
            with self._path.open("ab") as file:
                file.write(self._waiting)
            self._written += len(self._waiting)
        except OSError:
            # The call goes on; what is behind this place is not kept.
            self._full = True
        self._waiting.clear()


class FileClip(Record):
    """A part of a tape."""

    rate: int
    tape: FileTape
    begin: int
    end: int

    def read(self) -> bytes:
        """All of it, as PCM."""
        return self.tape.read(self.begin, self.end)


def _remove(name: str) -> None:
    with suppress(OSError):
        Path(name).unlink()
