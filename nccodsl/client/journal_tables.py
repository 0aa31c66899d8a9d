"""The tables of the journal: made in a new file, and brought up to date in one that an earlier version has made."""

from __future__ import annotations

from nccodsl.client import start_slots
from nccodsl.io.sql import SqlConnection

VERSION = 4
OVER = "('refused', 'unsent', 'absent')"
"""States of calls that were never placed, in SQL: their reference is free again, and what happened stays written."""

OPEN_ONES = "('pending', 'unknown')"
"""States of calls that may or may not have been placed, in SQL: as in `intents.OPEN`."""

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
    state TEXT NOT NULL CHECK (state IN ('pending', 'placed', 'refused', 'unsent', 'unknown', 'absent')),
    uuid TEXT,
    conversation_uuid TEXT,
    settled_at REAL,
    detail TEXT,
    pid INTEGER NOT NULL,
    started TEXT,
    boot TEXT,
    ticks REAL,
    ahead_least REAL,
    ahead_most REAL,
    lasted REAL,
    settled_by TEXT
)
"""
_INDEXES = (
    "CREATE UNIQUE INDEX one_call_a_reference ON intents (reference) "
    f"WHERE reference IS NOT NULL AND state NOT IN {OVER}",
    "CREATE INDEX by_time ON intents (created_at)",
)
# Version 1 had neither clocks nor people, and called refused what was never sent.
_NEW_INDEXES = (
    "CREATE INDEX by_uuid ON intents (uuid) WHERE uuid IS NOT NULL",
    f"CREATE INDEX open_ones ON intents (created_at, id) WHERE state IN {OPEN_ONES}",
)
_FROM_1 = """
INSERT INTO intents (id, reference, fingerprint, host, application_id, api, callee, caller, created_at, state, uuid,
                     conversation_uuid, settled_at, detail, pid, started)
SELECT id, reference, fingerprint, host, application_id, api, callee, caller, created_at,
       CASE WHEN state = 'refused' AND detail = 'E703' THEN 'unsent' ELSE state END,
       uuid, conversation_uuid, settled_at, detail, pid, started
FROM intents_1
"""


def bring_up(db: SqlConnection, found: int) -> None:
    """Make the tables of this version, or those of an earlier one into ours; to be called in a transaction."""
    if found < 2:
        _bring_up_intents(db, found)
    # Version 2 had no slots, and version 3 looked through all calls for one UUID.
    if found < 3:
        db.execute(start_slots.TABLE)
    for index in _NEW_INDEXES:
        db.execute(index)


def _bring_up_intents(db: SqlConnection, found: int) -> None:
    if found == 1:
        db.execute("ALTER TABLE intents RENAME TO intents_1")
    db.execute(_TABLE)
    if found == 1:
        db.execute(_FROM_1)
        db.execute("DROP TABLE intents_1")
    for index in _INDEXES:
        db.execute(index)
