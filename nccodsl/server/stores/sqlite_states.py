"""Saving states in the SQLite file of a store: compare-and-set, and the removal of what has expired."""

from __future__ import annotations

from contextlib import suppress

from nccodsl.io.sqlite import TROUBLE, Connection
from nccodsl.server.stores.base import AFTER_END, AFTER_LAST, Saving
from nccodsl.server.stores.sqlite_outbox import put
from nccodsl.server.stores.sqlite_suppressions import suppress as suppress_numbers

_EVERY, _LOOKED_AT = 64, 256
# After so many saves so many rows are looked at, round and round, and the expired ones removed: an index by time would
# have to be written with every save. So no webhook ever waits for more than this.
_MOST_KNOWN = 4096
# What has expired counts as not there, though it may still stand in the file.
_FIRST = (
    "INSERT INTO call_states (key, data, revision, conversation, saved, expires) VALUES (?1, ?2, 1, ?3, ?4, ?5) "
    "ON CONFLICT (key) DO UPDATE SET data = ?2, revision = 1, conversation = ?3, saved = ?4, expires = ?5 "
    "WHERE expires <= ?4"
)
# Where the conversation is not set, its index stays untouched.
_SET = "UPDATE call_states SET data = ?, revision = revision + 1, saved = ?, expires = ?"
_IF = "WHERE key = ? AND revision = ? AND expires > ?"
_NEXT = f"{_SET} {_IF}"
_NEXT_NAMED = f"{_SET}, conversation = ? {_IF}"
_AHEAD = (
    "SELECT max(rowid), count(*) FROM "
    f"(SELECT rowid FROM call_states WHERE rowid >= ? ORDER BY rowid LIMIT {_LOOKED_AT})"
)
_FORGET = "DELETE FROM call_states WHERE rowid BETWEEN ? AND ? AND expires <= ?"


class SavedStates:
    """The states in one file, as long as it is open; for one thread at a time."""

    def __init__(self) -> None:
        self._saves = self._next = 0
        self._conversations: dict[str, str] = {}

    def save(self, db: Connection, saving: Saving, now: float) -> bool:
        """Save a state if it has the revision, with what goes along; whether it was. One transaction, or part of one.

        Where that is through, say so with `saved`. Raises TROUBLE.
        """
        key, data, revision, conversation, ended, sends, opt_outs = saving
        expires = now + (AFTER_END if ended else AFTER_LAST)
        values: tuple[object, ...]
        if revision is None:
            statement, values = _FIRST, (key, data, conversation, now, expires)
        elif self._conversations.get(key) == conversation:
            statement, values = _NEXT, (data, now, expires, key, revision, now)
        else:
            statement, values = _NEXT_NAMED, (data, now, expires, conversation, key, revision, now)
        done = db.execute(statement, values).rowcount == 1
        if done and (sends or opt_outs):
            put(db, sends, key, now)
            suppress_numbers(db, opt_outs, key, now)
        return done

    def saved(self, db: Connection, saving: Saving, now: float) -> None:
        """A state is in the file."""
        if len(self._conversations) >= _MOST_KNOWN:
            self._conversations.clear()
        self._conversations[saving.key] = saving.conversation
        self._saves += 1
        if self._saves % _EVERY == 0:
            # Whatever becomes of this, the state is saved.
            with suppress(*TROUBLE):
                last, rows = db.execute(_AHEAD, (self._next,)).fetchone()
                if rows:
                    db.execute(_FORGET, (self._next, last, now))
                self._next = last + 1 if rows == _LOOKED_AT else 0
