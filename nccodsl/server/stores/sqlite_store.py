"""States in one SQLite file, which several processes on a machine may share and a killed one leaves whole.

What has to hold together is one statement or one transaction, and states that wait to be saved share one (grouped.py).
Where the file is deleted while it is open, all that was in it goes into a new one (io/database_files.py).
"""

from __future__ import annotations

import json
import logging
import math
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from nccodsl.io.database_files import forget, identities, identity
from nccodsl.io.sqlite import TROUBLE, Connection, NewerVersion, Schema, open_database, reason_of, told, transaction
from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.tags import SECRET_BYTES
from nccodsl.runtime.web_requests import Request
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import VERSIONS, Saving, Texts
from nccodsl.server.stores.outbox import keyed
from nccodsl.server.stores.sqlite_outbox import OUTBOX_ROWS, OUTBOX_TABLES, TAKE_OUTBOX, SqliteOutbox
from nccodsl.server.stores.sqlite_states import SavedStates
from nccodsl.server.stores.sqlite_suppressions import (
    SUPPRESSIONS_ROWS,
    SUPPRESSIONS_TABLE,
    TAKE_SUPPRESSION,
    SqliteSuppressions,
)

FORMAT = 4
"""`PRAGMA user_version` of the file. One of an older format is brought up to this one, one of a newer is refused."""
BUSY = 2.0
"""Seconds to wait for other processes; they hold the file for microseconds."""
_ADVICE = "give another file with `--store sqlite:PATH`"
_LOOK = 0.2
# Seconds between two looks whether the file is still there. What was saved between them is not lost either.

# A state and its neighbours are small, and a page is what is written.
_PRAGMAS = ("page_size = 2048", "wal_autocheckpoint = 2000")
_TABLES = (
    "CREATE TABLE call_states (key TEXT PRIMARY KEY, data BLOB NOT NULL, revision INTEGER NOT NULL, "
    "conversation TEXT NOT NULL, saved REAL NOT NULL, expires REAL NOT NULL)",
    "CREATE INDEX by_conversation ON call_states (conversation) WHERE conversation <> ''",
    "CREATE TABLE versions (version TEXT PRIMARY KEY, texts TEXT NOT NULL, expires REAL NOT NULL)",
)
_SECRETS = "CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL)"
# From formats 1 and 2. The other name keeps out a server of an older version that still runs: it would write states
# without what newer ones hold.
_COLUMNS = "SELECT key, data, revision, conversation, saved, expires FROM"
_UPGRADES = {
    name: (f"{_COLUMNS} {name} LIMIT 1", f"ALTER TABLE {name} RENAME TO call_states") for name in ("calls", "states")
}
_LOAD = "SELECT data, revision FROM call_states WHERE key = ? AND expires > ?"
_FIND = (
    "SELECT key FROM call_states WHERE conversation = ? AND conversation <> '' AND expires > ? "
    "ORDER BY saved DESC, rowid DESC LIMIT 1"
)
_KEEP = (
    "INSERT INTO versions (version, texts, expires) VALUES (?, ?, ?) "
    "ON CONFLICT (version) DO UPDATE SET expires = excluded.expires"
)
# Of another file: what was saved later counts, since others may have gone on already.
_VERSIONS = "SELECT version, texts, expires FROM versions"
_TAKE_STATE = (
    "INSERT INTO call_states (key, data, revision, conversation, saved, expires) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (key) DO UPDATE SET data = excluded.data, revision = excluded.revision, "
    "conversation = excluded.conversation, saved = excluded.saved, expires = excluded.expires "
    "WHERE excluded.saved > call_states.saved"
)
_TAKE_VERSION = (
    "INSERT INTO versions (version, texts, expires) VALUES (?, ?, ?) "
    "ON CONFLICT (version) DO UPDATE SET expires = max(versions.expires, excluded.expires)"
)
_MOVED = (
    (f"{_COLUMNS} call_states", _TAKE_STATE),
    (_VERSIONS, _TAKE_VERSION),
    (OUTBOX_ROWS, TAKE_OUTBOX),
    (SUPPRESSIONS_ROWS, TAKE_SUPPRESSION),
)


