"""A campaign whose workers die, stand still and lose answers, in virtual time, before a telephone network that counts."""

from __future__ import annotations

from collections import Counter
from random import Random

from nccodsl.campaign.book import LONGEST_CLAIM, AttemptResult, CallingAccount, Claim, Listed, Verdict, Waiting
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.person_vault import PersonVault
from nccodsl.campaign.tick import tick
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.clock import Reading

ACCOUNT = CallingAccount("https://api.example.com", "app", "v2", "14155550100", "app", limit=1000)
VAULT = PersonVault("a secret of the tests")
NAME = "reminders"


class Clock:
    """The clocks of one machine, which go on when the test says so."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> Reading:
        return Reading(self.now, self.now, "boot")


class Died(BaseException):
    """A worker dies here."""


class Network:
    """Counts how often each phone rings."""

    def __init__(self) -> None:
        self.rang: Counter[str] = Counter()
        self.placed: set[str] = set()

    def place(self, claim: Claim) -> None:
        self.rang[claim.recipient.callee] += 1
        self.placed.add(claim.attempt)


def people(count: int, closes: float = 2_000_000.0) -> list[Listed]:
    return [Listed(number, f"1415555{number:04}", 0.0, closes) for number in range(1, count + 1)]


def always(_one: Waiting, _now: float) -> Verdict:
    return Verdict("call", "due", "always")


class Campaign:
    """Workers call `count` people. What each does to a request is left to chance; `at_stake`: requests of the dead."""

    def __init__(self, journal: CallJournal, clock: Clock, seed: int, count: int) -> None:
        self.random = Random(seed)
        self.clock = clock
        self.journal = journal
        self.book = CampaignBook(self.journal, VAULT, ACCOUNT)
        self.network = Network()
        self.deaths: Counter[str] = Counter()
        self.late: list[Claim] = []
        self.book.add(NAME, {"script": "reminder.call"})
        assert self.book.load(NAME, people(count)) == count

    def turn(self, worker: int) -> None:
        """One worker ticks, and perhaps dies. Who dies comes back under another name."""
        self.clock.now += self.random.uniform(0, 2)
        try:
            tick(self.book, NAME, f"w{worker}", self.random.randint(1, 4), always, self._send, self.clock)
        except Died as death:
            self.deaths[str(death)] += 1

    def _send(self, claim: Claim) -> AttemptResult:
        chance = self.random.random()
        if chance < 0.1:
            raise Died("commit to send")
        if chance < 0.2:
            self.network.place(claim)
            raise Died("send to answer")
        if chance < 0.3:
            return AttemptResult("refused", "429", again=self.clock.now + 1)
        if chance < 0.35:
            return AttemptResult("unsent", "E703", again=self.clock.now + 1)
        if chance < 0.45:
            if self.random.random() < 0.5:
                self.network.place(claim)
            return AttemptResult("unknown", "timeout")
        self.network.place(claim)
        if chance < 0.55:
            self.late.append(claim)
            raise Died("answer to settle")
        return AttemptResult("placed", uuid=claim.attempt)

    def look_up(self) -> None:
        """What the API's list says of unknown attempts, and an answer that a frozen worker still notes."""
        for intent in self.journal.open_intents():
            if intent.state == "unknown" and self.clock.now - intent.created_at > LONGEST_CLAIM + 60:
                self.journal.settle(intent.id, "placed" if intent.id in self.network.placed else "absent")
        while self.late and self.random.random() < 0.3:
            claim = self.late.pop()
            self.book.settle(claim, AttemptResult("placed", uuid=claim.attempt))

    def run(self) -> None:
        """Until everybody has been called, or is in a state that has a name."""
        for round in range(10_000):
            self.turn(round)
            if round % 7 == 0:
                self.clock.now += self.random.choice((0, 40, 100))
                self.look_up()
            if set(self.book.status(NAME).counts) <= {"placed"}:
                return
        raise AssertionError(f"not done: {self.book.status(NAME)}")
