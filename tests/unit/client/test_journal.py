"""The journal's file across versions, its clocks, and what a person may say of a call."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from nccodsl.client import BadJournal, CannotSettle, Journal, settle_by_hand
from nccodsl.client.call_journal import CallJournal
from nccodsl.client.clock import ANYTHING, Bounds, Reading, ServerClock, hull, server_date
from nccodsl.client.intents import Intent
from tests.journals import KINDS, journal_of

UUID = "63f61863-4a51-4f6b-86e1-46edebcf9356"
VERSION_1 = """
CREATE TABLE intents (
    id TEXT PRIMARY KEY, reference TEXT, fingerprint TEXT NOT NULL, host TEXT NOT NULL, application_id TEXT NOT NULL,
    api TEXT NOT NULL, callee TEXT NOT NULL, caller TEXT, created_at REAL NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'placed', 'refused', 'unknown', 'absent')),
    uuid TEXT, conversation_uuid TEXT, settled_at REAL, detail TEXT, pid INTEGER NOT NULL, started TEXT
);
CREATE UNIQUE INDEX one_call_a_reference ON intents (reference)
    WHERE reference IS NOT NULL AND state NOT IN ('refused', 'absent');
CREATE INDEX by_time ON intents (created_at);
INSERT INTO intents VALUES
    ('i-1', 'a', 'f', 'h', 'app', 'v1', '1415', NULL, 1.0, 'placed', 'u-1', 'c-1', 2.0, NULL, 1, '1'),
    ('i-2', 'b', 'f', 'h', 'app', 'v1', '1415', NULL, 2.0, 'refused', NULL, NULL, 3.0, 'E703', 1, '1'),
    ('i-3', 'b', 'f', 'h', 'app', 'v1', '1415', NULL, 3.0, 'refused', NULL, NULL, 4.0, 'E704, HTTP 400', 1, '1'),
    ('i-4', 'd', 'f', 'h', 'app', 'v1', '1415', NULL, 4.0, 'unknown', NULL, NULL, 5.0, 'E707', 1, '1');
PRAGMA user_version = 1;
"""


Opener = Callable[..., AbstractContextManager[CallJournal]]


@pytest.fixture(params=KINDS)
def open_journal(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens an empty journal, with a clock if one is given."""
    return partial(journal_of, request.param, request, tmp_path)


def begin(journal: CallJournal, reference: str | None = None) -> Intent:
    return journal.begin(
        reference=reference, fingerprint="f", host="h", application_id="app", api="v1", callee="1415", caller=None
    )[0]


def unknown(journal: CallJournal, reference: str | None = None) -> Intent:
    intent = begin(journal, reference)
    assert journal.settle(intent.id, "unknown")
    return intent


# -- versions ---------------------------------------------------------------------------------------------------


def test_a_journal_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "calls.sqlite3") as old:
        old.executescript(VERSION_1)
    old.close()
    for _ in range(2):
        with Journal(tmp_path) as journal:
            kept = {one.id: one for one in journal.recent()}
            assert [kept[f"i-{number}"].state for number in range(1, 5)] == ["placed", "unsent", "refused", "unknown"]
            assert (kept["i-1"].uuid, kept["i-1"].created_at, kept["i-1"].ticks) == ("u-1", 1.0, None)
            assert [one.id for one in journal.open_intents()] == ["i-4"]
    with Journal(tmp_path) as journal:
        assert begin(journal, "b").reference == "b", "what was refused has left its reference free"
        with pytest.raises(sqlite3.IntegrityError):
            journal._db.execute("UPDATE intents SET reference = 'a' WHERE id = 'i-4'")


def test_a_journal_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    Journal(tmp_path).close()
    with sqlite3.connect(tmp_path / "calls.sqlite3") as later:
        later.execute("PRAGMA user_version = 99")
    later.close()
    with pytest.raises(BadJournal, match="newer version") as told:
        Journal(tmp_path)
    assert told.value.code == "E714"
    with sqlite3.connect(tmp_path / "calls.sqlite3") as later:
        assert later.execute("PRAGMA user_version").fetchone() == (99,)
    later.close()


