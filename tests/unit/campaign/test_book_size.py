"""What the book looks at does not grow with its campaigns: counted in steps of SQLite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nccodsl.campaign.book import AttemptResult, CallEnd, Listed, Verdict
from nccodsl.campaign.campaign_book import CampaignBook
from nccodsl.client.journal import Journal
from nccodsl.io.sqlite import transaction
from tests.unit.campaign.deaths import ACCOUNT, NAME, VAULT, Clock, always


@pytest.fixture(params=[100, 3000])
def many(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path, clock=Clock())


@pytest.fixture
def book(journal: Journal, many: int) -> CampaignBook:
    """A book with many recipients, each with three decisions and an earlier call that has ended."""
    book = CampaignBook(journal, VAULT, ACCOUNT)
    book.add(NAME, {})
    verdict = Verdict("wait", "closed", "list")
    book.load(NAME, [Listed(row, f"1415{row:07}", verdict=verdict) for row in range(1, many + 1)])
    with transaction(journal._db):
        for row in range(1, many + 1):
            journal._db.execute(
                "INSERT INTO intents (id, fingerprint, host, application_id, api, callee, created_at, state, uuid, pid) "
                "VALUES (?, '', 'https://api.example.com', 'app', 'v2', ?, ?, 'placed', ?, 1)",
                (f"old-{row}", f"1415{row:07}", float(row), f"uuid-{row}"),
            )
    return book


def _steps(journal: Journal, work: Callable[[], object]) -> int:
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    journal._db.set_progress_handler(count, 1)
    assert work()
    journal._db.set_progress_handler(None, 0)
    return steps


def test_why(book: CampaignBook, journal: Journal, many: int) -> None:
    number = f"1415{many // 2:07}"
    assert _steps(journal, lambda: list(book.lines(NAME, number))) < 200
    assert _steps(journal, lambda: list(book.story(NAME, many // 2))) < 200


def test_a_call_from_its_claim_to_its_end(book: CampaignBook, journal: Journal) -> None:
    def work() -> bool:
        (claim,) = book.claim(NAME, "w", 1, always)
        book.settle(claim, AttemptResult("placed"))
        end = CallEnd("completed", 1.0, 2.0, uuid="another")
        return book.conclude(claim.attempt, end, always) and not journal.taken(["one", "other"])

    assert _steps(journal, work) < 4000


def test_what_is_open(book: CampaignBook, journal: Journal) -> None:
    assert _steps(journal, lambda: journal.open_intents() == []) < 100
    assert _steps(journal, lambda: book.placed(NAME) == []) < 100
    assert _steps(journal, lambda: book.next_due(NAME) is not None) < 100
