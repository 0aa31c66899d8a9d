"""Rows of the book, as they are read and written in a transaction."""

from __future__ import annotations

import json

from nccodsl.campaign.book import NoCampaign, Verdict, Waiting
from nccodsl.campaign.decision_ledger import BEGINNING, entry_after
from nccodsl.client.clock import Reading
from nccodsl.io.sqlite import Connection


def campaign_id(db: Connection, name: str) -> int:
    row = db.execute("SELECT id FROM campaign WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise NoCampaign(f"there is no campaign `{name}`")
    number: int = row[0]
    return number


def due_recipients(db: Connection, campaign: int, now: float, most: int) -> list[Waiting]:
    """Who may be called, those first whose window closes first.

    There are few windows and many recipients: each window is looked into by itself, so that those who wait in one for
    another try cost nothing.
    """
    found: list[Waiting] = []
    closes: float | None = None
    while len(found) < most:
        (closes,) = db.execute(
            "SELECT min(closes) FROM recipient WHERE state = 'waiting' AND campaign = ?1 AND closes > coalesce(?2, -1)",
            (campaign, closes),
        ).fetchone()
        if closes is None:
            break
        rows = db.execute(
            "SELECT id, callee, due, closes, attempts FROM recipient WHERE state = 'waiting' "
            "AND campaign = ? AND closes = ? AND due <= ? ORDER BY due, id LIMIT ?",
            (campaign, closes, now, most - len(found)),
        )
        found += [Waiting(*row) for row in rows]
    return found


def move_recipient(
    db: Connection,
    campaign: int,
    recipient: int,
    state: str,
    *before: str,
    attempts: int,
    due: float | None = None,
    reason: str | None = None,
) -> None:
    """Give a recipient another state, if it is in one of those, and has had so many attempts."""
    marks = ", ".join("?" * len(before))
    db.execute(
        "UPDATE recipient SET state = ?, due = coalesce(?, due), reason = ? "
        f"WHERE campaign = ? AND id = ? AND attempts = ? AND state IN ({marks})",
        (state, due, reason, campaign, recipient, attempts, *before),
    )


def note_decision(
    db: Connection, campaign: int, recipient: int, at: float, verdict: Verdict, *, what: str | None = None
) -> None:
    """Write a decision into the ledger."""
    last = db.execute(
        "SELECT number, hash FROM decision WHERE campaign = ? ORDER BY number DESC LIMIT 1", (campaign,)
    ).fetchone() or (0, BEGINNING)
    entry = entry_after(last[1], last[0] + 1, recipient, at, what or verdict.what, verdict.rule, verdict.facts)
    facts = json.dumps(entry.facts, sort_keys=True)
    row = (campaign, entry.number, recipient, at, entry.what, entry.rule, facts, entry.previous, entry.hash)
    db.execute("INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def heard_at(now: Reading) -> tuple[str, float]:
    """A moment as workers leave it: of a clock that cannot be set, where all processes have the same one."""
    return (now.boot, now.ticks) if now.boot is not None else ("", now.wall)
