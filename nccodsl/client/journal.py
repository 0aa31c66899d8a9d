"""The journal of calls: what was meant is written down before it is sent, so that nothing is dialled twice.

One SQLite file, which several processes may use at once. It holds numbers and ids, no spoken texts and no keys.

::

    pending ──► placed      the API took it
       │  ├───► refused     the API did not: it may be dialled again
       │  ├───► unsent      the API could not be reached, and nothing was sent: it may be dialled again
       │  └───► unknown     something was sent, and no answer came
       └─ and unknown ──► placed or absent, when it has been looked up, or a person has settled it; an absent call may
                          be dialled again
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Unpack

from nccodsl.client import start_slots
from nccodsl.client.clock import Bounds, Reading, read_clocks
from nccodsl.client.failures import BadJournal, ReferenceInUse, ReferenceUnsettled, shown
from nccodsl.client.intents import OPEN, Intent, plain
from nccodsl.client.journal_rows import COLUMNS, IntentChange, change, insert, intent_of
from nccodsl.client.journal_tables import OVER, VERSION, bring_up
from nccodsl.client.start_slots import NoSlot, SlotClaim
from nccodsl.client.writer_process import is_running
from nccodsl.diagnostics import messages
from nccodsl.io.folders import STATE_VARIABLE, named_state_folder, state_folder
from nccodsl.io.sqlite import (
    Connection,
    NewerVersion,
    Schema,
    add_part,
    is_damaged,
    open_database,
    reason_of,
    told,
    transaction,
)

FILE = "calls.sqlite3"
SHORT_ID = 8
"""Characters of an id that lists show; fewer are not enough to name a call, since a slip might name another one."""

_BUSY_SECONDS = 15.0
_UPDATE = f"update nccodsl, or set `{STATE_VARIABLE}=FOLDER` to another folder"
_ADVICE = f"set `{STATE_VARIABLE}=FOLDER` to a folder that you can write to"


class Journal:
    """The journal of calls: in `folder`, or in `NCCODSL_STATE`, or in the state folder of the user.

    Threads can share it. All methods raise BadJournal.
    """

    def __init__(
        self,
        folder: Path | None = None,
        environ: Mapping[str, str] | None = None,
        clock: Callable[[], Reading] = read_clocks,
    ) -> None:
        own = folder is None and named_state_folder(environ) is None
        folder = state_folder(environ) if folder is None else folder
        self.path = folder / FILE
        self.clock = clock
        self._lock = threading.Lock()
        with told(self._bad):
            if own and folder.is_dir():
                folder.chmod(0o700)
            self._db = self._open()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

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
            earlier = self._of_reference(intent.reference) if intent.reference is not None else None
            if earlier is not None:
                _judge(earlier, intent)
                return earlier, True
            left = start_slots.take(db, claim, self.clock()) if claim is not None else 0.0
            if left <= 0:
                insert(db, intent)
        if left > 0:
            raise NoSlot(left)
        return intent, False

    def take_slots(self, claim: SlotClaim) -> None:
        """Take the slots of a start that is no call of its own. Raises NoSlot if they are not free."""
        with self.writing():
            left = start_slots.take(self._db, claim, self.clock())
        if left > 0:
            raise NoSlot(left)

    def renew_slots(self, claim: SlotClaim) -> bool:
        """Begin the lease of slots again; False if others have them."""
        with self.writing():
            return start_slots.renew(self._db, claim, self.clock())

    def free_slots(self, claim: SlotClaim, answered: Reading | None = None) -> None:
        """Free the slots of a start: after its rest if its request was answered, else at once."""
        with self.writing():
            if answered is not None:
                start_slots.free(self._db, claim, answered)
            else:
                start_slots.free(self._db, claim, self.clock(), rest=0.0)

    def settle(self, id: str, state: str, **noted: Unpack[IntentChange]) -> bool:
        """Change the state of an intent, if it is in one of the expected states and no other intent has this uuid."""
        with self.writing() as db:
            return change(db, id, state, self.clock().wall, **noted)

    def open_intents(self) -> list[Intent]:
        """The intents whose outcome is unknown, oldest first."""
        return self._select("WHERE state IN ('pending', 'unknown') ORDER BY created_at, id", ())

    def rivals(self, intent: Intent, first: float, last: float) -> list[Intent]:
        """The intents in a span of time whose calls could be the call of this one, itself included, in order."""
        return self._select(
            "WHERE created_at BETWEEN ? AND ? AND uuid IS NULL AND state IN ('pending', 'unknown', 'placed') "
            "AND host = ? AND application_id = ? AND plain(callee) = plain(?) ORDER BY created_at, id",
            (first, last, intent.host, intent.application_id, intent.callee),
        )

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
        found = self._select(
            "WHERE reference = ?1 OR (length(?1) >= ?2 AND substr(id, 1, length(?1)) = lower(?1)) "
            f"ORDER BY reference IS ?1 DESC, state NOT IN {OVER} DESC, created_at DESC LIMIT 2",
            (word, SHORT_ID),
        )
        if len(found) == 2 and found[0].reference != word:
            return None
        return found[0] if found else None

    def taken(self, uuids: Iterable[str]) -> set[str]:
        """The IDs among these that already belong to an intent."""
        with self._lock, told(self._bad):
            return {
                uuid
                for uuid in uuids
                if self._db.execute("SELECT 1 FROM intents WHERE uuid = ?", (uuid,)).fetchone() is not None
            }

    def _of_reference(self, reference: str) -> Intent | None:
        row = self._db.execute(
            f"SELECT {COLUMNS} FROM intents WHERE reference = ? AND state NOT IN {OVER}", (reference,)
        ).fetchone()
        return Intent(*row) if row else None

    def _select(self, condition: str, values: tuple[str | int | float, ...]) -> list[Intent]:
        with self._lock, told(self._bad):
            return [Intent(*row) for row in self._db.execute(f"SELECT {COLUMNS} FROM intents {condition}", values)]

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """No other process writes meanwhile; what is written is on the disk when the block has ended.

        For who keeps more in the file (`add_part`), and writes it together with intents (`insert`).
        """
        with self._lock, told(self._bad), transaction(self._db):
            yield self._db

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The file, for who keeps more in it."""
        with self._lock, told(self._bad):
            yield self._db

    def add_part(self, name: str, schema: Schema) -> None:
        """Bring tables up to date that stand beside those of the journal."""
        try:
            with self.reading() as db:
                add_part(db, name, schema)
        except NewerVersion:
            raise BadJournal(f"the journal {self.path} was written by a newer version of nccodsl", _UPDATE) from None

    def _bad(self, error: Exception) -> BadJournal:
        reason = shown(reason_of(error), 100)
        if is_damaged(error):
            return BadJournal(
                f"the journal {self.path} is damaged: {reason}",
                "run `nccodsl calls list` to check the calls of the last days, then move the file away",
            )
        return BadJournal(f"the journal {self.path} cannot be used: {reason}", _ADVICE)

    def _open(self) -> Connection:
        schema = Schema(VERSION, bring_up, f"SELECT {COLUMNS} FROM intents LIMIT 1")
        try:
            db = open_database(self.path, schema, busy=_BUSY_SECONDS, pragmas=("synchronous = FULL",))
        except NewerVersion:
            raise BadJournal(f"the journal {self.path} was written by a newer version of nccodsl", _UPDATE) from None
        db.create_function("plain", 1, plain, deterministic=True)
        return db


def _judge(earlier: Intent, wanted: Intent) -> None:
    """Raise where a reference cannot stand for this call."""
    name = shown(earlier.reference or "", 60)
    if any(getattr(earlier, part) != getattr(wanted, part) for part in ("fingerprint", "host", "application_id")):
        raise ReferenceInUse(messages.calls.reference_of_another(name, shown(earlier.callee, 60)))
    if earlier.state in OPEN:
        busy = earlier.state == "pending" and is_running(earlier.pid, earlier.started)
        raise ReferenceUnsettled(messages.calls.reference_unsettled(name, earlier.pid if busy else None))
