"""The book of campaigns: its tables stand beside those of the journal, and each method is one transaction of both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Literal

from nccodsl.campaign.book import CallingAccount, Listed, OtherPlan, OtherRecipient
from nccodsl.campaign.book_claim import stop_campaign
from nccodsl.campaign.book_reports import UNFINISHED, CampaignHead, CampaignStatus
from nccodsl.campaign.book_rows import CALLEE, LedgerWriter, campaign_id
from nccodsl.campaign.campaign_tables import CAMPAIGNS
from nccodsl.campaign.person_vault import PersonVault, WrongKey
from nccodsl.campaign.report_book import ReportBook
from nccodsl.client.call_journal import CallJournal
from nccodsl.io.sql import SqlConnection

_BATCH = 1000
"""Recipients that are added in one transaction: others can claim in between."""


class CampaignBook(ReportBook):
    """A `Book` for all who share the journal. `account` is needed for claims alone."""

    def __init__(self, journal: CallJournal, vault: PersonVault, account: CallingAccount | None = None) -> None:
        """Raises BadJournal; WrongKey if there are campaigns that were begun with another key."""
        super().__init__(journal, vault, account)
        journal.add_part("campaigns", CAMPAIGNS)
        with journal.reading() as db:
            known = db.execute("SELECT proof FROM book_key").fetchone()
        if known is None:
            with journal.writing() as db:
                if db.execute("SELECT 1 FROM book_key").fetchone() is None:
                    db.execute("INSERT INTO book_key (proof) VALUES (?)", (vault.proof,))
                known = db.execute("SELECT proof FROM book_key").fetchone()
        if known[0] != vault.proof:
            raise WrongKey

    def add(self, name: str, plan: Mapping[str, object], priority: int = 5) -> bool:
        with self._journal.writing() as db:
            if db.execute("SELECT 1 FROM campaign WHERE name = ?", (name,)).fetchone():
                return False
            now = self._journal.clock().wall
            db.execute(
                "INSERT INTO campaign (name, plan, state, priority, created) VALUES (?, ?, 'loading', ?, ?)",
                (name, _text(plan), priority, now),
            )
            LedgerWriter(db, campaign_id(db, name)).note(0, now, "began", "began", "campaign")
        return True

    def mark_of(self, store: str | None) -> str | None:
        """What stands for a store in a plan: its URL may have a password."""
        return None if store is None else self._vault.person(store)

    def plan(self, name: str) -> Mapping[str, object]:
        with self._journal.reading() as db:
            (text,) = db.execute("SELECT plan FROM campaign WHERE id = ?", (campaign_id(db, name),)).fetchone()
            plan: dict[str, object] = json.loads(text)
        return plan

    def load(self, name: str, people: Iterable[Listed], plan: Mapping[str, object] | None = None) -> int:
        added = 0
        remaining = iter(people)
        while batch := list(islice(remaining, _BATCH)):
            with self._journal.writing() as db:
                campaign = _campaign_of(db, name, plan)
                ledger, now = LedgerWriter(db, campaign), self._journal.clock().wall
                added += self._add(db, campaign, batch, ledger, now)
        if added:
            self._journal.note_growth("recipient")
        with self._journal.writing() as db:
            db.execute(
                "UPDATE campaign SET state = 'running' WHERE id = ? AND state = 'loading'",
                (_campaign_of(db, name, plan),),
            )
        return added

    def _add(self, db: SqlConnection, campaign: int, batch: list[Listed], ledger: LedgerWriter, now: float) -> int:
        """Add those whose row is not there. How many."""
        ids = [one.id for one in batch]
        found = db.execute(
            "SELECT id, person FROM recipient WHERE campaign = ? AND id BETWEEN ? AND ?",
            (campaign, min(ids), max(ids)),
        )
        known: dict[int, str | None] = dict(found.fetchall())
        new = []
        for one in batch:
            person = self._vault.person(one.callee) if one.callee else None
            if one.id not in known:
                new.append((campaign, one.id, person, *self._of_list(one)))
                if one.verdict is not None:
                    ledger.decided(one.id, now if one.decided is None else one.decided, one.verdict)
            elif known[one.id] != person:
                raise OtherRecipient(one.id)
            known[one.id] = person
        db.executemany(
            "INSERT INTO recipient (campaign, id, person, sealed, state, due, closes, reason) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            new,
        )
        return len(new)

    def _of_list(self, one: Listed) -> tuple[bytes | None, str, float, float, str | None]:
        """What is kept of a recipient, sealed; state, when it is due and its window closes, and why it is skipped."""
        verdict = one.verdict
        due, closes = (verdict.until, verdict.closes) if verdict is not None else (one.due, one.closes)
        if verdict is not None and verdict.what in ("skip", "stop"):
            return None, "skipped", due, closes, verdict.reason
        sealed = self._vault.seal({CALLEE: one.callee, **one.kept}) if one.callee else None
        return sealed, "waiting", due, closes, None

    def turn(self, name: str, state: Literal["running", "paused", "stopped"]) -> bool:
        with self._journal.writing() as db:
            campaign, now = campaign_id(db, name), self._journal.clock().wall
            changed = db.execute(
                "UPDATE campaign SET state = ? WHERE id = ? AND state NOT IN (?, 'stopped', 'loading')",
                (state, campaign, state),
            ).rowcount
            if not changed:
                return False
            ledger = LedgerWriter(db, campaign)
            if state == "stopped":
                stop_campaign(db, campaign, ledger, now, state, {})
            else:
                ledger.note(0, now, state, state, "campaign")
        return True

    def drop(self, name: str) -> bool:
        with self._journal.writing() as db:
            campaign = campaign_id(db, name)
            (state,) = db.execute("SELECT state FROM campaign WHERE id = ?", (campaign,)).fetchone()
            if state != "loading":
                return False
            for table in ("decision", "recipient"):
                db.execute(f"DELETE FROM {table} WHERE campaign = ?", (campaign,))
            db.execute("DELETE FROM campaign WHERE id = ?", (campaign,))
        return True

    def status(self, name: str) -> CampaignStatus:
        with self._journal.reading() as db:
            campaign = campaign_id(db, name)
            state, priority, created = db.execute(
                "SELECT state, priority, created FROM campaign WHERE id = ?", (campaign,)
            ).fetchone()
            counts = db.execute(
                "SELECT state, count(*) FROM recipient WHERE campaign = ? GROUP BY state", (campaign,)
            ).fetchall()
        return CampaignStatus(name, state, priority, created, dict(counts))

    def is_over(self, name: str) -> bool:
        with self._journal.reading() as db:
            campaign = campaign_id(db, name)
            (state,) = db.execute("SELECT state FROM campaign WHERE id = ?", (campaign,)).fetchone()
            # One after the other: each is a look into an index.
            return state != "loading" and not any(
                db.execute(
                    "SELECT 1 FROM recipient WHERE campaign = ? AND state = ? LIMIT 1", (campaign, one)
                ).fetchone()
                for one in UNFINISHED
            )

    def heads(self) -> list[CampaignHead]:
        with self._journal.reading() as db:
            rows = db.execute(
                "SELECT name, state, created FROM campaign ORDER BY priority DESC, created, id"
            ).fetchall()
        return [CampaignHead(*row) for row in rows]

    def campaigns(self) -> list[str]:
        return [head.name for head in self.heads()]


def _text(plan: Mapping[str, object]) -> str:
    return json.dumps(plan, sort_keys=True)


def _campaign_of(db: SqlConnection, name: str, plan: Mapping[str, object] | None) -> int:
    """The id of a campaign; with `plan`, of the one that was begun with it. Raises NoCampaign, OtherPlan."""
    campaign = campaign_id(db, name)
    if plan is not None:
        (text,) = db.execute("SELECT plan FROM campaign WHERE id = ?", (campaign,)).fetchone()
        if text != _text(plan):
            raise OtherPlan(name)
    return campaign
