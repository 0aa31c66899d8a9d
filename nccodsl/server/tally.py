"""Numbers that only grow, by name and labels: in memory, or in files that other processes read and a kill leaves whole.

A tally in files is that of one process at a time: the next one goes on where the one before was killed. `PATH.names`
has a line of JSON for each entry, and `PATH.numbers` the numbers, which are written in place.
"""

from __future__ import annotations

import json
import mmap
import os
import time
from array import array
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_NUMBER = 8
_CHUNK = 64 * 1024
"""Bytes of numbers that are mapped at once: what systems let a map begin at."""
_EACH = _CHUNK // _NUMBER


class Key(NamedTuple):
    """What is counted, and for which values of its labels."""

    name: str
    labels: tuple[str, ...]


class Counted(NamedTuple):
    """The numbers of a key, and the Unix time when the first of them began."""

    numbers: tuple[float, ...]
    created: float


class Tally:
    """The numbers of one process, which counts in one thread. Raises OSError."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._chunks: list[memoryview[float]] = []
        self._next = 0
        # By what a Key holds: it would have to be made for each number that is counted.
        self._entries: dict[tuple[str, tuple[str, ...]], tuple[memoryview[float], float]] = {}
        if path is not None:
            _remove_torn(path)
        self._place(0, 1)  # where there is no room, it is better known now
        for key, at, width, created in _entries(path) if path is not None else ():
            self._entries[key] = (self._place(at, width), created)
            self._next = at + width

    def of(self, name: str, labels: tuple[str, ...], width: int = 1) -> memoryview[float]:
        """So many numbers to count on, with `+=`; 0 where they are new."""
        known = self._entries.get((name, labels))
        if known is not None:
            return known[0]
        at = self._next
        if at % _EACH + width > _EACH:
            at += _EACH - at % _EACH  # no entry lies in two chunks
        created = time.time()
        try:
            place = self._place(at, width)
            if self._path is not None:
                line = json.dumps([name, labels, at, width, created]) + "\n"
                with _file(self._path, "names").open("a", encoding="utf-8") as names:
                    names.write(line)
            self._next = at + width
        except OSError:
            # No webhook fails because the disk is full: others do not see this number then.
            place = memoryview(bytearray(width * _NUMBER)).cast("d")
        self._entries[name, labels] = (place, created)
        return place

    def counted(self) -> dict[Key, Counted]:
        """All that was counted."""
        return {Key(*key): Counted(tuple(place), created) for key, (place, created) in self._entries.items()}

    def _place(self, at: int, width: int) -> memoryview[float]:
        while len(self._chunks) <= at // _EACH:
            self._chunks.append(self._chunk(len(self._chunks)))
        return self._chunks[at // _EACH][at % _EACH : at % _EACH + width]

    def _chunk(self, number: int) -> memoryview[float]:
        if self._path is None:
            return memoryview(bytearray(_CHUNK)).cast("d")
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
        file = os.open(_file(self._path, "numbers"), flags, 0o600)
        try:
            size = (number + 1) * _CHUNK
            if os.fstat(file).st_size < size:
                # Room that a full disk lacks would otherwise be missed while counting, and kill the process.
                grow = getattr(os, "posix_fallocate", None)
                grow(file, 0, size) if grow is not None else os.ftruncate(file, size)
            return memoryview(mmap.mmap(file, _CHUNK, offset=number * _CHUNK)).cast("d")
        finally:
            os.close(file)


def read_tally(path: Path) -> dict[Key, Counted]:
    """What another process has counted so far; nothing where it has not begun. Raises OSError."""
    entries = list(_entries(path))  # before the numbers: those are written before the entry
    if not entries:
        return {}
    numbers = array("d")
    data = _file(path, "numbers").read_bytes()
    numbers.frombytes(data[: len(data) // _NUMBER * _NUMBER])
    return {key: Counted(tuple(numbers[at : at + width]), created) for key, at, width, created in entries}


def added(tallies: Iterable[Mapping[Key, Counted]]) -> dict[Key, Counted]:
    """The sum of what several processes have counted; it began when the first of them did."""
    total: dict[Key, Counted] = {}
    for tally in tallies:
        for key, (numbers, created) in tally.items():
            before = total.get(key)
            if before is not None:
                numbers = tuple(map(sum, zip(before.numbers, numbers, strict=True)))
                created = min(before.created, created)
            total[key] = Counted(numbers, created)
    return total


def _entries(path: Path) -> Iterable[tuple[Key, int, int, float]]:
    try:
        text = _file(path, "names").read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    for line in text.splitlines(keepends=True):
        if line.endswith("\n"):  # not one that is being written
            name, labels, at, width, created = json.loads(line)
            yield Key(name, tuple(labels)), at, width, created


def _remove_torn(path: Path) -> None:
    """Remove a line that was cut by a kill: the next one would be added to it."""
    with suppress(FileNotFoundError), _file(path, "names").open("rb+") as names:
        names.truncate(names.read().rfind(b"\n") + 1)


def _file(path: Path, kind: str) -> Path:
    return path.with_name(f"{path.name}.{kind}")
