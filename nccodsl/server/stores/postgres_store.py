"""States in a PostgreSQL database, which any number of processes on any number of machines share.

All times are those of the database, so clocks of machines need not agree. What has to hold together is one statement or
one transaction. What was answered is there after any process was killed, and after the database's machine lost power,
if its settings are the usual ones (`synchronous_commit`).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from contextlib import closing

from nccodsl.io.postgres import (
    AWAY,
    TROUBLE,
    Connection,
    PostgresTables,
    address_of,
    bring_up_to_date,
    connected,
    reason_of,
    version_of,
)
from nccodsl.io.postgres_connections import AsyncConnection, PostgresConnections
from nccodsl.io.sqlite import NewerVersion
from nccodsl.runtime.operations import KeptState
from nccodsl.runtime.tags import SECRET_BYTES
from nccodsl.runtime.web_requests import Request
from nccodsl.server.refusals import BadStore, StoreAway
from nccodsl.server.stores.base import VERSIONS, Saving, Texts
from nccodsl.server.stores.outbox import keyed
from nccodsl.server.stores.postgres_outbox import OUTBOX_TABLE, PostgresOutbox, put
from nccodsl.server.stores.postgres_states import STATES_TABLE, PostgresStates
from nccodsl.server.stores.postgres_suppressions import NUMBERS_TABLE, PostgresSuppressions, suppress

STORE_TABLES = "store"
"""The name of the tables among those that have a version."""
STORE_VERSION = 1
"""Their version. During an update, servers of two versions share them."""
_ADVICE = "give another database with `--store postgresql://USER@HOST/DATABASE`"
_ENCODE = "write `postgresql://USER@HOST/DATABASE`, with `%40` for `@` and `%2F` for `/` in names, or set `PGPASSWORD`"
_TABLES = (
    *STATES_TABLE,
    "CREATE TABLE nccodsl_script_versions "
    "(version text PRIMARY KEY, texts text NOT NULL, expires timestamptz NOT NULL)",
    "CREATE TABLE nccodsl_secrets (name text PRIMARY KEY, value bytea NOT NULL)",
    *OUTBOX_TABLE,
    NUMBERS_TABLE,
)
_KEEP = (
    "INSERT INTO nccodsl_script_versions VALUES (%s, %s, statement_timestamp() + make_interval(secs => %s)) "
    "ON CONFLICT (version) DO UPDATE SET expires = excluded.expires"
)
_FORGET = "DELETE FROM nccodsl_script_versions WHERE expires <= statement_timestamp()"
_TEXTS = "SELECT texts FROM nccodsl_script_versions WHERE version = %s AND expires > statement_timestamp()"


class PostgresStore:
    """An `AsyncStore` in a database. Opening it waits for the database; nothing stays open until it is used.

    `create`: where its tables are missing, they are made. Raises BadStore.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        try:
            self._address = address_of(url)
        except ValueError as error:
            raise BadStore(str(error), _ENCODE) from None
        self.shown = self._address.shown
        try:
            with closing(connected(self._address)) as db:
                self._secret = self._opened(db, create)
        except TROUBLE as error:
            raise self._bad(error) from None
        self._connections = PostgresConnections(self._address, self._bad)
        self._states = PostgresStates(self._connections)
        self.outbox = PostgresOutbox(self._connections)
        self.suppressions = PostgresSuppressions(self._connections)

    async def load(self, key: str) -> KeptState | None:
        return await self._states.load(key)

    async def save(
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
        saving = Saving(key, data, revision, conversation, ended, keyed(sends), opt_outs)
        if not sends and not opt_outs:
            saved = await self._connections.run(lambda db: self._states.save(db, saving))
        else:
            saved = await self._connections.run(lambda db: self._save_with_more(db, saving))
        if saved:
            await self._states.saved()
        return saved

    async def find(self, conversation: str) -> str | None:
        return await self._states.find(conversation)

    async def keep(self, version: str, texts: Texts) -> None:
        await self._connections.count(_KEEP, (version, json.dumps(texts), VERSIONS))
        await self._connections.count(_FORGET)

    async def texts(self, version: str) -> Texts | None:
        rows = await self._connections.rows(_TEXTS, (version,))
        return tuple((name, text) for name, text in json.loads(rows[0][0])) if rows else None

    async def secret(self) -> bytes:
        return self._secret

    async def tend(self) -> None:
        """Nothing: each use finds out for itself whether the database is there."""

    async def close(self) -> None:
        await self._connections.close()

    async def _save_with_more(self, db: AsyncConnection, saving: Saving) -> bool:
        async with db.transaction():
            saved = await self._states.save(db, saving)
            if saved:
                await put(db, saving.sends, saving.key)
                await suppress(db, saving.opt_outs, saving.key)
        return saved

    # ---- the database

    def _opened(self, db: Connection, create: bool) -> bytes:
        """The secret of the store, whose tables are ours afterwards."""
        if not create and not version_of(db, STORE_TABLES):
            raise BadStore(f"there is no store in {self.shown}", "give the `--store` of the server")
        try:
            bring_up_to_date(db, PostgresTables(STORE_TABLES, STORE_VERSION, _bring_up))
        except NewerVersion:
            raise BadStore(f"the tables in {self.shown} were made by a newer version of nccodsl", _ADVICE) from None
        found = db.execute("SELECT value FROM nccodsl_secrets WHERE name = 'tags'").fetchone()
        if found is None:
            raise BadStore(f"the tables in {self.shown} have lost their secret", _ADVICE)
        return bytes(found[0])

    def _bad(self, error: Exception) -> BadStore:
        kind = StoreAway if isinstance(error, AWAY) else BadStore
        return kind(f"calls cannot be stored in {self.shown}: {reason_of(error)}", _ADVICE)


def _bring_up(db: Connection, _found: int) -> None:
    for statement in _TABLES:
        db.execute(statement)
    db.execute("INSERT INTO nccodsl_secrets VALUES ('tags', %s)", (secrets.token_bytes(SECRET_BYTES),))
