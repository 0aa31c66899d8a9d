"""What the book does with attempts that the journal has found out about, and in campaigns that were stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from nccodsl.campaign.book import AttemptResult, CallEnd, Claim, Listed, OtherPlan
from nccodsl.campaign.book_rows import FOLLOWED
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.campaign.tick import LEASE
from nccodsl.client.journal import Journal
from tests.unit.campaign.deaths import ACCOUNT, NAME, VAULT, Clock, always, people


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Journal:
    return Journal(tmp_path, clock=clock)


@pytest.fixture
def book(journal: Journal) -> CampaignBook:
    book = CampaignBook(journal, VAULT, ACCOUNT)
    book.add(NAME, {})
    book.load(NAME, people(1))
    return book


def claimed(book: CampaignBook) -> Claim:
    (claim,) = book.claim(NAME, "w", 1, always)
    return claim


@pytest.mark.parametrize(("found", "becomes"), [("placed", "placed"), ("absent", "waiting")])
def test_a_dead_workers_attempt_that_was_looked_up_before_it_was_buried(
    book: CampaignBook, journal: Journal, clock: Clock, found: str, becomes: str
) -> None:
    claim = claimed(book)
    journal.settle(claim.attempt, found)
    clock.now += LEASE + 1
    assert book.bury(LEASE) == 0
    assert book.learn() == 1
    assert book.status(NAME).counts == {becomes: 1}


def test_where_calls_are_not_followed_a_placed_call_is_the_end(
    journal: Journal, book: CampaignBook, clock: Clock
) -> None:
    book.add("list", {FOLLOWED: False})
    book.load("list", people(2))
    told, lost = book.claim("list", "w", 2, always)
    book.settle(told, AttemptResult("placed"))
    clock.now += LEASE + 1
    book.bury(LEASE)
    journal.settle(lost.attempt, "placed")
    assert not book.is_over("list")
    book.learn()
    assert book.is_over("list")
    assert [(one.state, one.reason) for one in book.lines("list")] == [("ended", "placed")] * 2
    assert book.forget(told.recipient.callee).open == 0


def test_in_a_stopped_campaign_no_one_waits_again(book: CampaignBook, journal: Journal, clock: Clock) -> None:
    book.load(NAME, people(3))
    refused, lost, told = book.claim(NAME, "w", 3, always)
    book.settle(told, AttemptResult("refused", "E704"))
    book.turn(NAME, "stopped")
    book.settle(refused, AttemptResult("refused", "429", again=clock.now))
    clock.now += LEASE + 1
    book.bury(LEASE)
    journal.settle(lost.attempt, "absent")
    book.learn()
    assert book.retry(NAME) == 0
    status = book.status(NAME)
    assert status.counts == {"stopped": 2, "refused": 1}
    assert status.is_over


def test_who_was_forgotten_is_not_tried_again(book: CampaignBook) -> None:
    book.settle(claimed(book), AttemptResult("refused", "E704"))
    book.forget("14155550001")
    assert book.retry(NAME) == 0
    assert book.claim(NAME, "w", 1, always) == []


def test_a_call_of_who_was_forgotten_meanwhile_ends(book: CampaignBook, journal: Journal) -> None:
    claim = claimed(book)
    journal.settle(claim.attempt, "absent")
    book.learn()
    book.forget("14155550001")
    assert book.settle(claim, AttemptResult("placed"))
    assert book.conclude(claim.attempt, CallEnd("completed", 1.0, 2.0), always)
    assert book.status(NAME).counts == {"stopped": 1}


def test_rows_do_not_get_into_another_campaign_of_the_name(book: CampaignBook) -> None:
    book.add("b", {"script": "one"})

    def rows() -> object:
        for number in range(1, 1500):
            yield Listed(number, f"{number}")
        book.drop("b")
        book.add("b", {"script": "two"})
        yield Listed(1500, "1500")

    with pytest.raises(OtherPlan, match="another `b`"):
        book.load("b", rows(), {"script": "one"})  # type: ignore[arg-type]
    assert book.status("b").counts == {}
