"""One claim of the book, in its transaction: who is looked at, what is decided, and what makes a call the only one."""

from __future__ import annotations

import uuid

from nccodsl.campaign.book import CallingAccount, Claim, Decide, Verdict, Waiting
from nccodsl.campaign.book_rows import DueRow, LedgerWriter, due_rows, move_recipient, waiting_of
from nccodsl.campaign.campaign_plan import CallLimits
from nccodsl.campaign.person_vault import PersonVault
from nccodsl.client import start_slots
from nccodsl.client.clock import Reading
from nccodsl.client.journal_rows import insert, intent_of
from nccodsl.client.journal_tables import OVER
from nccodsl.client.results import endpoint_value
from nccodsl.client.start_limits import MOST_SLOTS
from nccodsl.client.start_slots import PERIOD, SlotClaim, rest_of
from nccodsl.io.sql import SqlConnection

_LOOKED_AT = 100
"""Recipients who are looked at for one claim, where many have to wait or are skipped."""
_RENEWED = 5
"""Recipients whose window has closed that are looked at in each claim."""
_LATER = 30.0
"""Seconds until a recipient is looked at again whom another campaign is calling."""
ELSEWHERE, TAKEN = "elsewhere", "taken"
"""The reasons of who waits since another campaign calls the number, and of an attempt whose reference is in use."""
LIMIT = "limit"
"""The reason of who is not called since the campaign has placed all the calls that it may."""


def slots_of(account: CallingAccount | None, campaign: int, claim: Claim) -> tuple[SlotClaim, SlotClaim]:
    """The slots that a claim may hold: of its campaign's own limit, and of the account's."""
    assert account is not None, "who claims has an account"
    starts = claim.verdict.starts
    return _own_slots(campaign, claim.attempt, PERIOD), _account_slots(account, claim.attempt, starts)


def _account_slots(account: CallingAccount, attempt: str, starts: int) -> SlotClaim:
    lease = account.lease + rest_of(starts, account.limit)
    return SlotClaim(account.limited_as, account.limit, starts, attempt, lease)


def _own_slots(campaign: int, attempt: str, lease: float, limit: int = 1) -> SlotClaim:
    return SlotClaim(f"campaign {campaign}", limit, 1, attempt, lease)


def count_call(db: SqlConnection, campaign: int, more: int) -> None:
    """Count the calls of a campaign that were or may have been placed."""
    db.execute("UPDATE campaign SET calls = calls + ? WHERE id = ?", (more, campaign))


