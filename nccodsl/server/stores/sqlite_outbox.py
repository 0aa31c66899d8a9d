"""The outbox in the SQLite file of a store.

`state`: 0 is to be delivered, 1 was given up, 2 is done. `at`: when it is tried next, or, once it is not tried any
more, when its row may go. A row that is done holds its key and no request.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from nccodsl.io.sqlite import Connection, transaction
from nccodsl.runtime.web_requests import Request
from nccodsl.server.stores.outbox import DELIVERED_WITHIN, GIVEN_UP_KEPT, KEYS_KEPT, Claimed, Outgoing, host_of, keyed

OUTBOX_TABLES = (
    "CREATE TABLE outbox (key TEXT PRIMARY KEY, request BLOB NOT NULL, source TEXT NOT NULL, host TEXT NOT NULL, "
    "put_in REAL NOT NULL, until REAL NOT NULL, state INTEGER NOT NULL, at REAL NOT NULL, leased INTEGER NOT NULL, "
    "attempts INTEGER NOT NULL, problem TEXT NOT NULL)",
    "CREATE INDEX by_state ON outbox (state, at)",
)
_COLUMNS = "key, request, source, host, put_in, until, state, at, leased, attempts, problem"
OUTBOX_ROWS = f"SELECT {_COLUMNS} FROM outbox"
_SET = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", "))
# From another file of the store: what is further on counts.
TAKE_OUTBOX = (
    f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    f"ON CONFLICT (key) DO UPDATE SET {_SET} WHERE excluded.state > outbox.state"
)
_PUT = (
    f"INSERT INTO outbox ({_COLUMNS}) VALUES (?1, ?2, ?3, ?6, ?4, ?5, 0, ?4, 0, 0, '') "
    f"ON CONFLICT (key) DO UPDATE SET {_SET} WHERE outbox.state > 0 AND outbox.at <= ?4"
)
_HOSTS = "host NOT IN (SELECT value FROM json_each(?1))"
_NEXT = f"SELECT at FROM outbox WHERE state = 0 AND {_HOSTS} ORDER BY at LIMIT 1"
_CLAIM = (
    "UPDATE outbox SET at = ?2, leased = 1, attempts = attempts + 1 WHERE rowid IN "
    f"(SELECT rowid FROM outbox WHERE state = 0 AND {_HOSTS} AND at <= ?3 ORDER BY at LIMIT ?4) RETURNING {_COLUMNS}"
)
_DONE = "UPDATE outbox SET state = 2, request = x'', problem = '', leased = 0, at = ? WHERE key = ? AND state < 2"
_POSTPONE = "UPDATE outbox SET at = ?, leased = 0, problem = ? WHERE key = ? AND attempts = ? AND state = 0"
_GIVE_UP = "UPDATE outbox SET state = 1, at = ?, leased = 0, problem = ? WHERE key = ? AND attempts = ? AND state = 0"
_KEEP_ON = "UPDATE outbox SET until = ? WHERE key = ? AND state < 2"
_AT_ONCE = (
    "UPDATE outbox SET state = 0, at = ?2, leased = 0, attempts = 0 "
    "WHERE key = ?1 AND state < 2 AND (leased = 0 OR at <= ?2)"
)
_OPEN = "SELECT key FROM outbox WHERE state < 2 ORDER BY put_in, rowid"
_LIST = f"SELECT {_COLUMNS} FROM outbox WHERE state = 0 OR (state = 1 AND at > ?) ORDER BY put_in, rowid"
_EXPIRED = "DELETE FROM outbox WHERE rowid IN (SELECT rowid FROM outbox WHERE state = ? AND at <= ? LIMIT 8)"
# With each one that is done, more of the expired ones go than come.


class _Row(NamedTuple):
    key: str
    request: bytes
    source: str
    host: str
    put_in: float
    until: float
    state: int
    at: float
    leased: int
    attempts: int
    problem: str


def put(db: Connection, requests: Sequence[Request], source: str, now: float) -> int:
    """Put requests in, in the transaction of a store; how many were not known."""
    return sum(
        db.execute(
            _PUT,
            (request.key, _bytes(request), source, now, now + DELIVERED_WITHIN, _host(request)),
        ).rowcount
        for request in keyed(requests)
    )


def _bytes(request: Request) -> bytes:
    return request.to_json().encode("utf-8", "surrogatepass")


def _host(request: Request) -> str:
    return host_of(request.url).encode("utf-8", "replace").decode()


class SqliteOutbox:
    """An `Outbox` in a file. `using` gives its database to one thread at a time."""

    def __init__(
        self, using: Callable[[], AbstractContextManager[Connection]], clock: Callable[[], float] = time.time
    ) -> None:
        self._using = using
        self._clock = clock

    def enqueue(self, request: Request, source: str) -> bool:
        keyed((request,))
        with self._using() as db:
            return put(db, (request,), source, self._clock()) == 1

    def claim(self, most: int, lease: float, without: Collection[str] = ()) -> Claimed:
        now = self._clock()
        hosts = json.dumps([*without])
        with self._using() as db:
            # Reading first: it disturbs no other process.
            first = db.execute(_NEXT, (hosts,)).fetchone()
            if first is None or first[0] > now:
                return Claimed((), first[0] - now if first is not None else None)
            rows = db.execute(_CLAIM, (hosts, now + lease, now, most)).fetchall()
            following = db.execute(_NEXT, (hosts,)).fetchone()
        claimed = sorted((_outgoing(_Row(*row), now) for row in rows), key=lambda one: -one.age)
        return Claimed(tuple(claimed), max(0.0, following[0] - now) if following is not None else None)

    def delivered(self, key: str) -> None:
        self._ended((key,))

    def postpone(self, key: str, attempts: int, seconds: float, problem: str) -> None:
        with self._using() as db:
            db.execute(_POSTPONE, (self._clock() + seconds, problem, key, attempts))

    def give_up(self, key: str, attempts: int, problem: str) -> None:
        with self._using() as db:
            db.execute(_GIVE_UP, (self._clock() + GIVEN_UP_KEPT, problem, key, attempts))

    def list(self) -> Sequence[Outgoing]:
        now = self._clock()
        with self._using() as db:
            return [_outgoing(_Row(*row), now) for row in db.execute(_LIST, (now,)).fetchall()]

    def retry(self, keys: Collection[str] | None = None) -> Sequence[str]:
        now = self._clock()
        with self._using() as db, transaction(db):
            found = _open(db, keys)
            db.executemany(_KEEP_ON, [(now + DELIVERED_WITHIN, key) for key in found])
            db.executemany(_AT_ONCE, [(key, now) for key in found])
        return found

    def drop(self, keys: Collection[str] | None = None) -> Sequence[str]:
        return self._ended(keys)

    def _ended(self, keys: Collection[str] | None) -> Sequence[str]:
        now = self._clock()
        with self._using() as db, transaction(db):
            found = _open(db, keys)
            db.executemany(_DONE, [(now + KEYS_KEPT, key) for key in found])
            for state in (1, 2):
                db.execute(_EXPIRED, (state, now))
        return found


def _open(db: Connection, keys: Collection[str] | None) -> list[str]:
    """The keys that are not done: of these, or of all."""
    if keys is None:
        return [key for (key,) in db.execute(_OPEN)]
    one = "SELECT key FROM outbox WHERE key = ? AND state < 2"
    return [key for key in dict.fromkeys(keys) if db.execute(one, (key,)).fetchone() is not None]


def _text(request: bytes) -> str:
    try:
        return request.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        # A damaged one keeps no other from being delivered; that it is no request is found out there.
        return ""


def _outgoing(row: _Row, now: float) -> Outgoing:
    return Outgoing(
        row.key,
        _text(row.request),
        row.source,
        now - row.put_in,
        row.until - now,
        max(0.0, row.at - now),
        row.attempts,
        row.problem,
        bool(row.leased),
        row.state == 1,
        row.host,
    )
