"""The latest events of calls, for those who watch: numbered, and the oldest make room for new ones."""

from __future__ import annotations

from pathlib import Path

from nccodsl.io.sqlite import Connection, Schema, open_database, open_in_memory

MOST_EVENTS = 1000
"""Events that are kept."""
_BUSY = 0.05
# Seconds to wait for another process that writes; a call is never worth less than its event.
_TABLE = "CREATE TABLE events (number INTEGER PRIMARY KEY AUTOINCREMENT, line BLOB NOT NULL)"


def _bring_up(db: Connection, _found: int) -> None:
    db.execute(_TABLE)


_SCHEMA = Schema(1, _bring_up, "SELECT number, line FROM events LIMIT 1")


class RecentEvents:
    """Events of one process in memory, or those of several in a file. Everything raises TROUBLE."""

    def __init__(self, path: Path | None = None) -> None:
        self._db = (
            open_database(path, _SCHEMA, busy=_BUSY, pragmas=("synchronous = OFF",))
            if path is not None
            else open_in_memory(_SCHEMA)
        )

    def add(self, line: bytes) -> None:
        """Keep an event; its number is one more than that of the event before."""
        number = self._db.execute("INSERT INTO events (line) VALUES (?)", (line,)).lastrowid or 0
        if number % (MOST_EVENTS // 10) == 0:
            self._db.execute("DELETE FROM events WHERE number <= ?", (number - MOST_EVENTS,))

    def after(self, number: int, most: int) -> list[tuple[int, bytes]]:
        """The events behind this number, in order; no more than `most`."""
        statement = "SELECT number, line FROM events WHERE number > ? ORDER BY number LIMIT ?"
        return self._db.execute(statement, (number, most)).fetchall()

    def last(self) -> int:
        """The number of the latest event; 0 where there was none."""
        found = self._db.execute("SELECT max(number) FROM events").fetchone()[0]
        return found or 0

    def close(self) -> None:
        self._db.close()
