"""What workers do with the book: they claim, say what became of it, and are looked after. One transaction each."""

from __future__ import annotations

from nccodsl.campaign.book import AttemptResult, CallEnd, CallingAccount, Claim, Decide, PlacedCall, Verdict, Waiting
from nccodsl.campaign.book_claim import Claiming, count_call, slots_of
from nccodsl.campaign.book_reports import OPEN
from nccodsl.campaign.book_rows import (
    STOPPED,
    DueRow,
    LedgerWriter,
    after_placing,
    campaign_id,
    move_recipient,
    next_due,
    wait_again,
    waiting_of,
)
from nccodsl.campaign.campaign_plan import CallLimits
from nccodsl.campaign.person_vault import PersonVault
from nccodsl.client import start_slots
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.clock import Reading
from nccodsl.client.intents import OPEN as OPEN_INTENTS
from nccodsl.client.journal_rows import change
from nccodsl.client.start_limits import LONGEST_ATTEMPT
from nccodsl.io.sql import SqlConnection

_BEAT = 10.0
"""Seconds for which a worker that has said that it is at it need not say it again."""
_NO_LIMITS = CallLimits()
# Of many recipients few are open: the search begins with them (a CROSS JOIN keeps the order).
_OPEN = (
    "FROM recipient INDEXED BY recipient_{0} CROSS JOIN attempt ON attempt.campaign = recipient.campaign "
    "AND attempt.recipient = recipient.id AND attempt.number = recipient.attempts "
    "CROSS JOIN intents ON intents.id = attempt.intent {1} WHERE recipient.state = '{0}' "
)
_DEAD = (
    "SELECT attempt.intent, attempt.campaign, attempt.recipient, attempt.number "
    + _OPEN.format("dialling", "LEFT JOIN worker ON worker.name = attempt.worker")
    + "AND intents.state = 'pending' "
    "AND (worker.seen IS NULL OR worker.boot <> ? OR worker.seen < ? OR attempt.claimed < ?)"
)
# The journal may know of an attempt whose worker has died before the book has buried it.
_LOOKED_UP = " UNION ALL ".join(
    "SELECT attempt.campaign, attempt.recipient, attempt.number, intents.state "
    + _OPEN.format(state, "")
    + "AND intents.state IN ('placed', 'absent')"
    for state in OPEN
)


