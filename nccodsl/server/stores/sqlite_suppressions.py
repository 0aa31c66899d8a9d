"""Suppressed numbers in the SQLite file of a store."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager

from nccodsl.io.sqlite import Connection, transaction
from nccodsl.server.stores.suppressions import Suppressed

SUPPRESSIONS_TABLE = (
    "CREATE TABLE suppressions (number TEXT PRIMARY KEY, reason TEXT NOT NULL, source TEXT NOT NULL, "
    "since REAL NOT NULL)"
)
_COLUMNS = "number, reason, source, since"
SUPPRESSIONS_ROWS = f"SELECT {_COLUMNS} FROM suppressions"
TAKE_SUPPRESSION = f"INSERT INTO suppressions ({_COLUMNS}) VALUES (?, ?, ?, ?) ON CONFLICT (number) DO NOTHING"
"""Puts a number in, also from another file of the store: what was said of it first stays."""


def suppress(db: Connection, opt_outs: Sequence[tuple[str, str]], source: str, now: float) -> int:
    """Put numbers in with their reasons, in the transaction of a store; how many were not there."""
    return sum(
        db.execute(TAKE_SUPPRESSION, (_storable(number), _storable(reason), source, now)).rowcount
        for number, reason in opt_outs
    )


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


class SqliteSuppressions:
    """`Suppressions` in a file. `using` gives its database to one thread at a time; `clock` gives Unix time."""

    def __init__(
        self, using: Callable[[], AbstractContextManager[Connection]], clock: Callable[[], float] = time.time
    ) -> None:
        self._using = using
        self._clock = clock

    def add(self, number: str, reason: str = "", source: str = "") -> bool:
        with self._using() as db:
            return suppress(db, ((number, reason),), source, self._clock()) == 1

    def remove(self, numbers: Collection[str]) -> Sequence[str]:
        with self._using() as db, transaction(db):
            delete = "DELETE FROM suppressions WHERE number = ?"
            return [number for number in numbers if db.execute(delete, (number,)).rowcount == 1]

    def has(self, number: str) -> bool:
        with self._using() as db:
            return db.execute("SELECT 1 FROM suppressions WHERE number = ?", (number,)).fetchone() is not None

    def list(self) -> Sequence[Suppressed]:
        with self._using() as db:
            return [Suppressed(*row) for row in db.execute(f"{SUPPRESSIONS_ROWS} ORDER BY since, rowid").fetchall()]
