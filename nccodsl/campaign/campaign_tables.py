"""The tables of the book. They stand beside those of the journal, so that one transaction writes both."""

from __future__ import annotations

from nccodsl.campaign.book_reports import OPEN
from nccodsl.io.sql import SqlConnection
from nccodsl.io.sqlite import Schema

_TABLES = (
    # `proof` tells whether the key is the one that numbers were hashed with.
    "CREATE TABLE book_key (proof TEXT PRIMARY KEY) WITHOUT ROWID",
    """
CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    plan TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('loading', 'running', 'paused', 'stopped')),
    priority INTEGER NOT NULL,
    calls INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL
)
""",
    # `person`: the keyed hash of the number. `sealed`: number and values, encrypted. Both are gone when forgotten.
    """
CREATE TABLE recipient (
    campaign INTEGER NOT NULL REFERENCES campaign,
    id INTEGER NOT NULL,
    person TEXT,
    sealed BLOB,
    state TEXT NOT NULL CHECK (state IN
        ('waiting', 'dialling', 'unknown', 'placed', 'ended', 'refused', 'skipped', 'stopped')),
    due REAL NOT NULL,
    closes REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    PRIMARY KEY (campaign, id)
) WITHOUT ROWID
""",
    "CREATE INDEX recipient_due ON recipient (campaign, closes, due, id) WHERE state = 'waiting'",
    "CREATE INDEX recipient_soon ON recipient (campaign, due) WHERE state = 'waiting'",
    "CREATE INDEX recipient_state ON recipient (campaign, state)",
    "CREATE INDEX recipient_person ON recipient (person)",
    # Those that are open are looked for all the time.
    *(f"CREATE INDEX recipient_{state} ON recipient (campaign, id) WHERE state = '{state}'" for state in OPEN),
    # `began`, `ended`, `outcome`, `seconds` and `price`: those of the call, once it has ended.
    """
CREATE TABLE attempt (
    intent TEXT PRIMARY KEY,
    campaign INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    number INTEGER NOT NULL,
    person TEXT NOT NULL,
    worker TEXT NOT NULL,
    claimed REAL NOT NULL,
    began REAL,
    ended REAL,
    outcome TEXT,
    seconds REAL,
    price REAL,
    UNIQUE (campaign, recipient, number)
) WITHOUT ROWID
""",
    "CREATE INDEX attempt_person ON attempt (person, claimed)",
    "CREATE INDEX attempt_open ON attempt (campaign, claimed) WHERE outcome IS NULL",
    "CREATE INDEX attempt_time ON attempt (campaign, claimed, intent)",
    """
CREATE TABLE decision (
    campaign INTEGER NOT NULL,
    number INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    at REAL NOT NULL,
    what TEXT NOT NULL,
    reason TEXT NOT NULL,
    rule TEXT NOT NULL,
    facts TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (campaign, number)
) WITHOUT ROWID
""",
    "CREATE INDEX decision_recipient ON decision (campaign, recipient)",
    "CREATE TABLE worker (name TEXT PRIMARY KEY, boot TEXT NOT NULL, seen REAL NOT NULL) WITHOUT ROWID",
)

_NAMES = ("book_key", "campaign", "recipient", "attempt", "decision", "worker")


def _bring_up(db: SqlConnection, found: int) -> None:
    for table in _TABLES:
        db.execute(table)


_PROBE = " UNION ALL ".join(f"SELECT 1 FROM {table} WHERE FALSE" for table in _NAMES)
CAMPAIGNS = Schema(1, _bring_up, _PROBE)
"""The part of the journal that holds campaigns."""
