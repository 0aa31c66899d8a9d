"""Standard error that several processes write to at the same time: whole lines, one after the other."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path


class WholeLines:
    """As much of a text stream as a log needs. Each process has one of its own, with the same `lock`, a file.

    A pipe takes a long text in pieces, between which others could write. A process that is killed holds no lock.
    """

    def __init__(self, lock: Path) -> None:
        sys.stderr.flush()
        self._number = sys.stderr.fileno()
        self._encoding = sys.stderr.encoding
        self._lock = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, text: str) -> int:
        """Write a text, of one line or several. Raises OSError."""
        data = memoryview(text.encode(self._encoding, "backslashreplace"))
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            while data:
                data = data[os.write(self._number, data) :]
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""
