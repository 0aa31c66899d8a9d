"""Rows of the book, as they are read and written in a transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping

from nccodsl.campaign.book import NoCampaign, Verdict, Waiting
from nccodsl.campaign.decision_ledger import BEGINNING, LedgerEntry, entry_after
from nccodsl.campaign.person_vault import PersonVault
from nccodsl.campaign.policy.retry_table import PastTry
from nccodsl.client.journal_tables import OVER
from nccodsl.io.sql import SqlConnection

CALLEE = "callee"
"""The number, among what is sealed of a recipient."""
STOPPED = "stopped"
"""The state of a campaign that is over for good, and of those whom it will not call, with the reason."""


FOLLOWED = "followed"
"""The member of a plan that says whether calls are followed until they have ended; without it they are."""


class DueRow:
    """A recipient whose turn may have come, still sealed."""

    __slots__ = ("attempts", "id", "person", "sealed")

    def __init__(self, id: int, person: str, sealed: bytes, attempts: int) -> None:
        self.id, self.person, self.sealed, self.attempts = id, person, sealed, attempts


def campaign_id(db: SqlConnection, name: str) -> int:
    row = db.execute("SELECT id FROM campaign WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise NoCampaign(name)
    number: int = row[0]
    return number


def due_rows(db: SqlConnection, campaign: int, now: float, most: int, *, are_open: bool) -> list[DueRow]:
    """Whose turn has come, those first whose window closes first; of those whose window is open, or has closed."""
    after, until = (now, None) if are_open else (-1.0, now)
    return _due_between(db, campaign, now, most, after, until)


def next_due(db: SqlConnection, campaign: int) -> float | None:
    """When the next of those who wait is due, in Unix time; None where no one waits."""
    query = "SELECT min(due) FROM recipient WHERE campaign = ? AND state = 'waiting'"
    due: float | None = db.execute(query, (campaign,)).fetchone()[0]
    return due


_NEXT = "(SELECT min(closes) FROM recipient WHERE state = 'waiting' AND campaign = ? AND closes > ?)"
_DUE_IN_NEXT = (
    "SELECT closes, id, person, sealed, attempts FROM recipient WHERE state = 'waiting' AND campaign = ? "
    f"AND closes = {_NEXT} AND due <= ? ORDER BY due, id LIMIT ?"
)


def _due_between(
    db: SqlConnection, campaign: int, now: float, most: int, after: float, until: float | None
) -> list[DueRow]:
    """Who may be called and whose window closes after a moment.

    There are few windows and many recipients: each window is looked into by itself, so that those who wait in one for
    another try cost nothing.
    """
    found: list[DueRow] = []
    closes = after
    while len(found) < most:
        rows = db.execute(_DUE_IN_NEXT, (campaign, campaign, closes, now, most - len(found))).fetchall()
        # Where no one is due in the next window, only its end is known.
        following = rows[0][0] if rows else db.execute(f"SELECT {_NEXT}", (campaign, closes)).fetchone()[0]
        if following is None or (until is not None and following > until):
            break
        closes = following
        found += [DueRow(*row) for _, *row in rows]
    return found


def waiting_of(db: SqlConnection, vault: PersonVault, campaign: int, row: DueRow) -> Waiting:
    """A recipient with what is known of the number: the calls of all campaigns, and the tries of this one."""
    kept = vault.unseal(row.sealed)
    callee = str(kept.pop(CALLEE))
    attempts = db.execute(
        "SELECT attempt.campaign, attempt.recipient, attempt.claimed, attempt.began, attempt.ended, attempt.outcome, "
        f"CASE WHEN intents.state IN {OVER} THEN 0 ELSE 1 END FROM attempt "
        "JOIN intents ON intents.id = attempt.intent WHERE attempt.person = ? ORDER BY attempt.claimed, attempt.number",
        (row.person,),
    ).fetchall()
    calls = tuple(claimed for _, _, claimed, _, _, _, counts in attempts if counts)
    tries = tuple(
        PastTry(began, ended, outcome)
        for of, recipient, _, began, ended, outcome, _ in attempts
        if (of, recipient) == (campaign, row.id) and outcome is not None
    )
    return Waiting(row.id, callee, row.attempts, kept, calls, tries)


def move_recipient(
    db: SqlConnection,
    campaign: int,
    recipient: int,
    state: str,
    *before: str,
    attempts: int,
    due: float | None = None,
    closes: float | None = None,
    reason: str | None = None,
) -> bool:
    """Give a recipient another state, if it is in one of those, and has had so many attempts."""
    marks = ", ".join("?" * len(before))
    changed = db.execute(
        "UPDATE recipient SET state = ?, due = coalesce(?, due), closes = coalesce(?, closes), reason = ? "
        f"WHERE campaign = ? AND id = ? AND attempts = ? AND state IN ({marks})",
        (state, due, closes, reason, campaign, recipient, attempts, *before),
    )
    return changed.rowcount == 1


def wait_again(db: SqlConnection, campaign: int, recipient: int, *before: str, attempts: int, due: float) -> None:
    """Let a recipient wait for another attempt; in a campaign that was stopped no one waits."""
    (state,) = db.execute("SELECT state FROM campaign WHERE id = ?", (campaign,)).fetchone()
    if state == STOPPED:
        move_recipient(db, campaign, recipient, STOPPED, *before, attempts=attempts, reason=STOPPED)
    else:
        move_recipient(db, campaign, recipient, "waiting", *before, attempts=attempts, due=due)


def after_placing(db: SqlConnection, campaign: int, detail: str | None = None) -> tuple[str, str | None]:
    """The state of who was called, with the reason: where calls are not followed, that is the end."""
    (plan,) = db.execute("SELECT plan FROM campaign WHERE id = ?", (campaign,)).fetchone()
    return ("placed", detail) if json.loads(plan).get(FOLLOWED, True) else ("ended", "placed")


class LedgerWriter:
    """Writes the decisions of a campaign within one transaction."""

    def __init__(self, db: SqlConnection, campaign: int) -> None:
        self._db, self._campaign = db, campaign
        last = db.execute(
            "SELECT number, hash FROM decision WHERE campaign = ? ORDER BY number DESC LIMIT 1", (campaign,)
        ).fetchone()
        self._number: int = last[0] if last else 0
        self._hash: str = last[1] if last else BEGINNING

    def note(
        self, recipient: int, at: float, what: str, reason: str, rule: str, facts: Mapping[str, object] | None = None
    ) -> None:
        """Write a decision, or what became of one, behind all others."""
        entry = entry_after(self._hash, self._number + 1, recipient, at, what, reason, rule, facts or {})
        self._number, self._hash = entry.number, entry.hash
        text = json.dumps(entry.facts, sort_keys=True)
        told = (recipient, at, what, reason, rule, text, entry.previous, entry.hash)
        self._db.execute(
            "INSERT INTO decision (campaign, number, recipient, at, what, reason, rule, facts, previous, hash) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (self._campaign, entry.number, *told),
        )

    def decided(self, recipient: int, at: float, verdict: Verdict) -> None:
        """Write a verdict."""
        self.note(recipient, at, verdict.what, verdict.reason, verdict.rule, verdict.facts)


_STORY_PAGE = 1000


def story_of(db: SqlConnection, campaign: int, recipient: int | None, after: int) -> list[LedgerEntry]:
    """Some decisions behind an entry, in order; none at the end."""
    of_one, values = ("", ()) if recipient is None else (" AND recipient = ?", (recipient,))
    rows = db.execute(
        "SELECT number, recipient, at, what, reason, rule, facts, previous, hash FROM decision "
        f"WHERE campaign = ? AND number > ?{of_one} ORDER BY number LIMIT ?",
        (campaign, after, *values, _STORY_PAGE),
    ).fetchall()
    return [
        LedgerEntry(number, whom, at, what, reason, rule, json.loads(facts), previous, digest)
        for number, whom, at, what, reason, rule, facts, previous, digest in rows
    ]
