"""The outbox in the PostgreSQL database of a store.

`state`: 0 is to be delivered, 1 was given up, 2 is done. `at`: when it is tried next, or, once it is not tried any
more, when its row may go. A row that is done holds its key and no request.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nccodsl.io.postgres import storable
from nccodsl.io.postgres_connections import AsyncConnection, PostgresConnections, Row
from nccodsl.runtime.web_requests import Request
from nccodsl.server.stores.outbox import DELIVERED_WITHIN, GIVEN_UP_KEPT, KEYS_KEPT, Claimed, Outgoing, host_of, keyed

OUTBOX_TABLE = (
    'CREATE TABLE nccodsl_outbox (key text COLLATE "C" PRIMARY KEY, request bytea NOT NULL, source text NOT NULL, '
    "host text NOT NULL, put_in timestamptz NOT NULL, until timestamptz NOT NULL, state integer NOT NULL, "
    "at timestamptz NOT NULL, leased boolean NOT NULL, attempts integer NOT NULL, problem text NOT NULL, "
    "place bigint GENERATED ALWAYS AS IDENTITY)",
    "CREATE INDEX nccodsl_outbox_by_state ON nccodsl_outbox (state, at)",
)
_NOW = "statement_timestamp()"
_LATER = f"{_NOW} + make_interval(secs => %s)"
_COLUMNS = (
    "key, request, source, host, "
    f"extract(epoch FROM {_NOW} - put_in)::float8, extract(epoch FROM until - {_NOW})::float8, "
    f"greatest(0, extract(epoch FROM at - {_NOW}))::float8, attempts, problem, leased, state = 1, place"
)
_AGE, _PLACE = 4, -1
# Of these columns: the order in which requests were put in.
_PUT = (
    "INSERT INTO nccodsl_outbox AS old "
    "(key, request, source, host, put_in, until, state, at, leased, attempts, problem) "
    f"VALUES (%s, %b, %s, %s, {_NOW}, {_LATER}, 0, {_NOW}, false, 0, '') "
    "ON CONFLICT (key) DO UPDATE SET request = excluded.request, source = excluded.source, host = excluded.host, "
    "put_in = excluded.put_in, until = excluded.until, state = 0, at = excluded.at, leased = false, attempts = 0, "
    f"problem = '' WHERE old.state > 0 AND old.at <= {_NOW}"
)
_WAIT = (
    f"SELECT extract(epoch FROM at - {_NOW})::float8 FROM nccodsl_outbox "
    "WHERE state = 0 AND NOT host = ANY(%s) ORDER BY at LIMIT 1"
)
_CLAIM = (
    f"UPDATE nccodsl_outbox SET at = {_LATER}, leased = true, attempts = attempts + 1 WHERE key IN "
    f"(SELECT key FROM nccodsl_outbox WHERE state = 0 AND NOT host = ANY(%s) AND at <= {_NOW} "
    f"ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING {_COLUMNS}"
)
_ITS = "WHERE key = %s AND attempts = %s AND state = 0"
_POSTPONE = f"UPDATE nccodsl_outbox SET at = {_LATER}, leased = false, problem = %s {_ITS}"
_GIVE_UP = f"UPDATE nccodsl_outbox SET state = 1, at = {_LATER}, leased = false, problem = %s {_ITS}"
_OPEN = "WHERE state < 2 AND (%s OR key = ANY(%s)) RETURNING key, put_in, place"
_DONE = f"UPDATE nccodsl_outbox SET state = 2, request = '', problem = '', leased = false, at = {_LATER} {_OPEN}"
_FREE = f"(NOT leased OR at <= {_NOW})"
_RETRY = (
    f"UPDATE nccodsl_outbox SET until = {_LATER}, state = CASE WHEN {_FREE} THEN 0 ELSE state END, "
    f"at = CASE WHEN {_FREE} THEN {_NOW} ELSE at END, attempts = CASE WHEN {_FREE} THEN 0 ELSE attempts END, "
    f"leased = NOT {_FREE} {_OPEN}"
)
_LIST = f"SELECT {_COLUMNS} FROM nccodsl_outbox WHERE state = 0 OR (state = 1 AND at > {_NOW}) ORDER BY put_in, place"
_EXPIRED = (
    "DELETE FROM nccodsl_outbox WHERE key IN (SELECT key FROM nccodsl_outbox "
    f"WHERE state IN (1, 2) AND at <= {_NOW} LIMIT 16 FOR UPDATE SKIP LOCKED)"
)
# With each one that is done, more of the expired ones go than come.


async def put(db: AsyncConnection, requests: Sequence[Request], source: str) -> int:
    """Put requests in, in the transaction of a store; how many were not known. Raises TROUBLE."""
    added = 0
    for request in keyed(requests):
        data = request.to_json().encode("utf-8", "surrogatepass")
        values = (request.key, data, storable(source), storable(host_of(request.url)), DELIVERED_WITHIN)
        added += (await db.execute(_PUT, values)).rowcount
    return added


class PostgresOutbox:
    """An `AsyncOutbox` in a database."""

    def __init__(self, connections: PostgresConnections) -> None:
        self._connections = connections

    async def enqueue(self, request: Request, source: str) -> bool:
        keyed((request,))
        return await self._connections.run(lambda db: put(db, (request,), source)) == 1

    async def claim(self, most: int, lease: float, without: Collection[str] = ()) -> Claimed:
        hosts = [*without]
        # Reading first: it disturbs no other process.
        first = await self._connections.rows(_WAIT, (hosts,))
        if not first or first[0][0] > 0:
            return Claimed((), first[0][0] if first else None)
        rows = await self._connections.rows(_CLAIM, (lease, hosts, most))
        following = await self._connections.rows(_WAIT, (hosts,))
        claimed = sorted(rows, key=lambda row: (-row[_AGE], row[_PLACE]))
        return Claimed(tuple(map(_outgoing, claimed)), max(0.0, following[0][0]) if following else None)

    async def delivered(self, key: str) -> None:
        await self._ended((key,))

    async def postpone(self, key: str, attempts: int, seconds: float, problem: str) -> None:
        await self._connections.count(_POSTPONE, (seconds, storable(problem), key, attempts))

    async def give_up(self, key: str, attempts: int, problem: str) -> None:
        await self._connections.count(_GIVE_UP, (GIVEN_UP_KEPT, storable(problem), key, attempts))

    async def list(self) -> Sequence[Outgoing]:
        return [_outgoing(row) for row in await self._connections.rows(_LIST)]

    async def retry(self, keys: Collection[str] | None = None) -> Sequence[str]:
        rows = await self._connections.rows(_RETRY, (DELIVERED_WITHIN, keys is None, [*(keys or ())]))
        return _in_order(rows, keys)

    async def drop(self, keys: Collection[str] | None = None) -> Sequence[str]:
        return await self._ended(keys)

    async def _ended(self, keys: Collection[str] | None) -> Sequence[str]:
        rows = await self._connections.rows(_DONE, (KEYS_KEPT, keys is None, [*(keys or ())]))
        await self._connections.count(_EXPIRED)
        return _in_order(rows, keys)


def _in_order(rows: Sequence[Row], keys: Collection[str] | None) -> Sequence[str]:
    """The keys that a statement returned, as they were given or, of all, the oldest first."""
    if keys is None:
        return [key for key, _, _ in sorted(rows, key=lambda row: row[1:])]
    found = {row[0] for row in rows}
    return [key for key in dict.fromkeys(keys) if key in found]


def _outgoing(row: Row) -> Outgoing:
    key, request, source, host, age, left, wait, attempts, problem, leased, given_up, _place = row
    try:
        text = bytes(request).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        # A damaged one keeps no other from being delivered; that it is no request is found out there.
        text = ""
    return Outgoing(key, text, source, age, left, wait, attempts, problem, leased, given_up, host)
