"""Recording calls: what a server tells of each webhook that it has handled becomes a line in a file.

No call ever waits for the disk to have room, or ends because it has none: what cannot be written is counted and
logged, and the call goes on.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable

from nccodsl.base.plural import counted
from nccodsl.runtime.history import BadHistory, check_appendable
from nccodsl.server.driver import Handled
from nccodsl.server.handled_entries import HandledEntries
from nccodsl.server.log import Log

_MOST_READ = 1 << 20


class HistoryFile:
    """A file that is added to, a line at a time, in one write each. Only its owner can read it. Raises BadHistory.

    Several processes may share one. After a write that was cut, by a full disk or a kill, the next line begins anew.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            self._number = os.open(path, flags, 0o600)
        except OSError as error:
            raise self._bad(error) from None
        try:
            self._torn = self._check()
        except BaseException:
            os.close(self._number)
            raise

    def add(self, line: bytes) -> None:
        """Write a line. Raises OSError."""
        data = b"\n" + line if self._torn else line
        self._torn = True
        written = os.write(self._number, data)
        if written != len(data):
            raise OSError(0, "the disk is full")
        self._torn = False

    def close(self) -> None:
        os.close(self._number)

    def _check(self) -> bool:
        """Whether the last line was not finished."""
        try:
            found = os.fstat(self._number)
            if not stat.S_ISREG(found.st_mode):
                raise BadHistory(f"calls cannot be recorded in {self._path}: it is not a file", _ADVICE)
            torn = False
            with os.fdopen(os.dup(self._number), "rb") as stream:
                first = b"\n"
                while first and not first.strip():
                    first = stream.readline(_MOST_READ)
                check_appendable(first, self._path)
                if found.st_size:
                    stream.seek(-1, os.SEEK_END)
                    torn = stream.read(1) != b"\n"
            if os.name == "posix" and found.st_mode & 0o077:
                os.fchmod(self._number, 0o600)
            return torn
        except OSError as error:
            raise self._bad(error) from None

    def _bad(self, error: OSError) -> BadHistory:
        return BadHistory(f"calls cannot be recorded in {self._path}: {error.strerror or error}", _ADVICE)


_ADVICE = "give a new file, or a history, with `--record FILE`"


class Recorder:
    """An `Observer` that records what a server handles."""

    def __init__(self, file: HistoryFile, log: Log, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._log = log
        self._entries = HandledEntries(clock)
        self._lost = 0

    def handled(self, handled: Handled) -> None:
        """Record a webhook; raises nothing."""
        try:
            entry = self._entries.of(handled)
            if entry is None:
                return
            self._file.add(entry.to_line())
        except Exception as error:
            # A call is worth more than its record.
            reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            if not self._lost:
                self._log.note("record", f"calls are not recorded: {reason}")
            self._lost += 1
            return
        if self._lost:
            self._log.note("record", f"calls are recorded again; lost {counted(self._lost, 'event')}")
            self._lost = 0

    def close(self) -> None:
        """Close the file."""
        self._file.close()