class SqliteStore:
    """A `Store` in a file. `clock` gives Unix time, which processes agree on. Raises BadStore.

    `durable`: what was saved is there after a loss of power, too. `note` receives what happens to the file, as a word
    and a sentence.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        clock: Callable[[], float] = time.time,
        *,
        durable: bool = False,
        note: Callable[[str, str], None] | None = None,
    ) -> None:
        self.path = Path(path).absolute()
        self._clock = clock
        self._durable = durable
        self._note = note or _by_logging
        self._lock = threading.Lock()
        self._look_at = 0.0
        self._secret = b""
        self.outbox = SqliteOutbox(self._using, clock)
        self.suppressions = SqliteSuppressions(self._using, clock)
        with told(self._bad):
            self._open()

    def load(self, key: str) -> KeptState | None:
        try:
            with self._lock:
                self._stay()
                row = self._db.execute(_LOAD, (key, self._clock())).fetchone()
        except TROUBLE as error:
            raise self._bad(error) from None
        return KeptState(*row) if row is not None else None

    def save(
        self,
        key: str,
        data: bytes,
        revision: int | None,
        conversation: str = "",
        *,
        ended: bool = False,
        sends: Sequence[Request] = (),
        opt_outs: Sequence[tuple[str, str]] = (),
    ) -> bool:
        keyed(sends)
        (done,) = self.save_all((Saving(key, data, revision, conversation, ended, sends, opt_outs),))
        if isinstance(done, Exception):
            raise done
        return done

    def save_all(self, savings: Sequence[Saving]) -> list[bool | Exception]:
        """What `save` returns or raises for each, in one transaction; where that fails, each in its own."""
        now = self._clock()
        with self._lock:
            saved = self._save_together(savings, now) if len(savings) > 1 else None
            return saved if saved is not None else [self._save_alone(one, now) for one in savings]

    def _save_together(self, savings: Sequence[Saving], now: float) -> list[bool | Exception] | None:
        """None where nothing was saved, since one of them failed."""
        begun = False
        try:
            self._stay()
            with transaction(self._db):
                begun = True
                saved: list[bool | Exception] = [self._states.save(self._db, one, now) for one in savings]
        except Exception as error:
            # Where the file cannot be written, none waits for it again.
            return None if begun else [self._failed(error) for _ in savings]
        for one, done in zip(savings, saved, strict=True):
            if done:
                self._states.saved(self._db, one, now)
        return saved

    def _save_alone(self, saving: Saving, now: float) -> bool | Exception:
        try:
            self._stay()
            if saving.sends or saving.opt_outs:
                with transaction(self._db):
                    done = self._states.save(self._db, saving, now)
            else:
                done = self._states.save(self._db, saving, now)
        except Exception as error:
            return self._failed(error)
        if done:
            self._states.saved(self._db, saving, now)
        return done

    def find(self, conversation: str) -> str | None:
        with self._using() as db:
            row = db.execute(_FIND, (conversation, self._clock())).fetchone()
        return row[0] if row is not None else None

    def keep(self, version: str, texts: Texts) -> None:
        now = self._clock()
        with self._using() as db:
            db.execute(_KEEP, (version, json.dumps(texts), now + VERSIONS))
            db.execute("DELETE FROM versions WHERE expires <= ?", (now,))

    def texts(self, version: str) -> Texts | None:
        with self._using() as db:
            row = db.execute(
                "SELECT texts FROM versions WHERE version = ? AND expires > ?", (version, self._clock())
            ).fetchone()
        return tuple((name, text) for name, text in json.loads(row[0])) if row is not None else None

    def secret(self) -> bytes:
        return self._secret

    def tend(self) -> None:
        with self._using():
            pass

    def close(self) -> None:
        with self._lock:
            self._look_at = math.inf
            self._db.close()

    # ---- the file

    @contextmanager
    def _using(self) -> Iterator[Connection]:
        """The database, for this thread alone."""
        with self._lock, told(self._bad):
            self._stay()
            yield self._db

    def _open(self) -> None:
        schema = Schema(FORMAT, self._bring_up, f"{_COLUMNS} call_states LIMIT 1")
        # What a process has written is safe when it is killed; the last calls may go when the machine loses power.
        pragmas = (f"synchronous = {'FULL' if self._durable else 'NORMAL'}", *_PRAGMAS)
        try:
            self._db = open_database(self.path, schema, busy=BUSY, pragmas=pragmas)
        except NewerVersion:
            raise BadStore(f"{self.path} was written by another version of nccodsl", _ADVICE) from None
        try:
            (self._secret,) = self._db.execute("SELECT value FROM secrets WHERE name = 'tags'").fetchone()
        except BaseException:
            self._db.close()
            raise
        self._states = SavedStates()
        self._look_at = time.monotonic() + _LOOK
        self._files = identities(self.path)

    def _stay(self) -> None:
        """Go on in a new file where the one that is open was deleted, or another one has come in its place."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + _LOOK
        if identity(self.path) == self._files[0]:
            return
        old, known = self._db, self._secret
        rows = [old.execute(query).fetchall() for query, _ in _MOVED]
        try:
            forget(self.path, self._files)
            self._open()
            with transaction(self._db):
                for (_, take), found in zip(_MOVED, rows, strict=True):
                    self._db.executemany(take, found)
        except BaseException:
            if self._db is not old:
                self._db.close()
            self._db, self._secret, self._look_at = old, known, 0.0
            raise
        old.close()
        self._note(
            "store-deleted", f"{self.path} was deleted or replaced; its {len(rows[0]):,} states continue in a new file"
        )

    def _bring_up(self, db: Connection, found: int) -> None:
        """Make the tables, or those of an older format into ours."""
        if found == 0 and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise BadStore(f"{self.path} is a database of another program", _ADVICE)
        db.execute(SUPPRESSIONS_TABLE)
        if found == 3:  # what an older server writes, which still runs, has all that ours has
            return
        tables = _TABLES if found == 0 else _UPGRADES["calls" if found == 1 else "states"]
        for statement in (*tables, *OUTBOX_TABLES):
            db.execute(statement).fetchall()
        if found >= 2:
            return
        db.execute(_SECRETS)
        secret = self._secret or secrets.token_bytes(SECRET_BYTES)
        db.execute("INSERT INTO secrets VALUES ('tags', ?)", (secret,))

    def _failed(self, error: Exception) -> Exception:
        return self._bad(error) if isinstance(error, TROUBLE) else error

    def _bad(self, error: Exception) -> BadStore:
        return BadStore(f"calls cannot be stored in {self.path}: {reason_of(error)}", _ADVICE)


def _by_logging(what: str, text: str) -> None:
    logging.getLogger("nccodsl.webhooks").warning("%s: %s", what, text)
