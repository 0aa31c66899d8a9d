"""The book in the journal's own SQLite file: a claim, its intent and its decision are one transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Literal

from nccodsl.campaign.book import (
    OPEN,
    AttemptResult,
    CallingAccount,
    Claim,
    Decide,
    Listed,
    OtherRecipient,
    Verdict,
    Waiting,
)
from nccodsl.campaign.book_rows import campaign_id, due_recipients, heard_at, move_recipient, note_decision
from nccodsl.campaign.campaign_tables import CAMPAIGNS
from nccodsl.campaign.decision_ledger import LedgerEntry
from nccodsl.client import start_slots
from nccodsl.client.clock import Reading
from nccodsl.client.intents import OPEN as OPEN_INTENTS
from nccodsl.client.journal import Journal
from nccodsl.client.journal_rows import change, insert, intent_of
from nccodsl.client.start_slots import SlotClaim
from nccodsl.io.sqlite import Connection

_BATCH = 1000
"""Recipients that are added in one transaction: others can claim in between."""
_LOOKED_AT = 100
"""Recipients who are looked at for one claim, where many have to wait or are skipped."""
_BEAT = 10.0
"""Seconds for which a worker that has said that it is at it need not say it again."""
# Of many recipients few are open: the search begins with them (a CROSS JOIN keeps the order).
_OPEN = (
    "FROM recipient INDEXED BY recipient_{0} CROSS JOIN attempt ON attempt.campaign = recipient.campaign "
    "AND attempt.recipient = recipient.id AND attempt.number = recipient.attempts "
    "CROSS JOIN intents ON intents.id = attempt.intent {1} WHERE recipient.state = '{0}' "
)
_DEAD = (
    "SELECT attempt.intent, attempt.campaign, attempt.recipient, attempt.number "
    + _OPEN.format("dialling", "LEFT JOIN worker ON worker.name = attempt.worker")
    + "AND intents.state = 'pending' AND (worker.seen IS NULL OR worker.boot <> ? OR worker.seen < ?)"
)
_LOOKED_UP = (
    "SELECT attempt.campaign, attempt.recipient, attempt.number, intents.state "
    + _OPEN.format("unknown", "")
    + "AND intents.state IN ('placed', 'absent')"
)
_STATE_OF = {"placed": "placed", "absent": "waiting"}
"""What a recipient is when the journal has found out about an attempt."""


class SqliteBook:
    """A `Book` for one machine; several processes may use it at once."""

    def __init__(self, journal: Journal, account: CallingAccount) -> None:
        self._journal = journal
        self._account = account
        journal.add_part("campaigns", CAMPAIGNS)

    # ---- campaigns

    def add(self, name: str, plan: Mapping[str, object]) -> bool:
        with self._journal.writing() as db:
            if db.execute("SELECT 1 FROM campaign WHERE name = ?", (name,)).fetchone():
                return False
            now = self._journal.clock().wall
            text = json.dumps(plan, sort_keys=True)
            db.execute(
                "INSERT INTO campaign (name, plan, state, created) VALUES (?, ?, 'loading', ?)", (name, text, now)
            )
            note_decision(db, campaign_id(db, name), 0, now, Verdict("call", "began", {}), what="began")
        return True

    def plan(self, name: str) -> Mapping[str, object]:
        with self._journal.reading() as db:
            (text,) = db.execute("SELECT plan FROM campaign WHERE id = ?", (campaign_id(db, name),)).fetchone()
        plan: dict[str, object] = json.loads(text)
        return plan

    def load(self, name: str, people: Iterable[Listed]) -> int:
        added = 0
        remaining = iter(people)
        while batch := list(islice(remaining, _BATCH)):
            with self._journal.writing() as db:
                campaign = campaign_id(db, name)
                for one in batch:
                    known = db.execute(
                        "SELECT callee FROM recipient WHERE campaign = ? AND id = ?", (campaign, one.id)
                    ).fetchone()
                    if known is None:
                        db.execute(
                            "INSERT INTO recipient (campaign, id, callee, state, due, closes) "
                            "VALUES (?, ?, ?, 'waiting', ?, ?)",
                            (campaign, one.id, one.callee, one.due, one.closes),
                        )
                        added += 1
                    elif known[0] != one.callee:
                        raise OtherRecipient(one.id)
        with self._journal.writing() as db:
            db.execute(
                "UPDATE campaign SET state = 'running' WHERE id = ? AND state = 'loading'", (campaign_id(db, name),)
            )
        return added

    def turn(self, name: str, state: Literal["running", "paused", "stopped"]) -> None:
        with self._journal.writing() as db:
            campaign, now = campaign_id(db, name), self._journal.clock().wall
            changed = db.execute(
                "UPDATE campaign SET state = ? WHERE id = ? AND state NOT IN (?, 'stopped')", (state, campaign, state)
            ).rowcount
            if not changed:
                return
            note_decision(db, campaign, 0, now, Verdict("wait", state, {}), what=state)
            if state == "stopped":
                db.execute(
                    "UPDATE recipient SET state = 'stopped', reason = 'stopped' "
                    "WHERE campaign = ? AND state = 'waiting'",
                    (campaign,),
                )

    def waits(self, name: str) -> bool:
        with self._journal.reading() as db:
            query = "SELECT 1 FROM recipient WHERE campaign = ? AND state = 'waiting' LIMIT 1"
            return db.execute(query, (campaign_id(db, name),)).fetchone() is not None

    def counts(self, name: str) -> dict[str, int]:
        with self._journal.reading() as db:
            found = db.execute(
                "SELECT state, count(*) FROM recipient WHERE campaign = ? GROUP BY state", (campaign_id(db, name),)
            )
            return dict(found.fetchall())

    def story(self, name: str, recipient: int | None = None) -> Iterator[LedgerEntry]:
        with self._journal.reading() as db:
            rows = db.execute(
                "SELECT number, recipient, at, what, rule, facts, previous, hash FROM decision "
                "WHERE campaign = ?1 AND (?2 IS NULL OR recipient = ?2) ORDER BY number",
                (campaign_id(db, name), recipient),
            ).fetchall()
        for number, whom, at, what, rule, facts, previous, digest in rows:
            yield LedgerEntry(number, whom, at, what, rule, json.loads(facts), previous, digest)

    # ---- calls

    def claim(self, name: str, worker: str, most: int, decide: Decide) -> list[Claim]:
        now = self._journal.clock()
        with self._journal.reading() as db:
            # Most of the time there is nothing to do, and others need not wait for that.
            if not due_recipients(db, campaign_id(db, name), now.wall, 1):
                return []
        with self._journal.writing() as db:
            campaign = campaign_id(db, name)
            running = db.execute("SELECT 1 FROM campaign WHERE id = ? AND state = 'running'", (campaign,)).fetchone()
            claims: list[Claim] = []
            for one in due_recipients(db, campaign, now.wall, _LOOKED_AT) if running else ():
                verdict = _judged(one, now.wall, decide)
                if verdict.what != "call":
                    self._put_off(db, campaign, one, verdict, now)
                elif (claim := self._claimed(db, name, campaign, one, worker, verdict, now)) is not None:
                    claims.append(claim)
                if len(claims) == most or (verdict.what == "call" and claim is None):
                    break
            return claims

    def _put_off(self, db: Connection, campaign: int, one: Waiting, verdict: Verdict, now: Reading) -> None:
        note_decision(db, campaign, one.id, now.wall, verdict)
        if verdict.what == "skip":
            move_recipient(db, campaign, one.id, "skipped", "waiting", attempts=one.attempts, reason=verdict.rule)
        else:
            db.execute("UPDATE recipient SET due = ? WHERE campaign = ? AND id = ?", (verdict.until, campaign, one.id))

    def _claimed(
        self, db: Connection, name: str, campaign: int, one: Waiting, worker: str, verdict: Verdict, now: Reading
    ) -> Claim | None:
        """The claim of a recipient, with all that makes it the only one; None where no slot is free."""
        number = one.attempts + 1
        reference = f"{name}/{one.id}/{number}"
        # Always the same: slots that were kept for it while others were missing are still its own.
        attempt = str(uuid.uuid5(uuid.NAMESPACE_URL, f"nccodsl:{reference}"))
        if start_slots.take(db, self._start(attempt), now) > 0:
            return None
        account = self._account
        insert(
            db,
            intent_of(
                now,
                id=attempt,
                reference=reference,
                fingerprint=reference,
                host=account.host,
                application_id=account.application_id,
                api=account.api,
                callee=one.callee,
                caller=account.caller,
            ),
        )
        db.execute("INSERT INTO attempt VALUES (?, ?, ?, ?, ?)", (attempt, campaign, one.id, number, worker))
        db.execute(
            "UPDATE recipient SET state = 'dialling', attempts = ? WHERE campaign = ? AND id = ? AND state = 'waiting'",
            (number, campaign, one.id),
        )
        note_decision(db, campaign, one.id, now.wall, verdict)
        return Claim(attempt, reference, name, one, now.ticks)

    def _start(self, attempt: str) -> SlotClaim:
        """What an attempt wants of the limit, which all starts of the account share."""
        account = self._account
        return SlotClaim(account.limited_as, account.limit, account.starts, attempt, account.lease)

    def settle(self, claim: Claim, result: AttemptResult) -> bool:
        now = self._journal.clock()
        with self._journal.writing() as db:
            if result.state != "unknown":  # what got no answer may still arrive: its slots stay for the lease
                start_slots.free(db, self._start(claim.attempt), now, 0.0 if result.state == "unsent" else None)
            changed = change(
                db,
                claim.attempt,
                result.state,
                now.wall,
                # A machine that does not see this process may have taken it for absent meanwhile.
                expected=(*OPEN_INTENTS, "absent") if result.state == "placed" else OPEN_INTENTS,
                uuid=result.uuid,
                conversation_uuid=result.conversation_uuid,
                detail=result.detail,
                lasted=max(now.ticks - claim.ticks, 0.0),
            )
            if changed:
                self._settled(db, claim.attempt, result, now)
            return changed

    def _settled(self, db: Connection, attempt: str, result: AttemptResult, now: Reading) -> None:
        campaign, recipient, number = db.execute(
            "SELECT campaign, recipient, number FROM attempt WHERE intent = ?", (attempt,)
        ).fetchone()
        again = result.again if result.state in ("refused", "unsent") else None
        facts = {} if result.detail is None else {"detail": result.detail}
        if again is not None:
            move_recipient(db, campaign, recipient, "waiting", *OPEN, attempts=number, due=again)
        else:
            state = "refused" if result.state == "unsent" else result.state
            # Who was taken for not called may be waiting again.
            move_recipient(db, campaign, recipient, state, *OPEN, "waiting", attempts=number, reason=result.detail)
        note_decision(db, campaign, recipient, now.wall, Verdict("wait", "answer", facts), what=result.state)

    # ---- workers

    def beat(self, worker: str) -> None:
        boot, seen = heard_at(self._journal.clock())
        with self._journal.reading() as db:
            fresh = db.execute(
                "SELECT 1 FROM worker WHERE name = ? AND boot = ? AND seen > ?", (worker, boot, seen - _BEAT)
            ).fetchone()
        if not fresh:
            with self._journal.writing() as db:
                db.execute("INSERT OR REPLACE INTO worker VALUES (?, ?, ?)", (worker, boot, seen))

    def bury(self, lease: float) -> int:
        now = self._journal.clock()
        boot, seen = heard_at(now)
        since = (boot, seen - lease)
        if not self._finds(_DEAD, since):
            return 0
        with self._journal.writing() as db:
            dead = db.execute(_DEAD, since).fetchall()
            for intent, campaign, recipient, number in dead:
                change(db, intent, "unknown", now.wall, expected=("pending",), detail="its worker was not heard of")
                move_recipient(db, campaign, recipient, "unknown", "dialling", attempts=number)
                note_decision(db, campaign, recipient, now.wall, Verdict("wait", "worker", {}), what="unknown")
        return len(dead)

    def learn(self) -> int:
        if not self._finds(_LOOKED_UP):
            return 0
        now = self._journal.clock()
        with self._journal.writing() as db:
            found = db.execute(_LOOKED_UP).fetchall()
            for campaign, recipient, number, state in found:
                move_recipient(db, campaign, recipient, _STATE_OF[state], "unknown", attempts=number, due=now.wall)
                note_decision(db, campaign, recipient, now.wall, Verdict("wait", "journal", {}), what=state)
        return len(found)

    def _finds(self, query: str, values: tuple[object, ...] = ()) -> bool:
        """Whether there is anything: most of the time there is not, and others need not wait for that."""
        with self._journal.reading() as db:
            return db.execute(query, values).fetchone() is not None


def _judged(one: Waiting, now: float, decide: Decide) -> Verdict:
    """What is decided. When the window has closed, that does not matter: no one is called."""
    if now >= one.closes:
        return Verdict("skip", "window", {"closed": one.closes})
    return decide(one, now)
