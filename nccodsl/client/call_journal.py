"""The journal of calls: what was meant is written down before it is sent, so that nothing is dialled twice.

A SQLite file (journal.py) or a PostgreSQL database (postgres_journal.py), which several processes may use at once. It
holds numbers and ids, no keys. The book of campaigns stands beside it, with the texts of their scripts.

::

    pending ──► placed      the API took it
       │  ├───► refused     the API did not: it may be dialled again
       │  ├───► unsent      the API could not be reached, and nothing was sent: it may be dialled again
       │  └───► unknown     something was sent, and no answer came
       └─ and unknown ──► placed or absent, when it has been looked up, or a person has settled it; an absent call may
                          be dialled again
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Self, Unpack

from nccodsl.client import start_slots
from nccodsl.client.clock import Bounds, Reading, ServerClock
from nccodsl.client.failures import ReferenceInUse, ReferenceUnsettled, shown
from nccodsl.client.intents import OPEN, Intent, plain
from nccodsl.client.journal_rows import COLUMNS, IntentChange, change, insert, intent_of
from nccodsl.client.journal_tables import OPEN_ONES, OVER
from nccodsl.client.start_slots import NoSlot, SlotClaim
from nccodsl.diagnostics import messages
from nccodsl.io.sql import SqlConnection
from nccodsl.io.sqlite import Schema

SHORT_ID = 8
"""Characters of an id that lists show; fewer are not enough to name a call, since a slip might name another one."""
_MANY = 500
"""Values in one statement."""


class CallJournal(ABC):
    """A journal of calls, which threads can share. What asks it raises BadJournal; `machine` and `estimate` do not."""

    clock: Callable[[], Reading]
    """The clocks that all who share the journal go by."""
    machine: Callable[[], Reading]
    """The clocks of this machine: only they tell how long this process stood still."""

    is_shared = False
    """Whether other machines use it too."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """End it."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[SqlConnection]:
        """No other process writes meanwhile; what is written is on the disk when the block has ended.

        For who keeps more in the journal (`add_part`), and writes it together with intents (`insert`).
        """

    @abstractmethod
    def reading(self) -> AbstractContextManager[SqlConnection]:
        """The tables, for who keeps more there."""

    @abstractmethod
    def add_part(self, name: str, schema: Schema) -> None:
        """Bring tables up to date that stand beside those of the journal."""

    @abstractmethod
    def writer(self, intent: Intent) -> str | None:
        """Who may still be sending the request of a pending intent, in words; None where no one is."""

    @abstractmethod
    def scrub(self) -> None:
        """Let what was removed be gone from the files, too, as far as the database can do that at once."""

    @abstractmethod
    def note_growth(self, table: str) -> None:
        """Say that a table of a part has grown much, so that its database looks for rows in it as fits."""

    def ahead(self, server: ServerClock, at: Reading | None = None) -> Bounds | None:
        """By how much the clock of a server was ahead of `clock` at a moment; None where its answers do not tell."""
        return server.ahead(at)

    def estimate(self) -> Reading:
        """What `clock` says, as far as that is known without asking: enough to see whether there is anything to do."""
        return self.machine()

    def begin(
        self,
        *,
        reference: str | None,
        fingerprint: str,
        host: str,
        application_id: str,
        api: str,
        callee: str,
        caller: str | None,
        ahead: Callable[[Reading], Bounds | None] = lambda _: None,
        claim: SlotClaim | None = None,
    ) -> tuple[Intent, bool]:
        """Write a call into the journal before it is placed. Returns False if the call can be sent now.

        Returns True if this reference has already been placed, with the intent of that call. Raises ReferenceInUse if
        it belongs to another call, and ReferenceUnsettled if it is unknown whether its call was placed. `ahead`: by how
        much the server's clock is ahead, if known. `claim`: slots, which the same write takes; raises NoSlot.
        """
        now = self.clock()
        intent = intent_of(
            now,
            id=str(uuid.uuid4()),
            reference=reference,
            fingerprint=fingerprint,
            host=host,
            application_id=application_id,
            api=api,
            callee=callee,
            caller=caller,
            ahead=ahead(now),
        )
        return self._added(intent, claim)

    def _added(self, intent: Intent, claim: SlotClaim | None) -> tuple[Intent, bool]:
        """Write an intent down, unless its reference stands for an earlier one, or its slots are not free."""
        with self.writing() as db:
            earlier = self._of_reference(db, intent.reference) if intent.reference is not None else None
            if earlier is not None:
                self._judge(earlier, intent)
                return earlier, True
            left = start_slots.take(db, claim, self.clock()) if claim is not None else 0.0
            if left <= 0:
                insert(db, intent)
        if left > 0:
            raise NoSlot(left)
        return intent, False

    def take_slots(self, claim: SlotClaim) -> None:
        """Take the slots of a start that is no call of its own. Raises NoSlot if they are not free."""
        with self.writing() as db:
            left = start_slots.take(db, claim, self.clock())
        if left > 0:
            raise NoSlot(left)

    def renew_slots(self, claim: SlotClaim) -> bool:
        """Begin the lease of slots again; False if others have them."""
        with self.writing() as db:
            return start_slots.renew(db, claim, self.clock())

    def free_slots(self, claim: SlotClaim, since: float | None = None) -> None:
        """Free the slots of a start: when they have rested, `since` seconds after the answer; without one at once."""
        with self.writing() as db:
            start_slots.free(db, claim, self.clock(), rest=0.0 if since is None else claim.rest - since)

    def settle(self, id: str, state: str, **noted: Unpack[IntentChange]) -> bool:
        """Change the state of an intent, if it is in one of the expected states and no other intent has this uuid."""
        with self.writing() as db:
            return change(db, id, state, self.clock().wall, **noted)

    def open_intents(self) -> list[Intent]:
        """The intents whose outcome is unknown, oldest first."""
        return self._select(f"WHERE state IN {OPEN_ONES} ORDER BY created_at, id")

    def rivals(self, intent: Intent, first: float, last: float) -> list[Intent]:
        """The intents in a span of time whose calls could be the call of this one, itself included, in order."""
        # Of phones only these two are the same; of other endpoints, all are looked at.
        called = plain(intent.callee)
        found = self._select(
            "WHERE created_at BETWEEN ? AND ? AND uuid IS NULL AND state IN ('pending', 'unknown', 'placed') "
            "AND host = ? AND application_id = ? AND (callee IN (?, ?) OR ltrim(callee, '+0123456789') <> '') "
            "ORDER BY created_at, id",
            (first, last, intent.host, intent.application_id, called, f"+{called}"),
        )
        return [one for one in found if plain(one.callee) == called]

    def between(self, first: float, last: float) -> list[Intent]:
        """The intents that began in a span of time, oldest first."""
        return self._select("WHERE created_at BETWEEN ? AND ? ORDER BY created_at, id", (first, last))

    def recent(self, most: int = 20) -> list[Intent]:
        """The latest intents, newest first."""
        return self._select("ORDER BY created_at DESC, id LIMIT ?", (most,))

    def find(self, word: str) -> Intent | None:
        """The intent with this reference or ID. The first 8 characters of an ID, as in lists, are enough.

        Returns None if several IDs begin with these characters.
        """
        by_id = "OR substr(id, 1, ?) = ? " if len(word) >= SHORT_ID else ""
        found = self._select(
            f"WHERE reference = ? {by_id}ORDER BY CASE WHEN reference = ? THEN 0 ELSE 1 END, "
            f"CASE WHEN state IN {OVER} THEN 1 ELSE 0 END, created_at DESC LIMIT 2",
            (word, *((len(word), word.lower()) if by_id else ()), word),
        )
        if len(found) == 2 and found[0].reference != word:
            return None
        return found[0] if found else None

    def taken(self, uuids: Iterable[str]) -> set[str]:
        """The IDs among these that already belong to an intent."""
        wanted = list(uuids)
        found: set[str] = set()
        with self.reading() as db:
            for first in range(0, len(wanted), _MANY):
                some = wanted[first : first + _MANY]
                marks = ", ".join("?" * len(some))
                found.update(row[0] for row in db.execute(f"SELECT uuid FROM intents WHERE uuid IN ({marks})", some))
        return found

    def _of_reference(self, db: SqlConnection, reference: str) -> Intent | None:
        row = db.execute(
            f"SELECT {COLUMNS} FROM intents WHERE reference = ? AND state NOT IN {OVER}", (reference,)
        ).fetchone()
        return Intent(*row) if row else None

    def _select(self, condition: str, values: tuple[str | int | float, ...] = ()) -> list[Intent]:
        with self.reading() as db:
            return [Intent(*row) for row in db.execute(f"SELECT {COLUMNS} FROM intents {condition}", values)]

    def _judge(self, earlier: Intent, wanted: Intent) -> None:
        """Raise where a reference cannot stand for this call."""
        name = shown(earlier.reference or "", 60)
        if any(getattr(earlier, part) != getattr(wanted, part) for part in ("fingerprint", "host", "application_id")):
            raise ReferenceInUse(messages.calls.reference_of_another(name, shown(earlier.callee, 60)))
        if earlier.state in OPEN:
            writer = self.writer(earlier) if earlier.state == "pending" else None
            raise ReferenceUnsettled(messages.calls.reference_unsettled(name, writer))
