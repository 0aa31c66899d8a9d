"""The oracle of the book: what campaigns, recipients, attempts and slots are after each operation, in plain dicts.

It is written from the words of the protocol (`nccodsl.campaign.book`), and knows no tables, keys or transactions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from nccodsl.campaign.book import AttemptResult, CallEnd, Decide, Listed, OtherRecipient, Verdict, Waiting
from nccodsl.campaign.campaign_plan import CallLimits
from nccodsl.campaign.policy.retry_table import PastTry

OPEN = ("dialling", "unknown")
UNSETTLED = ("pending", "unknown")
NOT_PLACED = ("refused", "unsent", "absent")
BEAT = 10.0
REST = 1.0


class Person:
    """A recipient of a campaign."""

    def __init__(self, listed: Listed) -> None:
        verdict = listed.verdict
        skipped = verdict is not None and verdict.what in ("skip", "stop")
        self.id, self.callee = listed.id, listed.callee
        self.is_kept = bool(listed.callee) and not skipped
        self.state = "skipped" if skipped else "waiting"
        self.reason = verdict.reason if skipped and verdict is not None else None
        self.due = listed.due if verdict is None else verdict.until
        self.closes = listed.closes if verdict is None else verdict.closes
        self.attempts = 0


class Attempt:
    """An attempt to call a person; `state` is that of the journal."""

    def __init__(self, campaign: str, person: Person, worker: str, claimed: float) -> None:
        self.campaign, self.person, self.worker, self.claimed = campaign, person, worker, claimed
        self.number, self.callee = person.attempts, person.callee
        self.state = "pending"
        self.uuid: str | None = None
        self.end: CallEnd | None = None

    @property
    def is_latest(self) -> bool:
        return self.person.attempts == self.number


class CampaignModel:
    def __init__(self, name: str, plan: Mapping[str, object], priority: int, order: int) -> None:
        self.name, self.plan, self.priority, self.order = name, plan, priority, order
        self.state, self.calls = "loading", 0
        self.people: dict[int, Person] = {}
        self.ledger: list[tuple[int, str, str]] = [(0, "began", "began")]

    def counts(self) -> dict[str, int]:
        return dict(Counter(one.state for one in self.people.values()))

    def stop(self, reason: str) -> None:
        self.state = "stopped"
        self.ledger.append((0, "stopped", reason))
        for one in self.people.values():
            if one.state == "waiting":
                one.state, one.reason = "stopped", reason

    def wait_again(self, one: Person, due: float) -> None:
        if self.state == "stopped":
            one.state, one.reason = "stopped", "stopped"
        else:
            one.state, one.due, one.reason = "waiting", due, None


class Slots:
    """Slots of a limit: when each is free, and who has it until then."""

    def __init__(self, limit: int) -> None:
        self._slots: list[tuple[float, str | None]] = [(0.0, None)] * limit

    def take(self, holder: str, now: float, lease: float) -> bool:
        # One that was free for longer comes first, and one that was never used last.
        free = [(until or now, n) for n, (until, _) in enumerate(self._slots) if until <= now]
        if not free:
            return False
        self._slots[min(free)[1]] = (now + lease, holder)
        return True

    def free(self, holder: str, until: float) -> None:
        self._slots = [(until, None) if whose == holder else (time, whose) for time, whose in self._slots]


class BookModel:
    """The book. `limit` starts a second, and `lease` seconds for slots without an answer; `own`: campaigns' limits."""

    def __init__(self, limit: int, lease: float) -> None:
        self.now = 0.0
        self.campaigns: dict[str, CampaignModel] = {}
        self.attempts: dict[str, Attempt] = {}
        self.seen: dict[str, float] = {}
        self.slots, self._lease = Slots(limit), lease + REST
        self.own: dict[str, Slots] = {}
        self._begun = 0

    def add(self, name: str, plan: Mapping[str, object], priority: int) -> bool:
        if name in self.campaigns:
            return False
        self._begun += 1
        self.campaigns[name] = CampaignModel(name, plan, priority, self._begun)
        return True

    def load(self, name: str, people: Iterable[Listed]) -> int:
        campaign, new = self.campaigns[name], []
        for one in people:
            known = campaign.people.get(one.id)
            if known is not None and known.callee != one.callee:
                raise OtherRecipient(one.id)
            new += [one] if known is None else []
        for one in new:
            campaign.people[one.id] = Person(one)
            if one.verdict is not None:
                campaign.ledger.append((one.id, one.verdict.what, one.verdict.reason))
        campaign.state = "running" if campaign.state == "loading" else campaign.state
        return len(new)

    def waiting(self, campaign: CampaignModel, one: Person) -> Waiting:
        rang = sorted(a.claimed for a in self._to(one.callee) if a.state not in NOT_PLACED)
        mine = [a for a in self._of(campaign.name, one) if a.end is not None]
        tries = [PastTry(a.end.began, a.end.ended, a.end.outcome) for a in mine if a.end is not None]
        return Waiting(one.id, one.callee, one.attempts, {}, tuple(rang), tuple(tries))

    def _to(self, callee: str) -> list[Attempt]:
        return [a for a in self.attempts.values() if a.person.callee == callee]

    def _of(self, name: str, one: Person) -> list[Attempt]:
        found = [a for a in self.attempts.values() if a.campaign == name and a.person is one]
        return sorted(found, key=lambda a: a.number)

    def claim(self, name: str, worker: str, most: int, decide: Decide, limits: CallLimits, ids: Iterable[str]) -> int:
        """`ids`: those of the attempts, as the book has made them."""
        campaign, claimed, names = self.campaigns[name], 0, iter(ids)
        room = min(most, self._room(campaign, limits)) if self._due(campaign) else 0
        if room > 0:
            self._renew(campaign, decide)
        due = self._due(campaign)
        due = [one for one in due if one.closes > self.now] or due
        for one in due:
            if claimed >= room:
                break
            verdict = self._hindered(one) or decide(self.waiting(campaign, one), self.now)
            if verdict.what != "call":
                self._put_off(campaign, one, verdict)
            elif not self._claimed(campaign, one, worker, limits, names):
                break
            else:
                claimed += 1
                campaign.ledger.append((one.id, verdict.what, verdict.reason))
        return claimed

    def _due(self, campaign: CampaignModel) -> list[Person]:
        due = [one for one in campaign.people.values() if one.state == "waiting" and one.due <= self.now]
        return sorted(due, key=lambda one: (one.closes, one.due, one.id))

    def _renew(self, campaign: CampaignModel, decide: Decide) -> None:
        """Decide about five whose window has closed."""
        for one in [one for one in self._due(campaign) if one.closes <= self.now][:5]:
            verdict = decide(self.waiting(campaign, one), self.now)
            if verdict.what == "call":
                one.due, one.closes, one.reason = self.now, verdict.closes, None
            else:
                self._put_off(campaign, one, verdict)

    def _hindered(self, one: Person) -> Verdict | None:
        """A number that is being called waits for half a minute."""
        alike = (other for campaign in self.campaigns.values() for other in campaign.people.values())
        if any(other.callee == one.callee and other.state in (*OPEN, "placed") for other in alike):
            return Verdict("wait", "elsewhere", "book", {}, self.now + 30, self.now + 30)
        return None

    def _room(self, campaign: CampaignModel, limits: CallLimits) -> int:
        if campaign.state != "running":
            return 0
        room = 1000
        if limits.calls_at_once is not None:
            counts = campaign.counts()
            room = limits.calls_at_once - sum(counts.get(state, 0) for state in (*OPEN, "placed"))
        if limits.calls is not None:
            room = min(room, limits.calls - campaign.calls)
            going = any(one.state in OPEN for one in campaign.people.values())
            if campaign.calls >= limits.calls and not going:
                campaign.stop("limit")
        return room

    def _put_off(self, campaign: CampaignModel, one: Person, verdict: Verdict) -> None:
        campaign.ledger.append((one.id, verdict.what, verdict.reason))
        one.closes = verdict.closes
        if verdict.what == "wait":
            one.due, one.reason = verdict.until, None
        else:
            tried = any(a.end is not None for a in self._of(campaign.name, one))
            one.state, one.reason = "ended" if tried else "skipped", verdict.reason

    def _claimed(self, campaign: CampaignModel, one: Person, worker: str, limits: CallLimits, ids: Any) -> bool:
        key, own = f"{campaign.name}/{one.id}/{one.attempts + 1}", None
        if limits.calls_per_second is not None:
            own = self.own.setdefault(campaign.name, Slots(limits.calls_per_second))
            if not own.take(key, self.now, self._lease):
                return False
        if not self.slots.take(key, self.now, self._lease):
            if own is not None:
                own.free(key, self.now)
            return False
        one.attempts += 1
        one.state = "dialling"
        campaign.calls += 1
        self.attempts[next(ids, "not made")] = Attempt(campaign.name, one, worker, self.now)
        return True

    def settle(self, id: str, result: AttemptResult) -> bool:
        a = self.attempts[id]
        campaign, one = self.campaigns[a.campaign], a.person
        key = f"{a.campaign}/{one.id}/{a.number}"
        if result.state != "unknown":
            for slots in (self.slots, self.own.get(a.campaign)):
                if slots is not None:
                    slots.free(key, self.now + (0.0 if result.state == "unsent" else REST))
        before = a.state
        if not self._change(a, result.state, result.uuid, absent_too=result.state == "placed"):
            return False
        campaign.calls += (before == "absent") - (result.state in ("refused", "unsent"))
        again = result.again if result.state in ("refused", "unsent") else None
        if a.is_latest and again is not None and one.state in OPEN:
            campaign.wait_again(one, again)
        elif a.is_latest and again is None and one.state in (*OPEN, "waiting"):
            one.state, one.reason = "refused" if result.state == "unsent" else result.state, result.detail
        campaign.ledger.append((one.id, result.state, result.state))
        return True

    def _change(self, a: Attempt, state: str, uuid: str | None, *, absent_too: bool = False) -> bool:
        taken = uuid is not None and any(other.uuid == uuid for other in self.attempts.values() if other is not a)
        if taken or a.state not in (*UNSETTLED, *(("absent",) if absent_too else ())):
            return False
        a.state, a.uuid = state, uuid
        return True

    def look_up(self, id: str, state: str) -> bool:
        """The journal finds out about an attempt."""
        return self._change(self.attempts[id], state, None)

    def placed(self, name: str) -> list[str]:
        found = [id for id, a in self.attempts.items() if a.campaign == name and a.state == "placed" and a.end is None]
        return sorted(found, key=lambda id: self.attempts[id].claimed)

    def conclude(self, id: str, end: CallEnd, decide: Decide) -> bool:
        a = self.attempts[id]
        if a.end is not None:
            return False
        if end.uuid is not None:
            if any(other.uuid == end.uuid for other in self.attempts.values() if other is not a):
                return False
            a.uuid = end.uuid
        campaign, one, a.end = self.campaigns[a.campaign], a.person, end
        campaign.ledger.append((one.id, "ended", end.outcome))
        if a.is_latest and one.is_kept:
            self._follow_up(campaign, one, decide(self.waiting(campaign, one), self.now))
        return True

    def _follow_up(self, campaign: CampaignModel, one: Person, verdict: Verdict) -> None:
        over = verdict.what in ("skip", "stop")
        if one.state in (*OPEN, "placed"):
            one.closes = verdict.closes
            if over or campaign.state == "stopped":
                one.state, one.reason = "ended", verdict.reason if over else "stopped"
            else:
                one.state, one.reason = "waiting", None
                one.due = self.now if verdict.what == "call" else verdict.until
        if campaign.state == "stopped" and not over:
            campaign.ledger.append((one.id, "stop", "stopped"))
        elif verdict.what != "call":
            campaign.ledger.append((one.id, verdict.what, verdict.reason))

    def beat(self, worker: str) -> None:
        if self.seen.get(worker, -BEAT) <= self.now - BEAT:
            self.seen[worker] = self.now

    def bury(self, lease: float) -> int:
        dead = [a for a in self.attempts.values() if self._is_open(a, ("dialling",), ("pending",))]
        dead = [
            a
            for a in dead
            if a.worker not in self.seen or self.seen[a.worker] < self.now - lease or a.claimed < self.now - 300
        ]
        for a in dead:
            a.state = a.person.state = "unknown"
            a.person.reason = None
            self.campaigns[a.campaign].ledger.append((a.person.id, "unknown", "unknown"))
        return len(dead)

    def learn(self) -> int:
        found = [a for a in self.attempts.values() if self._is_open(a, OPEN, ("placed", "absent"))]
        for a in found:
            campaign, one = self.campaigns[a.campaign], a.person
            campaign.ledger.append((one.id, a.state, a.state))
            if a.state == "absent":
                campaign.calls -= 1
                campaign.wait_again(one, self.now)
            else:
                one.state, one.reason = "placed", None
        return len(found)

    @staticmethod
    def _is_open(a: Attempt, people: tuple[str, ...], states: tuple[str, ...]) -> bool:
        return a.is_latest and a.person.state in people and a.state in states

    def turn(self, name: str, state: str) -> bool:
        campaign = self.campaigns[name]
        if campaign.state in ("loading", "stopped", state):
            return False
        if state == "stopped":
            campaign.stop(state)
        else:
            campaign.state = state
            campaign.ledger.append((0, state, state))
        return True

    def drop(self, name: str) -> bool:
        if self.campaigns[name].state != "loading":
            return False
        del self.campaigns[name]
        return True

    def retry(self, name: str) -> int:
        campaign = self.campaigns[name]
        found = [one for one in campaign.people.values() if one.state == "refused" and one.is_kept]
        for one in found if campaign.state != "stopped" else ():
            campaign.wait_again(one, self.now)
            campaign.ledger.append((one.id, "wait", "again"))
        return len(found) if campaign.state != "stopped" else 0

    def forget(self, callee: str) -> tuple[int, int]:
        """In how many campaigns, and how many attempts are open."""
        people = [(c, one) for c in self.campaigns.values() for one in c.people.values() if one.callee == callee]
        busy = sum(one.state in (*OPEN, "placed") for _, one in people)
        if busy:
            return 0, busy
        kept = [(c, one) for c, one in people if one.is_kept]
        for campaign, one in kept:
            if one.state == "waiting":
                one.state, one.reason = "stopped", "forgotten"
            campaign.ledger.append((one.id, "stop", "forgotten"))
            one.is_kept = False
        for a in self._to(callee):
            a.callee = "forgotten"
        return len({campaign.name for campaign, _ in kept}), 0
