"""What the book tells of campaigns afterwards, and what people change in it by hand."""

from __future__ import annotations

from collections.abc import Iterator

from nccodsl.campaign.book import Waiting
from nccodsl.campaign.book_reports import OPEN, AttemptLine, ForgottenPerson, RecipientLine
from nccodsl.campaign.book_rows import CALLEE, DueRow, LedgerWriter, campaign_id, move_recipient, story_of, waiting_of
from nccodsl.campaign.decision_ledger import LedgerEntry
from nccodsl.campaign.worker_book import WorkerBook

FORGOTTEN = "forgotten"
"""What stands in place of a number that was forgotten, and the reason of who is called no more for that."""
_PAGE = 1000


class ReportBook(WorkerBook):
    """The part of a `Book` that people ask."""

    def story(self, name: str, recipient: int | None = None, after: int = 0) -> Iterator[LedgerEntry]:
        while True:
            with self._journal.reading() as db:
                page = story_of(db, campaign_id(db, name), recipient, after)
            if not page:
                return
            yield from page
            after = page[-1].number

    def ended(self, name: str) -> tuple[int, dict[str, int]]:
        with self._journal.reading() as db:
            campaign = campaign_id(db, name)
            # One statement sees both as they were at one moment. The plus keeps an index out that has no outcomes: to
            # look each one up takes ten times as long as to read all.
            rows = db.execute(
                "SELECT '', max(number) FROM decision WHERE campaign = ? UNION ALL "
                "SELECT outcome, count(*) FROM attempt WHERE +campaign = ? AND outcome IS NOT NULL GROUP BY outcome",
                (campaign, campaign),
            ).fetchall()
        found = dict(rows)
        return found.pop("") or 0, found

    def lines(self, name: str, callee: str | None = None) -> Iterator[RecipientLine]:
        person = self._vault.person(callee) if callee is not None else None
        of_one, values = ("", ()) if person is None else ("AND person = ? ", (person,))
        after = 0
        while True:
            with self._journal.reading() as db:
                rows = db.execute(
                    "SELECT id, sealed, state, reason, attempts, due FROM recipient "
                    f"WHERE campaign = ? {of_one}AND id > ? ORDER BY id LIMIT ?",
                    (campaign_id(db, name), *values, after, _PAGE),
                ).fetchall()
            if not rows:
                return
            for id, sealed, *rest in rows:
                number = str(self._vault.unseal(sealed)[CALLEE]) if sealed is not None else callee
                yield RecipientLine(id, number, *rest)
            after = rows[-1][0]

    def attempts(self, name: str) -> Iterator[AttemptLine]:
        after: tuple[float, str] = (-1.0, "")
        while True:
            with self._journal.reading() as db:
                rows = db.execute(
                    "SELECT attempt.intent, recipient, number, claimed, intents.state, intents.uuid, outcome, began, "
                    "ended, seconds, price FROM attempt JOIN intents ON intents.id = attempt.intent "
                    "WHERE campaign = ? AND (claimed, attempt.intent) > (?, ?) "
                    "ORDER BY claimed, attempt.intent LIMIT ?",
                    (campaign_id(db, name), *after, _PAGE),
                ).fetchall()
            if not rows:
                return
            for row in rows:
                yield AttemptLine(*row[1:])
            after = (rows[-1][3], rows[-1][0])

    def next_due(self, name: str) -> float | None:
        """When the next of those who wait is due, in Unix time; None where no one waits, or the campaign is over."""
        with self._journal.reading() as db:
            campaign = campaign_id(db, name)
            (due,) = db.execute(
                "SELECT min(due) FROM recipient WHERE campaign = ? AND state = 'waiting'", (campaign,)
            ).fetchone()
            return float(due) if due is not None else None

    def kept(self, name: str, recipient: int) -> Waiting | None:
        with self._journal.reading() as db:
            campaign = campaign_id(db, name)
            row = db.execute(
                "SELECT id, person, sealed, attempts FROM recipient WHERE campaign = ? AND id = ? "
                "AND sealed IS NOT NULL",
                (campaign, recipient),
            ).fetchone()
            return waiting_of(db, self._vault, campaign, DueRow(*row)) if row is not None else None

    def retry(self, name: str) -> int:
        now = self._journal.clock().wall
        with self._journal.writing() as db:
            campaign = campaign_id(db, name)
            rows = db.execute(
                "SELECT recipient.id, attempts FROM recipient JOIN campaign ON campaign.id = recipient.campaign "
                "WHERE campaign.id = ? AND campaign.state <> 'stopped' AND recipient.state = 'refused' "
                "AND sealed IS NOT NULL ORDER BY recipient.id",
                (campaign,),
            ).fetchall()
            ledger = LedgerWriter(db, campaign)
            for recipient, attempts in rows:
                move_recipient(db, campaign, recipient, "waiting", "refused", attempts=attempts, due=now)
                ledger.note(recipient, now, "wait", "again", "person")
        return len(rows)

    def forget(self, callee: str) -> ForgottenPerson:
        person, now = self._vault.person(callee), self._journal.clock().wall
        marks = ", ".join("?" * (len(OPEN) + 1))
        with self._journal.writing() as db:
            (open_ones,) = db.execute(
                f"SELECT count(*) FROM recipient WHERE person = ? AND state IN ({marks})", (person, *OPEN, "placed")
            ).fetchone()
            if open_ones:
                return ForgottenPerson(0, open_ones)
            rows = db.execute(
                "SELECT campaign, id, state, attempts FROM recipient WHERE person = ? AND sealed IS NOT NULL", (person,)
            ).fetchall()
            for campaign, recipient, _state, attempts in rows:
                move_recipient(db, campaign, recipient, "stopped", "waiting", attempts=attempts, reason=FORGOTTEN)
                LedgerWriter(db, campaign).note(recipient, now, "stop", FORGOTTEN, "person")
            db.execute("UPDATE recipient SET sealed = NULL WHERE person = ?", (person,))
            db.execute(
                "UPDATE intents SET callee = ? WHERE id IN (SELECT intent FROM attempt WHERE person = ?)",
                (FORGOTTEN, person),
            )
        self._journal.scrub()
        return ForgottenPerson(len({row[0] for row in rows}), 0)
