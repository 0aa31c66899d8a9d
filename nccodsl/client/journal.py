"""The journal in a SQLite file, which several processes of one machine may use at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nccodsl.client.call_journal import CallJournal
from nccodsl.client.clock import Reading, read_clocks
from nccodsl.client.failures import BadJournal, shown
from nccodsl.client.intents import Intent
from nccodsl.client.journal_rows import COLUMNS
from nccodsl.client.journal_tables import VERSION, bring_up
from nccodsl.client.writer_process import is_running
from nccodsl.io.folders import STATE_VARIABLE, named_state_folder, state_folder
from nccodsl.io.sqlite import (
    Connection,
    NewerVersion,
    Schema,
    add_part,
    is_damaged,
    open_database,
    reason_of,
    told,
    transaction,
)

FILE = "calls.sqlite3"
_PRAGMAS = ("synchronous = FULL", "secure_delete = ON")
_BUSY_SECONDS = 15.0
_UPDATE = f"update nccodsl, or set `{STATE_VARIABLE}=FOLDER` to another folder"
_ADVICE = f"set `{STATE_VARIABLE}=FOLDER` to a folder that you can write to"


class Journal(CallJournal):
    """The journal of calls: in `folder`, or in `NCCODSL_STATE`, or in the state folder of the user.

    Threads can share it. All methods raise BadJournal.
    """

    def __init__(
        self,
        folder: Path | None = None,
        environ: Mapping[str, str] | None = None,
        clock: Callable[[], Reading] = read_clocks,
    ) -> None:
        own = folder is None and named_state_folder(environ) is None
        folder = state_folder(environ) if folder is None else folder
        self.path = folder / FILE
        self.clock = self.machine = clock
        self._lock = threading.Lock()
        with told(self._bad):
            if own and folder.is_dir():
                folder.chmod(0o700)
            self._db = self._open()

    def close(self) -> None:
        self._db.close()

    def note_growth(self, table: str) -> None:
        """SQLite looks for rows by the indexes, however many there are."""

    def scrub(self) -> None:
        with self.reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def writer(self, intent: Intent) -> str | None:
        return f"process {intent.pid}" if is_running(intent.pid, intent.started) else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._lock, told(self._bad), transaction(self._db):
            yield self._db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._lock, told(self._bad):
            yield self._db

    def add_part(self, name: str, schema: Schema) -> None:
        try:
            with self.reading() as db:
                add_part(db, name, schema)
        except NewerVersion:
            raise BadJournal(f"the journal {self.path} was written by a newer version of nccodsl", _UPDATE) from None

    def _bad(self, error: Exception) -> BadJournal:
        reason = shown(reason_of(error), 100)
        if is_damaged(error):
            return BadJournal(
                f"the journal {self.path} is damaged: {reason}",
                "run `nccodsl calls list` to check the calls of the last days, then move the file away",
            )
        return BadJournal(f"the journal {self.path} cannot be used: {reason}", _ADVICE)

    def _open(self) -> Connection:
        schema = Schema(VERSION, bring_up, f"SELECT {COLUMNS} FROM intents LIMIT 1")
        try:
            return open_database(
                self.path, schema, busy=_BUSY_SECONDS, pragmas=("synchronous = FULL", "secure_delete = ON")
            )
        except NewerVersion:
            raise BadJournal(f"the journal {self.path} was written by a newer version of nccodsl", _UPDATE) from None