# -- clocks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784111777.0),
        (" Sun, 06 Nov 1994 08:49:37 GMT ", 784111777.0),
        ("Sunday, 06-Nov-94 08:49:37 GMT", None),
        ("Sun Nov  6 08:49:37 1994", None),
        ("Sun, 06 Nov 1994 08:49:37 +0100", None),
        ("Sun, 31 Feb 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 25:49:37 GMT", None),
        ("784111777", None),
        ("", None),
    ],
)
def test_dates_of_a_server(text: str, time: float | None) -> None:
    assert server_date({"date": text}) == time


@given(st.text(max_size=40))
def test_no_date_is_too_odd(text: str) -> None:
    assert server_date({"date": text}) is None or "GMT" in text


def _at(wall: float, ticks: float) -> Reading:
    return Reading(wall, ticks, "run")


@given(
    late=st.floats(-80_000, 80_000),
    delay=st.floats(0, 100),
    answered=st.floats(0, 1),
    later=st.floats(0, 500),
)
def test_the_truth_lies_within_what_an_answer_tells(late: float, delay: float, answered: float, later: float) -> None:
    """The server is ahead by `late`; it wrote its date somewhere between the request and the answer."""
    now = [1_800_000_000.0]
    clock = ServerClock(lambda: _at(now[0], now[0] - 1e9))
    sent = clock.read()
    written = now[0] + late + delay * answered
    now[0] += delay
    from email.utils import formatdate

    clock.note({"date": formatdate(int(written), usegmt=True)}, sent)
    now[0] += later
    ahead = clock.ahead()
    assert ahead is not None
    assert ahead.usable
    assert ahead.least - 1e-3 <= late <= ahead.most + 1e-3


def test_what_was_heard_does_not_outlive_a_clock_that_is_set() -> None:
    now = [_at(1000.0, 10.0)]
    clock = ServerClock(lambda: now[0])
    clock.note({"date": "Thu, 01 Jan 1970 00:16:40 GMT"}, now[0])
    assert clock.ahead() == Bounds(0.0, 1.0)
    now[0] = _at(1100.0, 20.0)
    assert clock.ahead() is None
    now[0] = Reading(1010.0, 20.0, "another run")
    assert clock.ahead() is None
    now[0] = _at(3000.0, 2010.0)
    assert clock.ahead() is None, "it is too long ago"


@pytest.mark.parametrize(
    ("headers", "usable"),
    [
        ({"date": "Thu, 01 Jan 1970 00:16:40 GMT"}, True),
        ({"date": "Thu, 01 Jan 1970 00:16:40 GMT", "age": "0"}, True),
        ({"date": "Thu, 01 Jan 1970 00:16:40 GMT", "age": "77"}, False),
        ({"date": "Sun, 01 Mar 1970 00:16:40 GMT"}, False),
        ({"date": "?"}, False),
    ],
)
def test_which_dates_are_believed(headers: dict[str, str], usable: bool) -> None:
    clock = ServerClock(lambda: _at(1000.0, 10.0))
    clock.note({}, clock.read())
    assert clock.ahead() is None
    clock.note(headers, clock.read())
    ahead = clock.ahead()
    assert ahead is not None
    assert ahead.usable is usable


def test_a_clock_that_is_set_during_a_request_spoils_its_answer() -> None:
    now = [_at(1000.0, 10.0)]
    clock = ServerClock(lambda: now[0])
    sent = clock.read()
    now[0] = _at(1100.0, 11.0)
    clock.note({"date": "Thu, 01 Jan 1970 00:16:40 GMT"}, sent)
    ahead = clock.ahead()
    assert ahead is not None
    assert not ahead.usable


