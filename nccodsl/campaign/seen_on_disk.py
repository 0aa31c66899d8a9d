"""The numbers of a table that were seen, kept outside of memory: a million of them take a few megabytes of it."""

from __future__ import annotations

from types import TracebackType

from nccodsl.io.sqlite import open_scratch


class SeenOnDisk:
    """Implements `SeenNumbers`; ends with the `with` block."""

    def __init__(self) -> None:
        self._db = open_scratch()
        self._db.execute("CREATE TABLE seen (number INTEGER PRIMARY KEY, line INTEGER NOT NULL)")
        self._db.execute("BEGIN")

    def __enter__(self) -> SeenOnDisk:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._db.close()

    def note(self, number: str, line: int) -> int | None:
        if self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (int(number), line)).rowcount:
            return None
        earlier: int = self._db.execute("SELECT line FROM seen WHERE number = ?", (int(number),)).fetchone()[0]
        return earlier
