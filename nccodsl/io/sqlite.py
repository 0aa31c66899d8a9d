"""Opening SQLite files: the one manner of the store, the journal and the emulator's folder.

A file belongs to its owner alone, several processes may use it at once, and its tables have a version
(`PRAGMA user_version`): older ones are brought up to date in one transaction, newer ones are refused. A file may hold
further parts, each with a version of its own. Each statement is a transaction of its own, except within `transaction`.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from nccodsl.io.database_files import make

Connection = sqlite3.Connection
DatabaseError = sqlite3.Error
TROUBLE = (DatabaseError, OSError, ValueError)
"""What opening and using a file can raise, besides NewerVersion."""
_AGAIN = 0.01
# Seconds between two attempts at what does not wait for others by itself.


class Schema(NamedTuple):
    """The tables of a kind of file.

    `bring_up` gets the connection and the version that was found, 0 in a new file, and makes the tables of `version`;
    it runs in a transaction. `probe` is a statement that fails where the tables are not ours.
    """

    version: int
    bring_up: Callable[[Any, int], None]
    probe: str


class NewerVersion(Exception):
    """A newer version of nccodsl has made the tables."""


def open_database(path: Path, schema: Schema, *, busy: float, pragmas: Sequence[str] = ()) -> Connection:
    """The database in a file, which is created if needed; safe to share between threads that take turns.

    `busy`: seconds to wait for other processes. `pragmas` are set before anything is written. Raises NewerVersion and
    TROUBLE; a file that is not ours stays as it is.
    """
    make(path)
    db = sqlite3.connect(path, timeout=busy, isolation_level=None, check_same_thread=False)
    try:
        for pragma in pragmas:
            db.execute(f"PRAGMA {pragma}")
        _write_ahead(db, busy)
        _bring_file_up_to_date(db, schema)
        db.execute(schema.probe).fetchone()
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
    except BaseException:
        db.close()
        raise
    return db


def add_part(db: Connection, name: str, schema: Schema) -> None:
    """Bring a part of an open database up to date: tables beside those of its file. Raises NewerVersion and TROUBLE."""
    db.execute("CREATE TABLE IF NOT EXISTS part (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID")

    def version() -> int:
        row = db.execute("SELECT version FROM part WHERE name = ?", (name,)).fetchone()
        return row[0] if row else 0

    def note() -> None:
        db.execute("INSERT OR REPLACE INTO part VALUES (?, ?)", (name, schema.version))

    _bring_up_to_date(db, schema, version, note)
    db.execute(schema.probe).fetchone()


def open_in_memory(schema: Schema) -> Connection:
    """A database without a file, which ends with the connection; safe to share between threads that take turns."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _bring_file_up_to_date(db, schema)
    return db


def open_to_read(path: Path) -> Connection:
    """A database of others, to read. Bytes that are not UTF-8 become halves of surrogate pairs. Raises TROUBLE."""
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    db.text_factory = _lenient
    return db


def _lenient(data: bytes) -> str:
    return data.decode(errors="surrogateescape")


def open_scratch() -> Connection:
    """A database that ends with the connection, and is kept in a temporary file where memory would grow."""
    db = sqlite3.connect("", isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF"):
        db.execute(f"PRAGMA {pragma}")
    return db


@contextmanager
def transaction(db: Connection) -> Iterator[None]:
    """All or nothing of what is written in the block, while no other process writes."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def told(worded: Callable[[Exception], Exception]) -> Iterator[None]:
    """Raise for each error of TROUBLE in the block what `worded` makes of it."""
    try:
        yield
    except TROUBLE as error:
        raise worded(error) from None


def is_damaged(error: Exception) -> bool:
    """Whether an error tells of the file's content, and not of its surroundings."""
    ours = (sqlite3.OperationalError, sqlite3.IntegrityError)
    return isinstance(error, sqlite3.DatabaseError) and not isinstance(error, ours)


def reason_of(error: Exception) -> str:
    """What an error of TROUBLE says, without numbers and paths."""
    return getattr(error, "strerror", None) or str(error)


def _write_ahead(db: Connection, busy: float) -> None:
    """Readers and a writer do not wait for each other. Where the file system cannot do it, SQLite stays as it was."""
    until = time.monotonic() + busy
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL").fetchall()
            return
        except sqlite3.OperationalError as error:
            # This one statement does not wait for others by itself.
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            if time.monotonic() > until:
                raise
            time.sleep(_AGAIN)


def _bring_file_up_to_date(db: Connection, schema: Schema) -> None:
    def version() -> int:
        number: int = db.execute("PRAGMA user_version").fetchone()[0]
        return number

    def note() -> None:
        db.execute(f"PRAGMA user_version = {schema.version}")

    _bring_up_to_date(db, schema, version, note)


def _bring_up_to_date(db: Connection, schema: Schema, version: Callable[[], int], note: Callable[[], object]) -> None:
    if version() < schema.version:
        with transaction(db):
            # Another process may have been quicker.
            found = version()
            if found < schema.version:
                schema.bring_up(db, found)
                note()
    if version() > schema.version:
        raise NewerVersion
