"""The journal of calls: what was meant is written down before it is sent, so that nothing is dialled twice.

One SQLite file, which several processes may use at once. It holds numbers and ids, no spoken texts and no keys.

::

    pending ──► placed      the API took it
       │  ├───► refused     the API, or the way to it, did not: it may be dialled again
       │  └───► unknown     something was sent, and no answer came
       └─ and unknown ──► placed or absent, when it has been looked up; an absent call may be dialled again
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nccodsl.client.errors import BadJournal, ReferenceInUse, ReferenceUnsettled, shown
from nccodsl.record import Record

STATE_VARIABLE = "NCCODSL_STATE"
"""Names a folder in place of the user's own state folder."""
FILE = "calls.sqlite3"
OPEN = ("pending", "unknown")
"""States of which nobody knows yet whether a phone rang."""

_VERSION = 1
_BUSY_SECONDS = 15.0
_ADVICE = f"{STATE_VARIABLE} names another folder to keep it in"
_TABLE = """
CREATE TABLE intents (
    id TEXT PRIMARY KEY,
    reference TEXT,
    fingerprint TEXT NOT NULL,
    host TEXT NOT NULL,
    application_id TEXT NOT NULL,
    api TEXT NOT NULL,
    callee TEXT NOT NULL,
    caller TEXT,
    created_at REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'placed', 'refused', 'unknown', 'absent')),
    uuid TEXT,
    conversation_uuid TEXT,
    settled_at REAL,
    detail TEXT,
    pid INTEGER NOT NULL,
    started TEXT
)
"""
# A reference is free again when its call was refused or never came about; what happened stays in the journal.
_INDEXES = (
    "CREATE UNIQUE INDEX one_call_a_reference ON intents (reference) "
    "WHERE reference IS NOT NULL AND state NOT IN ('refused', 'absent')",
    "CREATE INDEX by_time ON intents (created_at)",
)
# A call that was taken for absent too early may turn out to be placed when its reference has been dialled again.
_FREED = (
    "reference = CASE WHEN EXISTS (SELECT 1 FROM intents AS other WHERE other.reference = intents.reference "
    "AND other.id <> intents.id AND other.state NOT IN ('refused', 'absent')) THEN NULL ELSE reference END"
)


class Intent(Record):
    """A call that somebody meant to make. Times are Unix time; `callee` and `caller` as `endpoint_value` shows them.

    `pid` and `started` are of the process that wrote it down.
    """

    id: str
    reference: str | None
    fingerprint: str
    host: str
    application_id: str
    api: str
    callee: str
    caller: str | None
    created_at: float
    state: str
    uuid: str | None
    conversation_uuid: str | None
    settled_at: float | None
    detail: str | None
    pid: int
    started: str | None


_COLUMNS = ", ".join(Intent._fields)


def state_folder(environ: Mapping[str, str] | None = None) -> tuple[Path, bool]:
    """Where the journal is kept, and whether that is the user's own state folder and not one that was named."""
    named = (os.environ if environ is None else environ).get(STATE_VARIABLE)
    if named:
        return Path(named), False
    from platformdirs import user_state_dir

    return Path(user_state_dir("nccodsl", appauthor=False)), True