def test_answers_that_contradict_each_other_say_nothing() -> None:
    assert hull([]) is None
    assert hull([Bounds(0, 1), Bounds(3, 4)]) == Bounds(0, 4)
    assert hull([Bounds(0, 1), Bounds(30, 31)]) == ANYTHING
    assert hull([Bounds(0, 1), ANYTHING]) == ANYTHING


# -- what a person says --------------------------------------------------------------------------------------------


def test_a_person_settles_what_nobody_knows(open_journal: Opener) -> None:
    now = [1000.0]
    with open_journal(lambda: _at(now[0], now[0])) as journal:
        unknown(journal, "a")
        nameless = unknown(journal)
        now[0] = 2000.0
        settled = settle_by_hand(journal, "a", "placed", "ann", UUID)
        assert (settled.state, settled.uuid, settled.settled_by, settled.settled_at) == ("placed", UUID, "ann", 2000.0)
        settled = settle_by_hand(journal, nameless.id[:8], "absent", "bob")
        assert (settled.state, settled.uuid, settled.settled_by) == ("absent", None, "bob")
        assert not journal.open_intents()
        # Whoever was wrong can say so.
        settled = settle_by_hand(journal, "a", "absent", "bob")
        assert (settled.state, settled.uuid, settled.settled_by) == ("absent", None, "bob")
        assert begin(journal, "a").state == "pending", "the reference is free again"


def _known(journal: CallJournal) -> None:
    journal.settle(begin(journal, "a").id, "placed", uuid=UUID)


def _refused(journal: CallJournal) -> None:
    journal.settle(begin(journal, "a").id, "refused")


def _taken(journal: CallJournal) -> None:
    unknown(journal, "a")
    journal.settle(begin(journal, "b").id, "placed", uuid=UUID)


@pytest.mark.parametrize(
    ("before", "words", "code"),
    [
        (lambda journal: unknown(journal, "a"), ("no such", "placed"), "E716"),
        (lambda journal: unknown(journal, "a"), ("a", "maybe"), "E717"),
        (lambda journal: unknown(journal, "a"), ("a", "placed", "not-a-uuid"), "E717"),
        (lambda journal: unknown(journal, "a"), ("a", "placed", "\x1b[31m" + UUID[5:]), "E717"),
        (lambda journal: unknown(journal, "a"), ("a", "absent", UUID), "E717"),
        (_known, ("a", "absent"), "E717"),
        (_known, ("a", "placed", UUID), "E717"),
        (_refused, ("a", "placed"), "E717"),
        (_taken, ("a", "placed", UUID), "E717"),
        # This very process is at it.
        (lambda journal: begin(journal, "a"), ("a", "absent"), "E717"),
    ],
)
def test_what_makes_no_sense_is_refused(
    open_journal: Opener, before: Callable[[CallJournal], Any], words: tuple[str, ...], code: str
) -> None:
    with open_journal() as journal:
        before(journal)
        kept = journal.recent()
        with pytest.raises(CannotSettle) as told:
            settle_by_hand(journal, words[0], words[1], "ann", *words[2:])
        assert told.value.code == code
        assert told.value.help or code == "E717"
        assert journal.recent() == kept


# -- names ------------------------------------------------------------------------------------------------------


def _named(journal: CallJournal, word: str) -> str | None:
    found = journal.find(word)
    return found and found.id


def test_what_names_a_call(open_journal: Opener) -> None:
    """A reference, or as much of an id as lists show: with less, a slip could name another call."""
    with open_journal() as journal:
        call = unknown(journal, "order 7")
        for word in ("order 7", call.id, call.id[:8], call.id[:8].upper()):
            assert _named(journal, word) == call.id
        for word in (call.id[:7], call.id[0], "", "%", "________", "order"):
            assert _named(journal, word) is None


def test_a_reference_goes_before_an_id(open_journal: Opener) -> None:
    with open_journal() as journal:
        first = unknown(journal)
        second = unknown(journal, first.id[:8])
        assert _named(journal, first.id[:8]) == second.id
        assert _named(journal, first.id) == first.id