class Claiming:
    """The transaction of one claim. `campaign` is the id of the campaign `name`."""

    def __init__(
        self,
        db: SqlConnection,
        vault: PersonVault,
        account: CallingAccount,
        now: Reading,
        name: str,
        campaign: int,
        worker: str,
        limits: CallLimits,
        ticks: float,
    ) -> None:
        """`ticks`: of this machine, before the transaction began."""
        self._db, self._vault, self._account, self._now = db, vault, account, now
        self._name, self._campaign, self._worker, self._limits = name, campaign, worker, limits
        self._ticks = ticks
        self._ledger = LedgerWriter(db, campaign)

    def claims(self, decide: Decide, most: int) -> list[Claim]:
        """At most so many claims; who cannot be called now waits on, or is skipped."""
        found: list[Claim] = []
        room, looked_at, are_open = min(most, self._room()), 0, True
        if room > 0:
            self._renew(decide)
        while len(found) < room and looked_at < _LOOKED_AT:
            # As many as may be called, and more where many have to wait or are skipped.
            wanted = max(room - len(found), looked_at)
            rows = due_rows(self._db, self._campaign, self._now.wall, wanted, are_open=are_open)
            if are_open and not rows and not looked_at:
                are_open = False
                continue
            for row in rows[: _LOOKED_AT - looked_at]:
                one = waiting_of(self._db, self._vault, self._campaign, row)
                verdict = self._hindered(row, one) or decide(one, self._now.wall)
                if verdict.what != "call":
                    self._put_off(one, verdict)
                    continue
                claim = self._claimed(row, one, verdict)
                if claim is None:  # no slot is free
                    return found
                found.append(claim)
                if len(found) == room:
                    break
            looked_at += len(rows)
            if len(rows) < wanted:
                break
        return found

    def _renew(self, decide: Decide) -> None:
        """Decide anew about some whose window has closed: they would wait behind all others, whatever opens next."""
        for row in due_rows(self._db, self._campaign, self._now.wall, _RENEWED, are_open=False):
            one = waiting_of(self._db, self._vault, self._campaign, row)
            verdict = decide(one, self._now.wall)
            if verdict.what == "call":
                now, closes = self._now.wall, verdict.closes
                again = ("waiting", "waiting")
                move_recipient(self._db, self._campaign, one.id, *again, attempts=one.attempts, due=now, closes=closes)
            else:
                self._put_off(one, verdict)

    def _hindered(self, row: DueRow, one: Waiting) -> Verdict | None:
        """What keeps a recipient from being called, whatever the rules say."""
        busy = self._db.execute(
            "SELECT 1 FROM recipient WHERE person = ? AND state IN ('dialling', 'unknown', 'placed') LIMIT 1",
            (row.person,),
        ).fetchone()
        if busy:
            later = self._now.wall + _LATER
            return Verdict("wait", ELSEWHERE, "book", {}, later, later)
        taken = self._db.execute(
            f"SELECT 1 FROM intents WHERE reference = ? AND state NOT IN {OVER}", (self._reference(one),)
        ).fetchone()
        return Verdict("skip", TAKEN, "book") if taken else None

    def _reference(self, one: Waiting) -> str:
        return f"{self._name}/{one.id}/{one.attempts + 1}"

    def _room(self) -> int:
        """How many calls the campaign may begin now. One that has placed all its calls ends."""
        state, calls = self._db.execute("SELECT state, calls FROM campaign WHERE id = ?", (self._campaign,)).fetchone()
        if state != "running":
            return 0
        limits, room = self._limits, MOST_SLOTS
        if limits.calls_at_once is not None:
            (active,) = self._db.execute(
                "SELECT count(*) FROM recipient WHERE campaign = ? AND state IN ('dialling', 'unknown', 'placed')",
                (self._campaign,),
            ).fetchone()
            room = min(room, limits.calls_at_once - active)
        if limits.calls is not None:
            room = min(room, limits.calls - calls)
            if calls >= limits.calls and not self._is_any("dialling", "unknown"):
                stop_campaign(self._db, self._campaign, self._ledger, self._now.wall, LIMIT, {"calls": calls})
        return room

    def _is_any(self, *states: str) -> bool:
        """Whether any recipient is in one of these states."""
        marks = ", ".join("?" * len(states))
        query = f"SELECT 1 FROM recipient WHERE campaign = ? AND state IN ({marks}) LIMIT 1"
        return self._db.execute(query, (self._campaign, *states)).fetchone() is not None

    def _put_off(self, one: Waiting, verdict: Verdict) -> None:
        self._ledger.decided(one.id, self._now.wall, verdict)
        waits = verdict.what == "wait"
        move_recipient(
            self._db,
            self._campaign,
            one.id,
            "waiting" if waits else "ended" if one.tries else "skipped",
            "waiting",
            attempts=one.attempts,
            due=verdict.until if waits else None,
            closes=verdict.closes,
            reason=None if waits else verdict.reason,
        )

    def _claimed(self, row: DueRow, one: Waiting, verdict: Verdict) -> Claim | None:
        """The claim of a recipient, with all that makes it the only one; None where no slot is free."""
        number, reference = one.attempts + 1, self._reference(one)
        # Always the same: slots that were kept for it while others were missing are still its own.
        attempt = str(uuid.uuid5(uuid.NAMESPACE_URL, f"nccodsl:{reference}"))
        if not self._has_slots(attempt, verdict.starts):
            return None
        account = self._account
        intent = intent_of(
            self._now,
            id=attempt,
            reference=reference,
            fingerprint=reference,
            host=account.host,
            application_id=account.application_id,
            api=account.api,
            callee=one.callee,
            caller=endpoint_value((verdict.body or {}).get("from")) or account.caller,
            ahead=account.ahead(self._now),
        )
        insert(self._db, intent)
        self._db.execute(
            "INSERT INTO attempt (intent, campaign, recipient, number, person, worker, claimed) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (attempt, self._campaign, one.id, number, row.person, self._worker, self._now.wall),
        )
        self._db.execute(
            "UPDATE recipient SET state = 'dialling', attempts = ? WHERE campaign = ? AND id = ? AND state = 'waiting'",
            (number, self._campaign, one.id),
        )
        count_call(self._db, self._campaign, 1)
        self._ledger.decided(one.id, self._now.wall, verdict)
        return Claim(attempt, reference, self._name, one, self._ticks, verdict)

    def _has_slots(self, attempt: str, starts: int) -> bool:
        """Take a slot of the campaign's own limit, if it has one, and those of the account."""
        of_account, own = _account_slots(self._account, attempt, starts), None
        if self._limits.calls_per_second is not None:
            own = _own_slots(self._campaign, attempt, of_account.lease, self._limits.calls_per_second)
            if start_slots.take(self._db, own, self._now) > 0:
                return False
        if start_slots.take(self._db, of_account, self._now) > 0:
            if own is not None:
                start_slots.free(self._db, own, self._now, 0.0)
            return False
        return True


def stop_campaign(
    db: SqlConnection, campaign: int, ledger: LedgerWriter, now: float, reason: str, facts: dict[str, object]
) -> None:
    """End a campaign: who waits is called no more."""
    db.execute("UPDATE campaign SET state = 'stopped' WHERE id = ?", (campaign,))
    ledger.note(0, now, "stopped", reason, "campaign", facts)
    db.execute(
        "UPDATE recipient SET state = 'stopped', reason = ? WHERE campaign = ? AND state = 'waiting'",
        (reason, campaign),
    )
