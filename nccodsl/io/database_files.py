"""The files of a SQLite database, and what becomes of them when one that is open is deleted.

Beside the database stand two more (`-wal`, `-shm`), which SQLite finds by name. Those of a database that was deleted
must go before a new one of its name is opened: SQLite would take them for its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Identity = tuple[int, int] | None
"""Device and inode; None where there is no file."""
_BESIDE = ("-wal", "-shm")


def make(path: Path) -> None:
    """An empty file that only its owner reads: states hold what callers have said. SQLite's other files follow it.

    One that is there is not opened: closing it would release the locks of others in this process. Raises
    OSError, ValueError.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        with alone(path.parent):
            if not path.exists():
                for other in _beside(path):
                    other.unlink(missing_ok=True)
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600))
    if not path.is_file():
        raise ValueError("not a file")


def identity(path: Path) -> Identity:
    """Which file stands there."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def identities(path: Path) -> tuple[Identity, ...]:
    """Which files a database has, the database itself first."""
    return tuple(identity(one) for one in (path, *_beside(path)))


def forget(path: Path, known: tuple[Identity, ...]) -> None:
    """Remove the files beside a database that was deleted, unless others stand in their place."""
    with suppress(FileNotFoundError), alone(path.parent):
        for other, its in zip(_beside(path), known[1:], strict=True):
            if its is not None and identity(other) == its:
                other.unlink(missing_ok=True)


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + end) for end in _BESIDE)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Others who do the same wait. Where a folder cannot be locked, open files cannot be deleted either."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
