"""The slots of an account: how many calls may begin in a second, over all processes that share a journal.

An account with N starts a second has N slots. A start takes a slot before its request is sent, and the slot is free
again one second after the request was answered. Of any N + 1 starts two have the same slot, so they arrive more than a
second apart, however long the requests are on their way. The price is a rate of N / (1 + round trip).

The functions take a connection within a transaction (`CallJournal.writing`), so that other tables can change
with the slots. They neither wait nor read a clock.

::

    free ──► kept      by a start that needs several slots and has not got them all; nothing is sent
       │       │
       └───────┴──► held      a request is on its way, or its process has died: free when its lease is over
                      └──► free      one second after the answer, or at once where nothing was sent
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from nccodsl.base.record import Record
from nccodsl.client.clock import Reading
from nccodsl.client.failures import BadArgument, shown
from nccodsl.client.start_limits import MOST_SLOTS, PLATFORM_LIMIT
from nccodsl.diagnostics import messages
from nccodsl.io.sql import SqlConnection

PERIOD = 1.0
"""Seconds from the answer until the slot is free."""
KEPT = 2.0
"""Seconds for which a slot is kept for a start that still lacks others, unless it asks again."""
LONGEST = 3600.0
"""Seconds for which a slot can be taken; one that is free later than that has seen a clock set back."""
ASK_AGAIN = 0.5
"""Seconds. A slot that is held now is free in a second or later, so this often is enough to be there in time."""

TABLE = """
CREATE TABLE slots (
    account TEXT NOT NULL,
    n INTEGER NOT NULL,
    ticks REAL NOT NULL,
    wall REAL NOT NULL,
    boot TEXT,
    holder TEXT,
    kept INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, n)
) WITHOUT ROWID
"""
"""`ticks`, `wall`, `boot`: when the slot is free, by the clocks of `Reading`. `holder`: whose it is until then."""


class SlotClaim(Record):
    """What a start wants: `starts` slots of an account that has `limit`; `holder` names the start.

    `lease`: seconds until the slots of a process that has died are free, at most LONGEST. The request has surely
    arrived `rest` seconds before that.
    """

    account: str
    limit: int
    starts: int
    holder: str
    lease: float

    @property
    def slots(self) -> int:
        """Slots that the start takes. One with more starts than there are slots takes all, for longer."""
        return min(self.starts, self.limit)

    @property
    def rest(self) -> float:
        """Seconds from the answer until the slots are free."""
        return rest_of(self.starts, self.limit)


def limit_of(wanted: int | None) -> int:
    """Starts a second that are wanted, else those of the platform. Raises BadArgument."""
    limit = PLATFORM_LIMIT if wanted is None else wanted
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_SLOTS:
        raise BadArgument(messages.calls.no_whole_number("limit", 1, MOST_SLOTS, shown(str(limit), 40)))
    return limit


def rest_of(starts: int, limit: int) -> float:
    """Seconds from the answer until the slots of so many starts are free."""
    return PERIOD * math.ceil(starts / limit)


class NoSlot(Exception):
    """The slots of a start are not all free. `seconds`: after which to ask again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no slot is free for {seconds:g} s")
        self.seconds = seconds


class _Slot(Record):
    """A row, and the seconds until it is free."""

    n: int
    left: float
    holder: str | None
    kept: bool


def take(db: SqlConnection, claim: SlotClaim, now: Reading) -> float:
    """Take the slots of a start. Returns 0 if it has them, else the seconds after which to ask again.

    Slots that are free are kept for a start that needs several, since others would take them one by one.
    """
    slots = _slots(db, claim, now)
    ours = [one for one in slots if one.holder == claim.holder]
    free = [one for one in slots if one.left <= 0 and one.holder != claim.holder]
    wanted = claim.slots - len(ours)
    if len(free) >= wanted:
        _hold(db, claim, now, [*ours, *free[: max(wanted, 0)]], claim.lease, kept=False)
        return 0.0
    others_gather = any(one.kept and one.left > 0 and one.holder != claim.holder for one in slots)
    if claim.slots > 1 and not others_gather:
        _hold(db, claim, now, [*ours, *free], KEPT, kept=True)
    first = min(one.left for one in slots if one.left > 0 and one.holder != claim.holder)
    return min(first, ASK_AGAIN)


def renew(db: SqlConnection, claim: SlotClaim, now: Reading) -> bool:
    """Begin the lease again. False if it was over and others have taken a slot: then all have to be taken anew."""
    ours = [one for one in _slots(db, claim, now) if one.holder == claim.holder]
    if len(ours) < claim.slots:
        free(db, claim, now, 0.0)
        return False
    _hold(db, claim, now, ours, claim.lease, kept=False)
    return True


def free(db: SqlConnection, claim: SlotClaim, answered: Reading, rest: float | None = None) -> None:
    """Free the slots of a start, `claim.rest` seconds after the answer; `rest` is 0 where nothing was sent."""
    rest = claim.rest if rest is None else rest
    db.execute(
        "UPDATE slots SET ticks = ?, wall = ?, boot = ?, holder = NULL, kept = 0 WHERE account = ? AND holder = ?",
        (answered.ticks + rest, answered.wall + rest, answered.boot, claim.account, claim.holder),
    )


def free_all(db: SqlConnection, account: str, holders: str, now: Reading, rest: float) -> None:
    """Free the slots of all whose names begin with `holders`, `rest` seconds from now."""
    db.execute(
        "UPDATE slots SET ticks = ?, wall = ?, boot = ?, holder = NULL, kept = 0 "
        "WHERE account = ? AND substr(holder, 1, ?) = ?",
        (now.ticks + rest, now.wall + rest, now.boot, account, len(holders), holders),
    )


def _slots(db: SqlConnection, claim: SlotClaim, now: Reading) -> list[_Slot]:
    """The slots of an account, the first to be free first."""
    rows = db.execute(
        "SELECT n, ticks, wall, boot, holder, kept FROM slots WHERE account = ? AND n < ?", (claim.account, claim.limit)
    ).fetchall()
    found = []
    for n, ticks, wall, boot, holder, kept in rows:
        # The ticks of another start of the machine, or of another machine, say nothing here.
        left = ticks - now.ticks if boot is not None and boot == now.boot else wall - now.wall
        if left > LONGEST:
            left = claim.lease
            db.execute(
                "UPDATE slots SET ticks = ?, wall = ?, boot = ? WHERE account = ? AND n = ?",
                (now.ticks + left, now.wall + left, now.boot, claim.account, n),
            )
        found.append(_Slot(n, left, holder, bool(kept)))
    known = {one.n for one in found}
    found += [_Slot(n, 0.0, None, kept=False) for n in range(claim.limit) if n not in known]
    return sorted(found, key=lambda one: (one.left, one.n))


def _hold(
    db: SqlConnection, claim: SlotClaim, now: Reading, slots: Iterable[_Slot], seconds: float, *, kept: bool
) -> None:
    db.executemany(
        "INSERT INTO slots (account, n, ticks, wall, boot, holder, kept) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (account, n) DO UPDATE SET ticks = excluded.ticks, wall = excluded.wall, boot = excluded.boot, "
        "holder = excluded.holder, kept = excluded.kept",
        [
            (claim.account, one.n, now.ticks + seconds, now.wall + seconds, now.boot, claim.holder, int(kept))
            for one in slots
        ],
    )
