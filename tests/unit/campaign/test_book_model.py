"""The same random operations on a book and on its oracle: they agree after each one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from nccodsl.campaign.book import (
    AttemptResult,
    Book,
    CallEnd,
    CallingAccount,
    Claim,
    Decide,
    Listed,
    OtherRecipient,
    Verdict,
    Waiting,
)
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.campaign_plan import CallLimits
from nccodsl.campaign.decision_ledger import verify
from nccodsl.client.call_journal import CallJournal
from tests.journals import KINDS, journal_of, seeds
from tests.unit.campaign.book_model import NOT_PLACED, OPEN, Attempt, BookModel
from tests.unit.campaign.deaths import VAULT, Clock

NAMES = ("storm", "sale")
NUMBERS = [f"1415555{one:04}" for one in range(6)]
LIMIT, LEASE = 4, 20.0
ACCOUNT = CallingAccount("https://api.example.com", "app", "v2", "14155550100", "app", limit=LIMIT, lease=LEASE)
LIMITS = {"storm": CallLimits(calls_per_second=2, calls_at_once=3), "sale": CallLimits(calls=8)}


class Deciding:
    """Decides by chance, the same for the same person at the same moment, and keeps whom it was asked about."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.asked: list[Waiting] = []

    def __call__(self, one: Waiting, now: float) -> Verdict:
        self.asked.append(one)
        chance = Random(f"{self._seed} {one.id} {one.attempts} {len(one.tries)} {now}")
        what = chance.choices(("call", "wait", "skip", "stop"), (8, 2, 1, 1))[0]
        until, closes = now + chance.choice((1.0, 30.0)), now + chance.choice((-5.0, 50.0, 500.0))
        return Verdict(what, f"{what} it", "chance", {"tries": len(one.tries)}, until, closes)  # type: ignore[arg-type]


