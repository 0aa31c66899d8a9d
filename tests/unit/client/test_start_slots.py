"""Slots of an account: never more starts than the limit in any second that rolls by, whatever requests take."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from pathlib import Path
from random import Random

import pytest

from nccodsl.client import BadJournal, Journal
from nccodsl.client.clock import Reading
from nccodsl.client.start_slots import NoSlot, SlotClaim, free, renew, take
from nccodsl.io.sql import SqlConnection
from tests.journals import KINDS, journal_of

DAY = 24 * 3600.0


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def db(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlConnection]:
    with journal_of(kind, request, tmp_path) as journal, journal.writing() as db:
        yield db


def at(ticks: float, wall: float | None = None, boot: str | None = "boot") -> Reading:
    return Reading(1000.0 + ticks if wall is None else wall, ticks, boot)


def claim(holder: str, starts: int = 1, limit: int = 3, lease: float = 11.0, account: str = "a") -> SlotClaim:
    return SlotClaim(account, limit, starts, holder, lease)


def most_in_a_second(arrivals: list[float]) -> int:
    arrivals = sorted(arrivals)
    return max(bisect_left(arrivals, first + 1.0) - index for index, first in enumerate(arrivals))


@pytest.mark.parametrize(
    ("kind", "seed"), [*(("sqlite", seed) for seed in range(20)), ("postgres", 0), ("postgres", 1)], indirect=["kind"]
)
def test_no_second_has_more_arrivals_than_the_limit(db: SqlConnection, seed: int) -> None:
    random = Random(seed)
    limit = random.choice((1, 2, 3, 30))
    arrivals: list[float] = []
    due = [(0.0, random.random(), "take", claim(str(one), random.choice((1, 1, 2, 3)), limit)) for one in range(60)]
    heapify(due)
    while due:
        now, _, what, wanted = heappop(due)
        if what == "free":
            free(db, wanted, at(now))
        elif left := take(db, wanted, at(now)):
            heappush(due, (now + left, random.random(), "take", wanted))
        else:
            arrived = now + random.choice((0.001, 0.03, random.uniform(0, 3)))
            arrivals += [arrived] * wanted.starts if wanted.starts <= limit else [arrived]
            # One in ten dies, and frees nothing.
            if random.random() > 0.1:
                heappush(due, (arrived + random.uniform(0, 0.5), random.random(), "free", wanted))
    assert most_in_a_second(arrivals) <= limit
    assert len(arrivals) >= 60, "all had their turn, also those that need several slots"


def test_a_slot_is_free_one_second_after_the_answer(db: SqlConnection) -> None:
    one, two = claim("one", limit=1), claim("two", limit=1)
    assert take(db, one, at(0)) == 0.0
    assert take(db, two, at(5)) == 0.5, "the answer is not there: nobody knows when it will be"
    free(db, one, at(5.25))
    assert take(db, two, at(5.5)) == 0.5
    assert take(db, two, at(6)) == 0.25
    assert take(db, two, at(6.25)) == 0.0


def test_what_was_not_sent_frees_its_slot_at_once(db: SqlConnection) -> None:
    assert take(db, claim("one", limit=1), at(0)) == 0.0
    free(db, claim("one", limit=1), at(0.5), rest=0.0)
    assert take(db, claim("two", limit=1), at(0.5)) == 0.0


def test_who_dies_frees_its_slot_when_the_lease_is_over(db: SqlConnection) -> None:
    assert take(db, claim("dead", limit=1), at(0)) == 0.0
    assert take(db, claim("two", limit=1), at(10.75)) == 0.25
    assert take(db, claim("two", limit=1), at(11)) == 0.0
    assert not renew(db, claim("dead", limit=1), at(11)), "who wakes up has lost it"
    assert take(db, claim("three", limit=1), at(12)) > 0, "and has not freed what is the other's"


def test_a_lease_can_begin_again(db: SqlConnection) -> None:
    assert take(db, claim("one", limit=1), at(0)) == 0.0
    assert renew(db, claim("one", limit=1), at(10))
    assert take(db, claim("two", limit=1), at(20)) > 0
    assert take(db, claim("two", limit=1), at(21)) == 0.0


def test_slots_are_kept_for_a_start_that_needs_several(db: SqlConnection) -> None:
    singles = [claim(f"single {number}") for number in range(3)]
    for number, single in enumerate(singles):
        assert take(db, single, at(number / 10)) == 0.0
        free(db, single, at(number / 10))
    big = claim("big", starts=3)
    assert take(db, big, at(1.0)) == pytest.approx(0.1), "one slot is free, and kept"
    assert take(db, claim("small"), at(1.0)) > 0
    assert take(db, claim("other", starts=2), at(1.1)) > 0, "only one start keeps slots at a time"
    assert take(db, big, at(1.1)) == pytest.approx(0.1)
    assert take(db, big, at(1.2)) == 0.0
    assert take(db, claim("small"), at(1.3)) > 0


def test_a_kept_slot_is_free_soon_if_nobody_asks_again(db: SqlConnection) -> None:
    for number in range(2):
        assert take(db, claim(f"dead {number}"), at(0)) == 0.0
    assert take(db, claim("gone", starts=2), at(0)) > 0
    assert take(db, claim("small"), at(1.75)) == 0.25
    assert take(db, claim("small"), at(2)) == 0.0


def test_more_starts_than_slots_take_all_of_them_for_longer(db: SqlConnection) -> None:
    large = claim("large", starts=7)
    assert take(db, large, at(0)) == 0.0
    free(db, large, at(1))
    assert take(db, claim("small"), at(3.75)) == 0.25
    assert take(db, claim("small"), at(4)) == 0.0


def test_accounts_have_slots_of_their_own(db: SqlConnection) -> None:
    assert take(db, claim("one", limit=1), at(0)) == 0.0
    assert take(db, claim("two", limit=1, account="b"), at(0)) == 0.0


def test_a_smaller_limit_uses_the_first_slots(db: SqlConnection) -> None:
    assert [take(db, claim(str(number), limit=30), at(0)) for number in range(30)] == [0.0] * 30
    assert take(db, claim("small", limit=3), at(0)) > 0


def test_a_clock_that_is_set_makes_no_difference_on_one_machine(db: SqlConnection) -> None:
    assert take(db, claim("one", limit=1), at(0, wall=5000.0)) == 0.0
    free(db, claim("one", limit=1), at(1, wall=5001.0))
    assert take(db, claim("two", limit=1), at(1.5, wall=9999.0)) == 0.5
    assert take(db, claim("two", limit=1), at(2.0, wall=1.0)) == 0.0


@pytest.mark.parametrize("boot", ["another start", None])
def test_after_another_start_of_the_machine_the_wall_clock_counts(db: SqlConnection, boot: str | None) -> None:
    assert take(db, claim("one", limit=1), at(DAY, wall=5000.0, boot=boot and "first")) == 0.0
    free(db, claim("one", limit=1), at(DAY, wall=5000.0, boot=boot and "first"))
    assert take(db, claim("two", limit=1), at(0, wall=5000.5, boot=boot)) == 0.5
    assert take(db, claim("two", limit=1), at(0, wall=5001.0, boot=boot)) == 0.0


def test_a_clock_that_was_set_back_for_a_day_costs_one_lease(db: SqlConnection) -> None:
    assert take(db, claim("one", limit=1), at(0, wall=DAY, boot="first")) == 0.0
    assert take(db, claim("two", limit=1), at(0, wall=0.0)) == 0.5
    assert take(db, claim("two", limit=1), at(11, wall=11.0)) == 0.0


VERSION_2 = """
CREATE TABLE intents (
    id TEXT PRIMARY KEY, reference TEXT, fingerprint TEXT NOT NULL, host TEXT NOT NULL, application_id TEXT NOT NULL,
    api TEXT NOT NULL, callee TEXT NOT NULL, caller TEXT, created_at REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'placed', 'refused', 'unsent', 'unknown', 'absent')),
    uuid TEXT, conversation_uuid TEXT, settled_at REAL, detail TEXT, pid INTEGER NOT NULL, started TEXT, boot TEXT,
    ticks REAL, ahead_least REAL, ahead_most REAL, lasted REAL, settled_by TEXT
);
INSERT INTO intents (id, fingerprint, host, application_id, api, callee, created_at, state, pid)
    VALUES ('i-1', 'f', 'h', 'app', 'v1', '1415', 1.0, 'unknown', 1);
PRAGMA user_version = 2;
"""


def test_a_journal_without_slots_gets_them(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "calls.sqlite3") as old:
        old.executescript(VERSION_2)
    old.close()
    for number in range(2):
        with Journal(tmp_path) as journal:
            assert [one.id for one in journal.open_intents()] == ["i-1"]
            journal.take_slots(claim(str(number), limit=2))


def test_processes_share_the_slots_of_a_file(tmp_path: Path) -> None:
    with Journal(tmp_path) as first, Journal(tmp_path) as second:
        first.take_slots(claim("one", limit=1))
        with pytest.raises(NoSlot):
            second.take_slots(claim("two", limit=1))
        first.free_slots(claim("one", limit=1))
        second.take_slots(claim("two", limit=1))
        assert not first.renew_slots(claim("one", limit=1))
        assert second.renew_slots(claim("two", limit=1))


def test_a_journal_whose_slots_are_damaged_is_refused(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal._db.execute("DROP TABLE slots")
        with pytest.raises(BadJournal, match="cannot be used"):
            journal.take_slots(claim("one"))
