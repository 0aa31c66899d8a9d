"""Rows of the journal, as they are written in a transaction."""

from __future__ import annotations

from collections.abc import Iterable

from nccodsl.client.clock import Bounds
from nccodsl.client.intents import OPEN, Intent
from nccodsl.client.journal_tables import OVER
from nccodsl.io.sqlite import Connection

COLUMNS = ", ".join(Intent._fields)
# A call that was taken for absent too early may turn out to be placed when its reference has been dialled again.
_FREED = (
    "reference = CASE WHEN EXISTS (SELECT 1 FROM intents AS other WHERE other.reference = intents.reference "
    f"AND other.id <> intents.id AND other.state NOT IN {OVER}) THEN NULL ELSE reference END"
)


def insert(db: Connection, intent: Intent) -> None:
    """Write a new intent; to be called in a transaction."""
    marks = ", ".join("?" * len(Intent._fields))
    db.execute(f"INSERT INTO intents ({COLUMNS}) VALUES ({marks})", intent._compared())


def change(
    db: Connection,
    id: str,
    state: str,
    now: float,
    *,
    expected: Iterable[str] = OPEN,
    uuid: str | None = None,
    conversation_uuid: str | None = None,
    detail: str | None = None,
    ahead: Bounds | None = None,
    lasted: float | None = None,
    by: str | None = None,
) -> bool:
    """As `Journal.settle`; to be called in a transaction."""
    states = tuple(expected)
    bounds = (None, None) if ahead is None else (ahead.least, ahead.most)
    if uuid is not None and db.execute("SELECT 1 FROM intents WHERE uuid = ? AND id <> ?", (uuid, id)).fetchone():
        return False
    changed = db.execute(
        f"UPDATE intents SET {_FREED}, state = ?, uuid = ?, conversation_uuid = ?, detail = ?, settled_at = ?, "
        "settled_by = ?, ahead_least = coalesce(?, ahead_least), ahead_most = coalesce(?, ahead_most), "
        f"lasted = coalesce(?, lasted) WHERE id = ? AND state IN ({', '.join('?' * len(states))})",
        (*(state, uuid, conversation_uuid, detail, now, by, *bounds, lasted), id, *states),
    )
    return changed.rowcount == 1