class WorkerBook:
    """The part of a `Book` that workers use. `account` is needed for claims alone."""

    def __init__(self, journal: CallJournal, vault: PersonVault, account: CallingAccount | None = None) -> None:
        self._journal = journal
        self._vault = vault
        self._account = account
        self._beaten: dict[str, float] = {}

    @property
    def journal(self) -> CallJournal:
        """The journal that the book stands beside."""
        return self._journal

    def claim(self, name: str, worker: str, most: int, decide: Decide, limits: CallLimits = _NO_LIMITS) -> list[Claim]:
        ticks = self._journal.machine().ticks
        with self._journal.reading() as db:
            # Most of the time there is nothing to do, and others need not wait for that.
            due = next_due(db, campaign_id(db, name))
            if due is None or due > self._journal.estimate().wall:
                return []
        with self._journal.writing() as db:
            campaign, now = campaign_id(db, name), self._journal.clock()
            assert self._account is not None, "who claims has an account"
            claiming = Claiming(db, self._vault, self._account, now, name, campaign, worker, limits, ticks)
            return claiming.claims(decide, most)

    def settle(self, claim: Claim, result: AttemptResult) -> bool:
        with self._journal.writing() as db:
            campaign, now = campaign_id(db, claim.campaign), self._journal.clock()
            if result.state != "unknown":  # what got no answer may still arrive: its slots stay for the lease
                rest = 0.0 if result.state == "unsent" else None
                for slots in slots_of(self._account, campaign, claim):
                    start_slots.free(db, slots, now, rest)
            (before,) = db.execute("SELECT state FROM intents WHERE id = ?", (claim.attempt,)).fetchone()
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
                lasted=max(self._journal.machine().ticks - claim.ticks, 0.0),
            )
            if changed:
                if before == "absent":  # it was not counted any more
                    count_call(db, campaign, 1)
                self._settled(db, campaign, claim, result, now)
            return changed

    def _settled(self, db: SqlConnection, campaign: int, claim: Claim, result: AttemptResult, now: Reading) -> None:
        recipient, number = claim.recipient.id, claim.recipient.attempts + 1
        again = result.again if result.state in ("refused", "unsent") else None
        if result.state in ("refused", "unsent"):
            count_call(db, campaign, -1)
        if again is not None:
            wait_again(db, campaign, recipient, *OPEN, attempts=number, due=again)
        else:
            state, reason = (
                after_placing(db, campaign, result.detail)
                if result.state == "placed"
                else ("refused" if result.state == "unsent" else result.state, result.detail)
            )
            # Who was taken for not called may be waiting again.
            move_recipient(db, campaign, recipient, state, *OPEN, "waiting", attempts=number, reason=reason)
        facts = {} if result.detail is None else {"detail": result.detail}
        LedgerWriter(db, campaign).note(recipient, now.wall, result.state, result.state, "answer", facts)

    # ---- calls that were placed

    def placed(self, name: str) -> list[PlacedCall]:
        with self._journal.reading() as db:
            rows = db.execute(
                "SELECT attempt.intent, intents.callee, attempt.claimed, intents.uuid FROM attempt "
                "JOIN intents ON intents.id = attempt.intent "
                "WHERE attempt.campaign = ? AND attempt.outcome IS NULL AND intents.state = 'placed' "
                "ORDER BY attempt.claimed",
                (campaign_id(db, name),),
            ).fetchall()
        return [PlacedCall(intent, name, callee, claimed, id) for intent, callee, claimed, id in rows]

    def recognize(self, attempt: str, uuid: str, conversation_uuid: str | None) -> bool:
        with self._journal.writing() as db:
            return change(
                db,
                attempt,
                "placed",
                self._journal.clock().wall,
                expected=("placed",),
                uuid=uuid,
                conversation_uuid=conversation_uuid,
            )

    def conclude(self, attempt: str, end: CallEnd, decide: Decide) -> bool:
        with self._journal.writing() as db:
            now = self._journal.clock()
            row = db.execute(
                "SELECT attempt.campaign, recipient.id, recipient.person, recipient.sealed, recipient.attempts, "
                "attempt.number, campaign.state FROM attempt JOIN campaign ON campaign.id = attempt.campaign "
                "JOIN recipient ON recipient.campaign = attempt.campaign AND recipient.id = attempt.recipient "
                "WHERE attempt.intent = ? AND attempt.outcome IS NULL",
                (attempt,),
            ).fetchone()
            if row is None or not self._note_end(db, attempt, end, now):
                return False
            campaign, id, person, sealed, attempts, number, state = row
            ledger = LedgerWriter(db, campaign)
            facts = {"seconds": end.seconds, "price": end.price}
            ledger.note(id, now.wall, "ended", end.outcome, "call", {k: v for k, v in facts.items() if v is not None})
            # Who was forgotten is called no more, whatever became of the call.
            if number == attempts and sealed is not None:
                one = waiting_of(db, self._vault, campaign, DueRow(id, person, sealed, attempts))
                _follow_up(db, campaign, one, decide(one, now.wall), ledger, now.wall, goes_on=state != "stopped")
            return True

    def _note_end(self, db: SqlConnection, attempt: str, end: CallEnd, now: Reading) -> bool:
        """Write the end of a call down; False where the call is another attempt's."""
        if end.uuid is not None and not change(
            db,
            attempt,
            "placed",
            now.wall,
            expected=("placed", *OPEN_INTENTS),
            uuid=end.uuid,
            conversation_uuid=end.conversation_uuid,
        ):
            return False
        db.execute(
            "UPDATE attempt SET began = ?, ended = ?, outcome = ?, seconds = ?, price = ? WHERE intent = ?",
            (end.began, end.ended, end.outcome, end.seconds, end.price, attempt),
        )
        return True

    # ---- workers

    def beat(self, worker: str) -> None:
        ticks = self._journal.machine().ticks
        if ticks - self._beaten.get(worker, -_BEAT) < _BEAT:
            return
        boot, seen = _heard_at(self._journal.clock())
        with self._journal.writing() as db:
            db.execute(
                "INSERT INTO worker (name, boot, seen) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET boot = excluded.boot, seen = excluded.seen",
                (worker, boot, seen),
            )
        self._beaten[worker] = ticks

    def bury(self, lease: float) -> int:
        if not self._finds(_DEAD, _heard_since(self._journal.estimate(), lease)):
            return 0
        with self._journal.writing() as db:
            now = self._journal.clock()
            dead = db.execute(_DEAD, _heard_since(now, lease)).fetchall()
            for intent, campaign, recipient, number in dead:
                change(db, intent, "unknown", now.wall, expected=("pending",), detail="its worker was not heard of")
                move_recipient(db, campaign, recipient, "unknown", "dialling", attempts=number)
                LedgerWriter(db, campaign).note(recipient, now.wall, "unknown", "unknown", "worker")
        return len(dead)

    def learn(self) -> int:
        if not self._finds(_LOOKED_UP):
            return 0
        with self._journal.writing() as db:
            now = self._journal.clock()
            found = db.execute(_LOOKED_UP).fetchall()
            for campaign, recipient, number, state in found:
                LedgerWriter(db, campaign).note(recipient, now.wall, state, state, "journal")
                if state == "absent":
                    wait_again(db, campaign, recipient, *OPEN, attempts=number, due=now.wall)
                    count_call(db, campaign, -1)
                else:
                    after, reason = after_placing(db, campaign)
                    move_recipient(db, campaign, recipient, after, *OPEN, attempts=number, reason=reason)
        return len(found)

    def _finds(self, query: str, values: tuple[object, ...] = ()) -> bool:
        """Whether there is anything: most of the time there is not, and others need not wait for that."""
        with self._journal.reading() as db:
            return db.execute(query, values).fetchone() is not None


