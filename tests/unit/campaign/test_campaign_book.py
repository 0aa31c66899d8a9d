"""The book of campaigns: nobody is called twice, whoever dies when; everything that was decided is written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from psycopg import OperationalError

from nccodsl.campaign.book import (
    LONGEST_CLAIM,
    AttemptResult,
    CallingAccount,
    Claim,
    Listed,
    NoCampaign,
    OtherRecipient,
    Verdict,
    Waiting,
)
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.decision_ledger import verify
from nccodsl.campaign.tick import LEASE, tick
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.failures import BadJournal, JournalAway, ReferenceInUse
from nccodsl.client.journal import Journal
from nccodsl.io.postgres_sql import PostgresSql
from tests.journals import KINDS, journal_of, seeds
from tests.unit.campaign.deaths import ACCOUNT, NAME, VAULT, Campaign, Clock, always, people

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def journal(kind: str, request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[CallJournal]:
    with journal_of(kind, request, tmp_path, clock) as journal:
        yield journal


@pytest.fixture
def book(journal: CallJournal) -> CampaignBook:
    book = CampaignBook(journal, VAULT, ACCOUNT)
    assert book.add(NAME, {})
    return book


def _placed(claim: Claim) -> AttemptResult:
    return AttemptResult("placed", uuid=claim.attempt)


@pytest.mark.sampled
def test_nobody_is_called_twice_whoever_dies(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    deaths: Counter[str] = Counter()
    for seed in range(seeds(kind, 60)):
        clock = Clock()
        with journal_of(kind, request, tmp_path / str(seed), clock) as journal:
            campaign = Campaign(journal, clock, seed, 12)
            campaign.run()
            assert set(campaign.network.rang.values()) == {1}, seed
            assert len(campaign.network.rang) == 12
            assert verify(campaign.book.story(NAME)) is None
            deaths += campaign.deaths
    assert set(deaths) == {"commit to send", "send to answer", "answer to settle"}
    assert min(deaths.values()) >= seeds(kind, 60)


def test_a_campaign_has_one_name(book: CampaignBook) -> None:
    assert not book.add(NAME, {})
    with pytest.raises(NoCampaign, match="no campaign `other`"):
        book.status("other")


def test_rows_are_loaded_once(book: CampaignBook) -> None:
    assert book.load(NAME, people(2500)) == 2500
    assert book.load(NAME, people(2600)) == 100
    assert book.status(NAME).counts == {"waiting": 2600}


def test_a_list_that_was_changed_is_not_called(book: CampaignBook) -> None:
    book.load(NAME, people(3))
    _, second, third = people(3)
    with pytest.raises(OtherRecipient, match="row 1 calls another number"):
        book.load(NAME, [Listed(1, second.callee), third])
    assert book.plan(NAME) == {}


def test_who_is_loading_is_not_called(book: CampaignBook) -> None:
    assert book.claim(NAME, "w", 5, always) == []


def test_a_claim_is_one_intent_of_the_journal(book: CampaignBook, journal: CallJournal) -> None:
    book.load(NAME, people(1))
    (claim,) = book.claim(NAME, "w", 5, always)
    assert claim.reference == "reminders/1/1"
    intent = journal.find("reminders/1/1")
    assert intent is not None
    assert (intent.id, intent.state, intent.callee) == (claim.attempt, "pending", "14155550001")
    # Whoever calls by hand cannot dial the same reference.
    call = dict.fromkeys(("host", "application_id", "api", "callee"), "x")
    with pytest.raises(ReferenceInUse):
        journal.begin(reference="reminders/1/1", fingerprint="y", caller=None, **call)
    assert book.claim(NAME, "v", 5, always) == []
    assert book.settle(claim, _placed(claim))
    assert not book.settle(claim, _placed(claim))
    assert book.status(NAME).counts == {"placed": 1}


def test_those_whose_window_closes_first_are_called_first(book: CampaignBook, clock: Clock) -> None:
    late, soon, over = clock.now + 5000, clock.now + 100, clock.now - 1
    closes = {1: late, 2: soon, 3: over, 4: late, 5: soon}
    due = {5: clock.now + 50}
    book.load(NAME, [Listed(n, f"{n}", due.get(n, 0.0), closes[n]) for n in closes])
    # Of those whose window has closed, some are looked at each time: what follows is decided anew.
    ended = Verdict("skip", "deadline", "campaign")
    claims = book.claim(NAME, "w", 9, lambda one, now: ended if one.id == 3 else always(one, now))
    assert [claim.recipient.id for claim in claims] == [2, 1, 4]
    assert book.status(NAME).counts == {"dialling": 3, "skipped": 1, "waiting": 1}
    assert [(one.what, one.reason, one.rule) for one in book.story(NAME, 3)] == [("skip", "deadline", "campaign")]
    clock.now += 50
    assert [claim.recipient.id for claim in book.claim(NAME, "w", 9, always)] == [5]


def test_a_window_that_has_closed_holds_no_one_up(book: CampaignBook, clock: Clock) -> None:
    book.load(NAME, [Listed(n, f"{n}", 0.0, clock.now + 500 if n > 1 else clock.now - 1) for n in range(1, 9)])
    # The first one may be called until sooner than all others.
    soon = clock.now + 100

    def decide(one: Waiting, now: float) -> Verdict:
        return Verdict("call", "due", "US", closes=soon if one.id == 1 else now + 500)

    assert [claim.recipient.id for claim in book.claim(NAME, "w", 2, decide)] == [1, 2]


def test_a_number_is_called_by_one_campaign_at_a_time(book: CampaignBook, clock: Clock) -> None:
    book.add("other", {})
    for name in (NAME, "other"):
        book.load(name, [Listed(1, "14155550101")])
    (claim,) = book.claim(NAME, "w", 1, always)
    assert book.claim("other", "w", 1, always) == []
    assert [one.reason for one in book.story("other", 1)] == ["elsewhere"]
    book.settle(claim, AttemptResult("refused", "400"))
    clock.now += 301
    assert len(book.claim("other", "w", 1, always)) == 1


def test_a_reference_in_use_hinders_one_recipient_and_no_other(book: CampaignBook, journal: CallJournal) -> None:
    book.load(NAME, people(2))
    call = dict.fromkeys(("host", "application_id", "api", "callee"), "x")
    journal.begin(reference=f"{NAME}/1/1", fingerprint="y", caller=None, **call)
    assert [claim.recipient.id for claim in book.claim(NAME, "w", 5, always)] == [2]
    assert [(one.what, one.reason) for one in book.story(NAME, 1)] == [("skip", "taken")]


def test_what_is_decided_is_decided_again_in_each_claim(book: CampaignBook, clock: Clock) -> None:
    book.load(NAME, people(3))

    def decide(one: Waiting, now: float) -> Verdict:
        if one.id == 1:
            return Verdict("skip", "suppressed", "list", {"list": "mine"})
        return (
            Verdict("wait", "capped", "campaign", {"calls": 3}, until=now + 60)
            if one.id == 2 and now < 1_000_060
            else always(one, now)
        )

    assert [claim.recipient.id for claim in book.claim(NAME, "w", 5, decide)] == [3]
    assert book.claim(NAME, "w", 5, decide) == []
    clock.now += 60
    assert [claim.recipient.id for claim in book.claim(NAME, "w", 5, decide)] == [2]
    assert [one.what for one in book.story(NAME, 2)] == ["wait", "call"]
    assert [(one.what, dict(one.facts)) for one in book.story(NAME, 1)] == [("skip", {"list": "mine"})]


def test_the_limit_holds_within_a_claim(journal: CallJournal, clock: Clock) -> None:
    book = CampaignBook(journal, VAULT, CallingAccount("https://api.example.com", "app", "v2", None, "app", limit=3))
    book.add(NAME, {})
    book.load(NAME, people(10))
    first = book.claim(NAME, "w", 10, always)
    assert len(first) == 3
    for claim in first:
        book.settle(claim, _placed(claim))
    assert book.claim(NAME, "w", 10, always) == []
    clock.now += 1
    assert len(book.claim(NAME, "w", 10, always)) == 3


def test_what_got_no_answer_keeps_its_slot_for_the_lease(journal: CallJournal, clock: Clock) -> None:
    account = CallingAccount("https://api.example.com", "app", "v2", None, "app", limit=1, lease=20.0)
    book = CampaignBook(journal, VAULT, account)
    book.add(NAME, {})
    book.load(NAME, people(2))
    (claim,) = book.claim(NAME, "w", 1, always)
    assert book.settle(claim, AttemptResult("unknown", "E707"))
    clock.now += 19
    assert book.claim(NAME, "w", 1, always) == []
    clock.now += 2
    assert len(book.claim(NAME, "w", 1, always)) == 1


def test_a_paused_campaign_calls_nobody_and_a_stopped_one_never_again(book: CampaignBook) -> None:
    book.load(NAME, people(2))
    book.turn(NAME, "paused")
    assert book.claim(NAME, "w", 1, always) == []
    book.turn(NAME, "running")
    (claim,) = book.claim(NAME, "w", 1, always)
    book.turn(NAME, "stopped")
    book.turn(NAME, "running")
    assert book.claim(NAME, "w", 1, always) == []
    book.settle(claim, AttemptResult("refused", "429", again=0.0))
    assert [one.what for one in book.story(NAME, 0)] == ["began", "paused", "running", "stopped"]


def test_a_claim_that_is_too_old_is_not_sent(book: CampaignBook, clock: Clock) -> None:
    book.load(NAME, people(2))

    def slow(claim: Claim) -> AttemptResult:
        clock.now += LONGEST_CLAIM + 1
        return _placed(claim)

    assert tick(book, NAME, "w", 2, always, slow, clock) == 1
    assert book.status(NAME).counts == {"placed": 1, "waiting": 1}
    assert [one.what for one in book.story(NAME, 2)] == ["call", "unsent"]


def test_who_is_not_heard_of_is_dead(book: CampaignBook, journal: CallJournal, clock: Clock) -> None:
    book.load(NAME, people(1))
    book.beat("w")
    (claim,) = book.claim(NAME, "w", 1, always)
    clock.now += LEASE - 1
    assert book.bury(LEASE) == 0
    clock.now += 2
    assert book.bury(LEASE) == 1
    assert (book.status(NAME).counts, book.learn()) == ({"unknown": 1}, 0)
    journal.settle(claim.attempt, "absent")
    assert (book.learn(), book.status(NAME).counts) == (1, {"waiting": 1})
    # It was placed after all, and somebody says so before the next try.
    assert book.settle(claim, _placed(claim))
    assert book.status(NAME).counts == {"placed": 1}


@pytest.mark.parametrize("kind", ["postgres"], indirect=True)
def test_a_claim_whose_commit_got_no_answer_is_not_sent_and_looked_up(
    book: CampaignBook, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.load(NAME, people(1))
    book.beat("w")
    kept = PostgresSql.transaction

    @contextmanager
    def lost(db: PostgresSql, lock: str) -> Iterator[float]:
        with kept(db, lock) as now:
            yield now
        raise OperationalError("the connection was lost")

    sent: list[Claim] = []
    with monkeypatch.context() as patched:
        patched.setattr(PostgresSql, "transaction", lost)
        with pytest.raises(JournalAway):
            tick(book, NAME, "w", 1, always, lambda claim: sent.append(claim) or _placed(claim), clock)
    assert not sent
    assert book.status(NAME).counts == {"dialling": 1}
    clock.now += LEASE + 1
    # Its worker goes on under another name.
    assert tick(book, NAME, "w, again", 1, always, _placed, clock) == 0
    assert book.status(NAME).counts == {"unknown": 1}


def test_what_was_changed_in_the_ledger_is_found(book: CampaignBook, journal: CallJournal) -> None:
    book.load(NAME, people(5))
    for claim in book.claim(NAME, "w", 5, always):
        book.settle(claim, _placed(claim))
    story = list(book.story(NAME))
    assert len(story) == 11
    assert verify(story) is None
    assert verify(story, story[3].hash) is None
    assert verify(story[:5]) is None  # nothing but a head that was kept shows that the end is gone
    broken = verify(story[:5], story[-1].hash)
    assert broken is not None
    assert broken.number == 6
    assert verify(story[:4] + story[5:]) is not None
    with journal.writing() as db:
        db.execute("UPDATE decision SET rule = 'other' WHERE number = 4")
    broken = verify(book.story(NAME))
    assert broken is not None
    assert (broken.number, broken.why) == (4, "it was changed")


def test_tables_of_a_newer_version_are_refused(journal: CallJournal) -> None:
    CampaignBook(journal, VAULT, ACCOUNT)
    with journal.writing() as db:
        table = "part" if isinstance(journal, Journal) else "nccodsl_tables"
        db.execute(f"UPDATE {table} SET version = 99 WHERE name = 'campaigns'")
    with pytest.raises(BadJournal, match="newer version"):
        CampaignBook(journal, VAULT, ACCOUNT)


@SQLITE
@pytest.mark.parametrize("waiting", [200, 2000])
def test_a_claim_looks_at_few_rows_however_many_wait(
    book: CampaignBook, journal: CallJournal, clock: Clock, waiting: int
) -> None:
    assert isinstance(journal, Journal)
    # Most of them wait for another try, in windows that close first.
    closing = [clock.now + 1000 + number % 20 for number in range(waiting)]
    book.load(NAME, [Listed(n + 1, f"{n}", clock.now + 500, closing[n]) for n in range(waiting)])
    book.load(NAME, [Listed(waiting + n, f"{n}", 0.0, clock.now + 5000) for n in range(1, 4)])
    assert _steps(journal, lambda: len(book.claim(NAME, "w", 1, always)) == 1) < 600


@SQLITE
@pytest.mark.parametrize("placed", [200, 2000])
def test_those_at_work_look_at_few_rows_however_many_are_placed(
    book: CampaignBook, journal: CallJournal, clock: Clock, placed: int
) -> None:
    assert isinstance(journal, Journal)
    book.load(NAME, people(placed))
    with journal.writing() as db:
        db.execute("UPDATE recipient SET state = 'placed', attempts = 1")
    book.beat("w")
    clock.now += 1
    assert _steps(journal, lambda: (book.beat("w"), book.bury(LEASE), book.learn())) < 20


def _steps(journal: Journal, work: Callable[[], object]) -> int:
    """How much SQLite does, in tens of its own steps."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    journal._db.set_progress_handler(count, 10)
    assert work()
    journal._db.set_progress_handler(None, 0)
    return steps
