"""Rows of the journal, as they are written in a transaction."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypedDict, Unpack

from nccodsl.client.clock import Bounds, Reading
from nccodsl.client.intents import OPEN, Intent
from nccodsl.client.journal_tables import OVER
from nccodsl.client.writer_process import started
from nccodsl.io.sql import SqlConnection

COLUMNS = ", ".join(Intent._fields)
# A call that was taken for absent too early may turn out to be placed when its reference has been dialled again.
_FREED = (
    "reference = CASE WHEN EXISTS (SELECT 1 FROM intents AS other WHERE other.reference = intents.reference "
    f"AND other.id <> intents.id AND other.state NOT IN {OVER}) THEN NULL ELSE reference END"
)


class IntentChange(TypedDict, total=False):
    """What is noted with the new state of an intent; what is not given is emptied, but for `ahead` and `lasted`.

    `expected`: the states that it may have had, those of OPEN by default. `ahead` and `lasted` are as in `Intent`; `by`
    is the person who decides.
    """

    expected: Iterable[str]
    uuid: str | None
    conversation_uuid: str | None
    detail: str | None
    ahead: Bounds | None
    lasted: float | None
    by: str | None


def intent_of(
    now: Reading,
    *,
    id: str,
    reference: str | None,
    fingerprint: str,
    host: str,
    application_id: str,
    api: str,
    callee: str,
    caller: str | None,
    ahead: Bounds | None = None,
) -> Intent:
    """A call that this process is about to place. `ahead`: by how much the server's clock is ahead, if known."""
    return Intent(
        id=id,
        reference=reference,
        fingerprint=fingerprint,
        host=host,
        application_id=application_id,
        api=api,
        callee=callee,
        caller=caller,
        created_at=now.wall,
        state="pending",
        pid=os.getpid(),
        started=started(os.getpid()),
        boot=now.boot,
        ticks=now.ticks,
        ahead_least=None if ahead is None else ahead.least,
        ahead_most=None if ahead is None else ahead.most,
    )


def insert(db: SqlConnection, intent: Intent) -> None:
    """Write a new intent; to be called in a transaction."""
    marks = ", ".join("?" * len(Intent._fields))
    db.execute(f"INSERT INTO intents ({COLUMNS}) VALUES ({marks})", intent._compared())


def change(db: SqlConnection, id: str, state: str, now: float, **noted: Unpack[IntentChange]) -> bool:
    """As `Journal.settle`; to be called in a transaction."""
    states, ahead, uuid = tuple(noted.get("expected", OPEN)), noted.get("ahead"), noted.get("uuid")
    bounds = (None, None) if ahead is None else (ahead.least, ahead.most)
    if uuid is not None and db.execute("SELECT 1 FROM intents WHERE uuid = ? AND id <> ?", (uuid, id)).fetchone():
        return False
    said = state, uuid, noted.get("conversation_uuid"), noted.get("detail"), now, noted.get("by")
    changed = db.execute(
        f"UPDATE intents SET {_FREED}, state = ?, uuid = ?, conversation_uuid = ?, detail = ?, settled_at = ?, "
        "settled_by = ?, ahead_least = coalesce(?, ahead_least), ahead_most = coalesce(?, ahead_most), "
        f"lasted = coalesce(?, lasted) WHERE id = ? AND state IN ({', '.join('?' * len(states))})",
        (*said, *bounds, noted.get("lasted"), id, *states),
    )
    return changed.rowcount == 1