def _heard_at(now: Reading) -> tuple[str, float]:
    """A moment as workers leave it: of a clock that cannot be set, where all processes have the same one."""
    return (now.boot, now.ticks) if now.boot is not None else ("", now.wall)


def _heard_since(now: Reading, lease: float) -> tuple[str, float, float]:
    """Workers that were heard of since this moment are alive; no request is on its way for as long as the last says."""
    boot, seen = _heard_at(now)
    return boot, seen - lease, now.wall - LONGEST_ATTEMPT


def _follow_up(
    db: SqlConnection, campaign: int, one: Waiting, verdict: Verdict, ledger: LedgerWriter, now: float, *, goes_on: bool
) -> None:
    """What follows for a recipient whose call has ended."""
    if verdict.what in ("skip", "stop") or not goes_on:
        why = verdict.reason if verdict.what in ("skip", "stop") else STOPPED
        state, due = "ended", None
    else:
        why, state, due = None, "waiting", now if verdict.what == "call" else verdict.until
    move_recipient(
        db,
        campaign,
        one.id,
        state,
        "placed",
        *OPEN,
        attempts=one.attempts,
        due=due,
        closes=verdict.closes,
        reason=why,
    )
    # That a call is due is decided again, and written down, when it is claimed.
    if why == STOPPED and not goes_on:
        ledger.note(one.id, now, "stop", STOPPED, "campaign")
    elif verdict.what != "call":
        ledger.decided(one.id, now, verdict)