class Twins:
    """A book and its oracle. Each operation is done to both, and what they say is compared."""

    def __init__(self, book: Book, journal: CallJournal, clock: Clock, seed: int) -> None:
        self._book, self._journal, self._clock = book, journal, clock
        self._model = BookModel(LIMIT, LEASE)
        self._chance, self._seed = Random(seed), seed
        self._claims: list[Claim] = []
        self._misjudged: list[Attempt] = []
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        """Do something, and compare."""
        names = [name for name in dir(self) if name.startswith("_do_")]
        weights = [8 if name in ("_do_claim", "_do_settle", "_do_conclude") else 2 for name in names]
        weights = [
            1 if name in ("_do_turn", "_do_forget", "_do_drop") else weight
            for name, weight in zip(names, weights, strict=True)
        ]
        name = self._chance.choices(names, weights)[0]
        self._model.now = self._clock.now
        getattr(self, name)()
        self.done[name] += 1
        self._compare()

    def _name(self) -> str | None:
        return self._chance.choice(list(self._model.campaigns)) if self._model.campaigns else None

    def _both(self, decide: Callable[[Decide], object], model: Callable[[Decide], object]) -> None:
        """The book first, since the oracle takes the ids of its attempts."""
        ours, theirs = Deciding(self._seed), Deciding(self._seed)
        assert decide(ours) == model(theirs)
        assert ours.asked == theirs.asked

    def _do_pass_time(self) -> None:
        self._clock.now += self._chance.choice((0.3, 1.0, 5.0, 40.0))

    def _do_add(self) -> None:
        name, priority = self._chance.choice(NAMES), self._chance.randint(1, 9)
        self._clock.now += 0.001
        self._model.now = self._clock.now
        assert self._book.add(name, {"n": priority}, priority) == self._model.add(name, {"n": priority}, priority)

    def _do_load(self) -> None:
        if (name := self._name()) is None:
            return
        rows = [self._listed(row) for row in self._chance.sample(range(1, 9), self._chance.randint(1, 5))]
        found: list[object] = []
        for load in (self._book.load, self._model.load):
            try:
                found.append(load(name, rows))
            except OtherRecipient as error:
                found.append(error.row)
        assert found[0] == found[1]

    def _listed(self, row: int) -> Listed:
        callee = NUMBERS[(row + (self._chance.random() < 0.1)) % len(NUMBERS)]
        verdict = None
        if self._chance.random() < 0.2:
            verdict = Verdict("skip", "bad_row", "list")
            callee = callee if self._chance.random() < 0.5 else ""
        closes = self._clock.now + self._chance.choice((-10.0, 20.0, 200.0))
        return Listed(row, callee, self._clock.now + self._chance.choice((-1.0, 15.0)), closes, verdict=verdict)

    def _do_claim(self) -> None:
        if (name := self._name()) is None:
            return
        worker, most = self._chance.choice("uvw"), self._chance.randint(1, 3)
        claims: list[Claim] = []

        def book(decide: Decide) -> int:
            claims.extend(self._book.claim(name, worker, most, decide, LIMITS[name]))
            return len(claims)

        ids = (one.attempt for one in claims)
        self._both(book, lambda decide: self._model.claim(name, worker, most, decide, LIMITS[name], ids))
        for one in claims:
            person = self._model.attempts[one.attempt].person
            assert (one.recipient.id, one.reference) == (person.id, f"{name}/{person.id}/{person.attempts}")
            earlier = [a for a in self._model.attempts.values() if a.person is person and a.number < person.attempts]
            # What was taken for absent, and rang after all, was misjudged by whoever looked it up.
            earlier = [a for a in earlier if a not in self._misjudged]
            assert all(a.state in NOT_PLACED or a.end is not None for a in earlier), "a phone may ring twice"
        self._claims += claims

    def _do_settle(self) -> None:
        if self._claims:
            claim = self._chance.choice(self._claims[-6:])
            state = self._chance.choice(("placed", "placed", "refused", "unsent", "unknown"))
            uuid = claim.attempt if state == "placed" and self._chance.random() < 0.5 else None
            again = self._clock.now + 2 if self._chance.random() < 0.6 else None
            result = AttemptResult(state, f"it was {state}", uuid, again=again)  # type: ignore[arg-type]
            assert self._book.settle(claim, result) == self._model.settle(claim.attempt, result)

    def _do_look_up(self) -> None:
        open_ones = [id for id, one in self._model.attempts.items() if one.state in ("pending", "unknown")]
        if open_ones:
            id, state = self._chance.choice(open_ones), self._chance.choice(("placed", "absent"))
            assert self._journal.settle(id, state) == self._model.look_up(id, state)
            self._misjudged += [self._model.attempts[id]] if state == "absent" else []

    def _do_conclude(self) -> None:
        if (name := self._name()) is None:
            return
        ids = self._model.placed(name) or [id for id, a in self._model.attempts.items() if a.end is not None]
        if ids:
            id, now = self._chance.choice(ids), self._clock.now
            uuids = [a.uuid for a in self._model.attempts.values() if a.uuid is not None]
            own = self._model.attempts[id].uuid or id
            uuid = self._chance.choice(uuids) if uuids and self._chance.random() < 0.1 else own
            end = CallEnd(self._chance.choice(("completed", "busy")), now - 3, now, 3.0, 0.01, uuid)
            self._both(lambda d: self._book.conclude(id, end, d), lambda d: self._model.conclude(id, end, d))

    def _do_beat(self) -> None:
        worker = self._chance.choice("uvw")
        self._book.beat(worker)
        self._model.beat(worker)

    def _do_bury(self) -> None:
        assert self._book.bury(30.0) == self._model.bury(30.0)

    def _do_learn(self) -> None:
        assert self._book.learn() == self._model.learn()

    def _do_turn(self) -> None:
        if (name := self._name()) is not None:
            state = self._chance.choices(("running", "paused", "stopped"), (4, 3, 1))[0]
            assert self._book.turn(name, state) == self._model.turn(name, state)  # type: ignore[arg-type]

    def _do_drop(self) -> None:
        if (name := self._name()) is not None:
            assert self._book.drop(name) == self._model.drop(name)

    def _do_retry(self) -> None:
        if (name := self._name()) is not None:
            assert self._book.retry(name) == self._model.retry(name)

    def _do_forget(self) -> None:
        number = self._chance.choice(NUMBERS)
        found = self._book.forget(number)
        assert (found.campaigns, found.open) == self._model.forget(number)

    def _compare(self) -> None:
        campaigns = sorted(self._model.campaigns.values(), key=lambda one: (-one.priority, one.order))
        assert [head.name for head in self._book.heads()] == [one.name for one in campaigns]
        assert self._book.campaigns() == [one.name for one in campaigns]
        for one in campaigns:
            status = self._book.status(one.name)
            assert (status.state, status.counts, status.priority) == (one.state, one.counts(), one.priority)
            assert (self._book.next_due(one.name) is not None) == ("waiting" in one.counts())
            left = one.state == "loading" or any(one.counts().get(state) for state in ("waiting", "placed", *OPEN))
            assert self._book.is_over(one.name) == (not left)
            placed = self._book.placed(one.name)
            assert {call.attempt for call in placed} == set(self._model.placed(one.name))
            assert [call.claimed for call in placed] == sorted(call.claimed for call in placed)

    def compare_all(self) -> None:
        """Compare what takes longer: all rows, attempts and ledgers."""
        for name, one in self._model.campaigns.items():
            people = sorted(one.people.values(), key=lambda person: person.id)
            lines = [(line.id, line.callee, line.state, line.reason, line.attempts) for line in self._book.lines(name)]
            kept = [person.callee if person.is_kept else None for person in people]
            assert lines == [
                (p.id, callee, p.state, p.reason, p.attempts) for p, callee in zip(people, kept, strict=True)
            ]
            attempts = {
                (a.person.id, a.number): (a.state, a.uuid) for a in self._model.attempts.values() if a.campaign == name
            }
            assert {(a.recipient, a.number): (a.state, a.uuid) for a in self._book.attempts(name)} == attempts
            story = list(self._book.story(name))
            assert verify(story) is None
            said: dict[int, list[tuple[str, str]]] = defaultdict(list)
            for whom, what, reason in one.ledger:
                said[whom].append((what, reason))
            for whom in (0, *one.people):
                assert [(entry.what, entry.reason) for entry in self._book.story(name, whom)] == said[whom]
            assert len(story) == len(one.ledger)
            for person in people:
                found = self._book.kept(name, person.id)
                assert found == (self._model.waiting(one, person) if person.is_kept else None)


@pytest.mark.sampled
@pytest.mark.parametrize("kind", KINDS)
def test_a_book_does_what_its_oracle_does(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    done: Counter[str] = Counter()
    for seed in range(seeds(kind, 60)):
        clock = Clock()
        with journal_of(kind, request, tmp_path / str(seed), clock) as journal:
            twins = Twins(CampaignBook(journal, VAULT, ACCOUNT), journal, clock, seed)
            try:
                for number in range(250):
                    twins.step()
                    if number % 25 == 24:
                        twins.compare_all()
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, {kind}: {error}") from error
        done += twins.done
    assert min(done.values()) > 2 * seeds(kind, 60)
