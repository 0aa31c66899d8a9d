"""The journal in a PostgreSQL database, which any number of machines may use at once.

All of them go by the clock of the database. A transaction that writes waits for the others: it means what it means in
SQLite, so that both run the same code. `nccodsl.io.postgres_urls.need_driver` comes before the import of this module.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from psycopg import errors

from nccodsl.client.call_journal import CallJournal
from nccodsl.client.clock import Bounds, Reading, ServerClock, read_clocks
from nccodsl.client.failures import BadJournal, JournalAway, shown
from nccodsl.client.intents import Intent
from nccodsl.client.journal_tables import VERSION, bring_up
from nccodsl.client.start_limits import LONGEST_ATTEMPT
from nccodsl.io.postgres import (
    AWAY,
    TROUBLE,
    Connection,
    PostgresTables,
    address_of,
    bring_up_to_date,
    reason_of,
)
from nccodsl.io.postgres_sql import NOW, PostgresSql
from nccodsl.io.sqlite import NewerVersion, Schema

DATABASE = "postgresql"
"""The `boot` of readings: all who share the database have one clock, whatever machine they run on."""
SCHEMA = "nccodsl"
"""Where the tables stand, unless the URL or the database names a schema."""
_STATEMENT = 60.0
"""Seconds for a statement: some change all recipients of a campaign."""
_SETTINGS = """
SET lock_timeout = '15s';
SET idle_in_transaction_session_timeout = '10s';
SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
"""
# A machine that dies in the middle of a transaction must not stop the others for long; and what was answered is kept.
_LOCK = "SELECT pg_advisory_xact_lock(1852007279, hashtext(current_schema()))"
_OWN_SCHEMA = "SELECT source = 'default' FROM pg_settings WHERE name = 'search_path'"
_WAIT = "see that its server runs and can be reached, and try again"
_ADVICE = "give nccodsl a database of its own, and a user who may create tables in it"
_UPDATE = "update nccodsl on this machine"


class PostgresJournal(CallJournal):
    """The journal in the database of a URL. A connection that fails is replaced when the next one is needed.

    Raises JournalAway where the database does not answer. What was being written then may have been kept or not: who
    cannot know must not send.
    """

    is_shared = True

    def __init__(
        self,
        url: str,
        clock: Callable[[], Reading] | None = None,
        machine: Callable[[], Reading] = read_clocks,
    ) -> None:
        """`clock` is that of the database, unless a test has another one."""
        try:
            self._address = address_of(url, statement=_STATEMENT)
        except ValueError as error:
            raise BadJournal(str(error), "write `postgresql://USER@HOST/DATABASE`") from None
        self.machine = machine
        self.clock = clock or self._read_clock
        self._lock = threading.RLock()
        self._db: PostgresSql | None = None
        self._moment: Reading | None = None
        self._apart = Bounds(0.0, 0.0)
        if clock is None:
            self._read_clock()
        with self.reading():
            pass

    def close(self) -> None:
        with self._lock:
            self._drop()

    def writer(self, intent: Intent) -> str | None:
        return "another process" if self.clock().wall - intent.created_at < LONGEST_ATTEMPT else None

    @contextmanager
    def writing(self) -> Iterator[PostgresSql]:
        with self._using() as db, db.transaction(_LOCK) as now:
            self._moment = Reading(now, now, DATABASE)
            try:
                yield db
            finally:
                self._moment = None

    @contextmanager
    def reading(self) -> Iterator[PostgresSql]:
        with self._using() as db:
            yield db

    def add_part(self, name: str, schema: Schema) -> None:
        with self.reading() as db:
            self._bring_up(db, name, schema.version, schema.bring_up)

    def scrub(self) -> None:
        """Its server does so by itself, in time."""

    def note_growth(self, table: str) -> None:
        # By itself it may notice only a minute later, and look at all rows until then.
        with self.reading() as db:
            db.execute(f"ANALYZE {table}")

    def ahead(self, server: ServerClock, at: Reading | None = None) -> Bounds | None:
        """As far as it is known by now: both clocks are meant not to be set."""
        found, apart = server.ahead(), self._apart
        return None if found is None else Bounds(found.least - apart.most, found.most - apart.least)

    def estimate(self) -> Reading:
        now = self.machine().wall + self._apart.least
        return Reading(now, now, DATABASE)

    def _read_clock(self) -> Reading:
        """The clock of the database: it was read after this was called, and before it returns.

        In a transaction it stands still, as it was when the others had written.
        """
        with self.reading() as db:
            if self._moment is not None:
                return self._moment
            before = self.machine().wall
            found = db.execute(NOW).fetchone()
            after = self.machine().wall
        assert found is not None
        now: float = found[0]
        self._apart = Bounds(now - after, now - before)
        return Reading(now, now, DATABASE)

    @contextmanager
    def _using(self) -> Iterator[PostgresSql]:
        """The connection, for one thread at a time; it may use it again within."""
        with self._lock:
            if self._moment is not None:
                assert self._db is not None
                yield self._db
                return
            try:
                db = self._usable()
                try:
                    yield db
                finally:
                    if not db.leave():
                        self._drop()
            except TROUBLE as error:
                raise self._bad(error) from None

    def _usable(self) -> PostgresSql:
        if self._db is not None and not self._db.is_usable:
            self._drop()
        if self._db is None:
            self._db = self._connected()
        return self._db

    def _drop(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _connected(self) -> PostgresSql:
        db = PostgresSql(self._address)
        try:
            db.raw.execute(_SETTINGS)
            own = db.execute(_OWN_SCHEMA).fetchone()
            if own is not None and own[0]:
                # Others may make it at the same time; a user who may not make one can be given it.
                with suppress(errors.UniqueViolation, errors.DuplicateSchema):
                    if db.execute("SELECT 1 WHERE to_regnamespace(?) IS NULL", (SCHEMA,)).fetchone():
                        db.execute(f"CREATE SCHEMA {SCHEMA}")
                db.execute(f"SET search_path = {SCHEMA}")
            self._bring_up(db, "journal", VERSION, bring_up)
        except BaseException:
            db.close()
            raise
        return db

    def _bring_up(self, db: PostgresSql, name: str, version: int, make: Callable[[PostgresSql, int], None]) -> None:
        def tables(_raw: Connection, found: int) -> None:
            make(db, found)

        try:
            bring_up_to_date(db.raw, PostgresTables(name, version, tables))
        except NewerVersion:
            what = f"the tables in {self._address.shown} were made by a newer version of nccodsl"
            raise BadJournal(what, _UPDATE) from None

    def _bad(self, error: Exception) -> BadJournal:
        reason = shown(reason_of(error), 100)
        if isinstance(error, AWAY):
            return JournalAway(f"the database {self._address.shown} cannot be used now: {reason}", _WAIT)
        return BadJournal(f"the journal in {self._address.shown} cannot be used: {reason}", _ADVICE)
