"""The emulator's folder: what it keeps from one start to the next. Several emulators may use one at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from nccodsl.emulator.bad_input import CannotEmulate
from nccodsl.io.sqlite import Connection, DatabaseError, NewerVersion, Schema, open_database, transaction

WAITING = 30.0
"""Seconds that one emulator may keep the folder to itself."""
_HELP = "give another folder with `--folder DIRECTORY`"


@contextmanager
def locked(folder: Path) -> Iterator[Connection]:
    """Have a folder to oneself; gives the database in it. Raises CannotEmulate."""
    try:
        with closing(_database(folder)) as database, transaction(database):
            yield database
    except OSError as error:
        raise CannotEmulate(f"cannot write {folder}: {error.strerror}", _HELP) from None
    except DatabaseError as error:
        raise CannotEmulate(f"cannot use {folder}: {error}", _HELP) from None


def _database(folder: Path) -> Connection:
    try:
        return open_database(folder / "emulator.sqlite3", _SCHEMA, busy=WAITING)
    except NewerVersion:
        raise CannotEmulate(f"{folder} was used by a newer version of nccodsl", _HELP) from None
    except ValueError as error:
        raise CannotEmulate(f"cannot use {folder}: {error}", _HELP) from None


def _bring_up(database: Connection, _found: int) -> None:
    # Files without a version have the table already.
    database.execute("CREATE TABLE IF NOT EXISTS starts (seed TEXT PRIMARY KEY, count INTEGER NOT NULL)")


_SCHEMA = Schema(1, _bring_up, "SELECT seed, count FROM starts LIMIT 1")


def count_start(folder: Path, seed: int) -> int:
    """How often this seed was started with the folder before; counts this start. Raises CannotEmulate."""
    with locked(folder) as database:
        database.execute(
            "INSERT INTO starts VALUES (?, 1) ON CONFLICT (seed) DO UPDATE SET count = count + 1", (str(seed),)
        )
        (count,) = database.execute("SELECT count FROM starts WHERE seed = ?", (str(seed),)).fetchone()
        return int(count) - 1