class Journal:
    """The journal in `folder`, else where `NCCODSL_STATE` says, else in the user's state folder.

    Safe to share between threads. All methods raise BadJournal.
    """

    def __init__(
        self,
        folder: Path | None = None,
        environ: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        default = False
        if folder is None:
            folder, default = state_folder(environ)
        self.path = folder / FILE
        self._clock = clock
        self._lock = threading.Lock()
        with self._told():
            _make(folder, self.path, private=default)
            self._db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            with self._told():
                self._prepare()
        except BadJournal:
            self._db.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def begin(
        self,
        *,
        reference: str | None,
        fingerprint: str,
        host: str,
        application_id: str,
        api: str,
        callee: str,
        caller: str | None,
    ) -> tuple[Intent, bool]:
        """Write down, for good, that a call is about to be placed; False: now it may be sent.

        True: this reference has been placed already, by that intent. Raises ReferenceInUse where it belongs to another
        call, and ReferenceUnsettled where nobody knows yet whether its call was placed.
        """
        intent = Intent(
            id=str(uuid.uuid4()),
            reference=reference,
            fingerprint=fingerprint,
            host=host,
            application_id=application_id,
            api=api,
            callee=callee,
            caller=caller,
            created_at=self._clock(),
            state="pending",
            uuid=None,
            conversation_uuid=None,
            settled_at=None,
            detail=None,
            pid=os.getpid(),
            started=_started(os.getpid()),
        )
        with self._writing():
            earlier = self._of_reference(reference) if reference is not None else None
            if earlier is not None:
                _judge(earlier, intent)
                return earlier, True
            marks = ", ".join("?" * len(Intent._fields))
            self._db.execute(f"INSERT INTO intents ({_COLUMNS}) VALUES ({marks})", intent._compared())
        return intent, False

    def settle(
        self,
        id: str,
        state: str,
        *,
        expected: Iterable[str] = OPEN,
        uuid: str | None = None,
        conversation_uuid: str | None = None,
        detail: str | None = None,
    ) -> bool:
        """Move an intent on if it is in one of the `expected` states, and no other intent has this uuid."""
        states = tuple(expected)
        with self._writing():
            taken = (
                uuid is not None
                and self._db.execute("SELECT 1 FROM intents WHERE uuid = ? AND id <> ?", (uuid, id)).fetchone()
            )
            if taken:
                return False
            changed = self._db.execute(
                f"UPDATE intents SET {_FREED}, state = ?, uuid = ?, conversation_uuid = ?, detail = ?, settled_at = ? "
                f"WHERE id = ? AND state IN ({', '.join('?' * len(states))})",
                (state, uuid, conversation_uuid, detail, self._clock(), id, *states),
            )
            return changed.rowcount == 1

    def open_intents(self) -> list[Intent]:
        """Those of which nobody knows yet whether they were placed, oldest first."""
        return self._select("WHERE state IN (?, ?) ORDER BY created_at, id", OPEN)

    def between(self, first: float, last: float) -> list[Intent]:
        """Those that were begun in a span of time, oldest first."""
        return self._select("WHERE created_at BETWEEN ? AND ? ORDER BY created_at, id", (first, last))

    def recent(self, most: int = 20) -> list[Intent]:
        """The latest ones, newest first."""
        return self._select("ORDER BY created_at DESC, id LIMIT ?", (most,))

    def find(self, word: str) -> Intent | None:
        """The intent with this id (or the beginning of it, if that is enough), or with this reference."""
        pattern = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        found = self._select(
            "WHERE reference = ?1 OR id LIKE ?2 ESCAPE '\\' ORDER BY reference = ?1 DESC, created_at DESC LIMIT 2",
            (word, pattern),
        )
        if len(found) == 2 and found[0].reference != word:
            return None
        return found[0] if found else None

    def taken(self, uuids: Iterable[str]) -> set[str]:
        """Which of these ids belong to an intent already."""
        known = {intent.uuid for intent in self._select("WHERE uuid IS NOT NULL", ())}
        return {uuid for uuid in uuids if uuid in known}

    def _of_reference(self, reference: str) -> Intent | None:
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM intents WHERE reference = ? AND state NOT IN ('refused', 'absent')", (reference,)
        ).fetchone()
        return Intent(*row) if row else None

    def _select(self, condition: str, values: tuple[Any, ...]) -> list[Intent]:
        with self._lock, self._told():
            return [Intent(*row) for row in self._db.execute(f"SELECT {_COLUMNS} FROM intents {condition}", values)]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Nobody else writes meanwhile; what is written is on the disk when the block has ended."""
        with self._lock, self._told():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._bad(error) from None

    def _bad(self, error: sqlite3.Error | OSError) -> BadJournal:
        reason = shown(getattr(error, "strerror", None) or str(error), 100)
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            return BadJournal(
                f"the journal {self.path} is damaged: {reason}",
                "look at the calls of the last days (`nccodsl calls list`), then move the file away",
            )
        return BadJournal(f"the journal {self.path} cannot be kept: {reason}", _ADVICE)

    def _prepare(self) -> None:
        self._db.execute("PRAGMA synchronous = FULL")
        until = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                # Where the file system cannot do it, SQLite stays with its other way, which is as safe.
                self._db.execute("PRAGMA journal_mode = WAL").fetchall()
                break
            except sqlite3.OperationalError as error:
                # This one statement does not wait for others by itself.
                if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
        if self._version() == 0:
            with self._writing():
                if self._version() == 0:
                    self._db.execute(_TABLE)
                    for index in _INDEXES:
                        self._db.execute(index)
                    self._db.execute(f"PRAGMA user_version = {_VERSION}")
        if self._version() != _VERSION:
            raise BadJournal(f"the journal {self.path} is of another version of nccodsl", _ADVICE)

    def _version(self) -> int:
        version: int = self._db.execute("PRAGMA user_version").fetchone()[0]
        return version


def is_running(intent: Intent) -> bool:
    """Whether the process that wrote an intent down still runs (on this machine)."""
    if intent.pid == os.getpid():
        return intent.started == _started(intent.pid)
    # Elsewhere signal 0 is not a question but an order.
    if os.name != "posix":
        return False
    try:
        os.kill(intent.pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    # Numbers of processes come round again; the time at which one began tells two of them apart.
    return intent.started is None or intent.started == _started(intent.pid)


def _started(pid: int) -> str | None:
    """When a process began, in ticks since the machine did; None where it is over, and on systems but Linux."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    # Who is dead keeps a number until the parent has noticed.
    return None if fields[0] in "ZX" else fields[19]


def _judge(earlier: Intent, wanted: Intent) -> None:
    """Raise where a reference cannot stand for this call."""
    name = f"the reference `{shown(earlier.reference or '', 60)}`"
    if any(getattr(earlier, part) != getattr(wanted, part) for part in ("fingerprint", "host", "application_id")):
        raise ReferenceInUse(
            f"{name} belongs to another call, to {shown(earlier.callee, 60)}",
            "repeat the same call with the same reference, and give each other call one of its own",
        )
    if earlier.state in OPEN:
        busy = earlier.state == "pending" and is_running(earlier)
        what = f"is being placed by process {earlier.pid}" if busy else "may have been placed or not"
        raise ReferenceUnsettled(
            f"the call of {name} {what}, so it is not dialled again", "`nccodsl calls reconcile` settles it"
        )


def _make(folder: Path, file: Path, *, private: bool) -> None:
    """The folder and an empty file that nobody else can read."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif private:
        folder.chmod(0o700)
    # SQLite gives the files beside it the same mode.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    if os.name == "posix" and file.stat().st_mode & 0o077:
        file.chmod(0o600)
