"""What the book tells of campaigns afterwards, and what people change in it by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from nccodsl.campaign.book import Waiting
from nccodsl.campaign.book_reports import OPEN, AttemptLine, ForgottenPerson, RecipientLine
from nccodsl.campaign.book_rows import (
    CALLEE,
    DueRow,
    LedgerWriter,
    campaign_id,
    move_recipient,
    next_due,
    story_of,
    waiting_of,
)
from nccodsl.campaign.decision_ledger import LedgerEntry
from nccodsl.campaign.worker_book import WorkerBook
from nccodsl.io.sql import SqlConnection

FORGOTTEN = "forgotten"
"""What stands in place of a number that was forgotten, and the reason of who is called no more for that."""
_PAGE = 1000
_K = TypeVar("_K")
_R = TypeVar("_R")


class ReportBook(WorkerBook):
    """The part of a `Book` that people ask."""

    def story(self, name: str, recipient: int | None = None, after: int = 0) -> Iterator[LedgerEntry]:
        def page(db: SqlConnection, campaign: int, after: int) -> list[LedgerEntry]:
            return story_of(db, campaign, recipient, after)

        return self._pages(name, page, lambda entry: entry.number, after)

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

        def number_of(sealed: bytes | None) -> str | None:
            return str(self._vault.unseal(sealed)[CALLEE]) if sealed is not None else callee

        def page(db: SqlConnection, campaign: int, after: int) -> list[RecipientLine]:
            rows = db.execute(
                "SELECT id, sealed, state, reason, attempts, due FROM recipient "
                f"WHERE campaign = ? {of_one}AND id > ? ORDER BY id LIMIT ?",
                (campaign, *values, after, _PAGE),
            )
            return [RecipientLine(id, number_of(sealed), *rest) for id, sealed, *rest in rows]

        return self._pages(name, page, lambda line: line.id, 0)

    def attempts(self, name: str) -> Iterator[AttemptLine]:
        def page(db: SqlConnection, campaign: int, after: tuple[float, str]) -> list[tuple[str, AttemptLine]]:
            rows = db.execute(
                "SELECT attempt.intent, recipient, number, claimed, intents.state, intents.uuid, outcome, began, "
                "ended, seconds, price FROM attempt JOIN intents ON intents.id = attempt.intent "
                "WHERE campaign = ? AND (claimed, attempt.intent) > (?, ?) ORDER BY claimed, attempt.intent LIMIT ?",
                (campaign, *after, _PAGE),
            )
            return [(intent, AttemptLine(*rest)) for intent, *rest in rows]

        for _, line in self._pages(name, page, lambda found: (found[1].claimed, found[0]), (-1.0, "")):
            yield line

    def _pages(
        self, name: str, page: Callable[[SqlConnection, int, _K], list[_R]], key: Callable[[_R], _K], after: _K
    ) -> Iterator[_R]:
        """The rows of all pages; between two of them no transaction is open. `page` has those behind a key."""
        while True:
            with self._journal.reading() as db:
                rows = page(db, campaign_id(db, name), after)
            if not rows:
                return
            yield from rows
            after = key(rows[-1])

    def next_due(self, name: str) -> float | None:
        with self._journal.reading() as db:
            return next_due(db, campaign_id(db, name))

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
        unfinished = (*OPEN, "placed")
        marks = ", ".join("?" * len(unfinished))
        with self._journal.writing() as db:
            (open_ones,) = db.execute(
                f"SELECT count(*) FROM recipient WHERE person = ? AND state IN ({marks})", (person, *unfinished)
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
