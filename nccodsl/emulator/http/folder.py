"""The emulator's folder: what it keeps from one start to the next. Several emulators may use one at the same time."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from nccodsl.emulator.bad_input import CannotEmulate

WAITING = 30.0
"""Seconds that one emulator may keep the folder to itself."""
_HELP = "name another folder with --folder"


@contextmanager
def locked(folder: Path) -> Iterator[sqlite3.Connection]:
    """Have a folder to oneself; gives the database in it. Raises CannotServe."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with closing(sqlite3.connect(folder / "emulator.sqlite3", timeout=WAITING, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            yield database
            database.execute("COMMIT")
    except OSError as error:
        raise CannotEmulate(f"cannot write {folder}: {error.strerror}", _HELP) from None
    except sqlite3.Error as error:
        raise CannotEmulate(f"cannot use {folder}: {error}", _HELP) from None


def write(path: Path, data: bytes, mode: int) -> None:
    """Write a file that is complete when it appears. Raises OSError."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def count_start(folder: Path, seed: int) -> int:
    """How often this seed was started with the folder before; counts this start. Raises CannotServe."""
    with locked(folder) as database:
        database.execute("CREATE TABLE IF NOT EXISTS starts (seed TEXT PRIMARY KEY, count INTEGER NOT NULL)")
        database.execute(
            "INSERT INTO starts VALUES (?, 1) ON CONFLICT (seed) DO UPDATE SET count = count + 1", (str(seed),)
        )
        (count,) = database.execute("SELECT count FROM starts WHERE seed = ?", (str(seed),)).fetchone()
        return int(count) - 1
