"""States in the PostgreSQL database of a store: compare-and-set, and the removal of what has expired."""

from __future__ import annotations

from contextlib import suppress

from nccodsl.io.postgres_connections import AsyncConnection, PostgresConnections
from nccodsl.runtime.operations import KeptState
from nccodsl.server.refusals import BadStore
from nccodsl.server.stores.base import AFTER_END, AFTER_LAST, Saving

# No index has a time in it, and pages have room: so an update that leaves the conversation as it is touches no index.
STATES_TABLE = (
    'CREATE TABLE nccodsl_call_states (key text COLLATE "C" PRIMARY KEY, data bytea NOT NULL, '
    'revision integer NOT NULL, conversation text COLLATE "C" NOT NULL, saved timestamptz NOT NULL, '
    "expires timestamptz NOT NULL) WITH (fillfactor = 60)",
    "CREATE INDEX nccodsl_by_conversation ON nccodsl_call_states (conversation) WHERE conversation <> ''",
)
_EVERY, _LOOKED_AT = 64, 256
# After so many saves so many rows are looked at, round and round, and the expired ones removed.
_EXPIRES = "statement_timestamp() + make_interval(secs => %s)"
_LOAD = "SELECT data, revision FROM nccodsl_call_states WHERE key = %s AND expires > statement_timestamp()"
# What has expired counts as not there, though it may still stand in the table.
_FIRST = (
    "INSERT INTO nccodsl_call_states AS old (key, data, revision, conversation, saved, expires) "
    f"VALUES (%s, %b, 1, %s, statement_timestamp(), {_EXPIRES}) "
    "ON CONFLICT (key) DO UPDATE SET data = excluded.data, revision = 1, conversation = excluded.conversation, "
    "saved = excluded.saved, expires = excluded.expires WHERE old.expires <= statement_timestamp()"
)
_NEXT = (
    "UPDATE nccodsl_call_states SET data = %b, revision = revision + 1, conversation = %s, "
    f"saved = statement_timestamp(), expires = {_EXPIRES} "
    "WHERE key = %s AND revision = %s AND expires > statement_timestamp()"
)
_FIND = (
    "SELECT key FROM nccodsl_call_states WHERE conversation = %s AND conversation <> '' "
    "AND expires > statement_timestamp() ORDER BY saved DESC LIMIT 1"
)
_FORGET = (
    f"WITH seen AS (SELECT key FROM nccodsl_call_states WHERE key > %s ORDER BY key LIMIT {_LOOKED_AT}), "
    "gone AS (DELETE FROM nccodsl_call_states AS old USING seen "
    "WHERE old.key = seen.key AND old.expires <= statement_timestamp()) "
    "SELECT max(key), count(*) FROM seen"
)


class PostgresStates:
    """The states. Raises BadStore."""

    def __init__(self, connections: PostgresConnections) -> None:
        self._connections = connections
        self._saves = 0
        self._looked_at = ""

    async def load(self, key: str) -> KeptState | None:
        rows = await self._connections.rows(_LOAD, (key,))
        return KeptState(*rows[0]) if rows else None

    async def find(self, conversation: str) -> str | None:
        """The key of the state of a conversation that was saved last."""
        rows = await self._connections.rows(_FIND, (conversation,))
        return rows[0][0] if rows else None

    async def save(self, db: AsyncConnection, saving: Saving) -> bool:
        """Save a state if it has the revision; whether it was. Say so with `saved` then. Raises TROUBLE."""
        lasts = AFTER_END if saving.ended else AFTER_LAST
        values: tuple[object, ...]
        if saving.revision is None:
            statement, values = _FIRST, (saving.key, saving.data, saving.conversation, lasts)
        else:
            statement, values = _NEXT, (saving.data, saving.conversation, lasts, saving.key, saving.revision)
        return (await db.execute(statement, values)).rowcount == 1

    async def saved(self) -> None:
        """A state is in the table: now and then, remove some that have expired."""
        self._saves += 1
        if self._saves % _EVERY:
            return
        # Whatever becomes of this, the state is saved.
        with suppress(BadStore):
            last, rows = (await self._connections.rows(_FORGET, (self._looked_at,)))[0]
            self._looked_at = last if rows == _LOOKED_AT else ""
