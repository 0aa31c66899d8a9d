"""The gate of a webhook server: who is let in, when slots are free again, and a journal that cannot be used."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from nccodsl.client import BadJournal
from nccodsl.client.connect_gate import LEASE, LONGEST_ANSWER, ConnectGate, LimitedAccount
from nccodsl.client.open_journal import BOOK_VARIABLE
from nccodsl.client.start_slots import NoSlot, SlotClaim
from tests.journals import KINDS, kept_in, use_journal

WAIT = 5.0


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The journal of a test is of each kind."""
    monkeypatch.delenv(BOOK_VARIABLE, raising=False)
    use_journal(request.param, request, monkeypatch)
    return str(request.param)


class Refused(Exception):
    """What becomes of BadJournal."""


def gate(folder: Path, limit: int = 1) -> ConnectGate:
    return ConnectGate(LimitedAccount("here", limit), lambda: kept_in(folder), lambda error: Refused(str(error)))


def held(folder: Path) -> list[str]:
    """Who holds a slot."""
    with kept_in(folder) as journal, journal.reading() as db:
        rows = db.execute("SELECT holder FROM slots WHERE holder IS NOT NULL ORDER BY n").fetchall()
    return [str(holder).rpartition("/")[0] for (holder,) in rows]


def run(folder: Path, work: Callable[[ConnectGate], Awaitable[None]], limit: int = 1) -> None:
    async def all_of_it() -> None:
        one = gate(folder, limit)
        try:
            await work(one)
        finally:
            await one.close()

    asyncio.run(all_of_it())


@pytest.mark.usefixtures("kind")
def test_a_slot_is_held_until_a_second_after_the_leg_was_heard_of(tmp_path: Path) -> None:
    async def work(one: ConnectGate) -> None:
        assert await one.enter("ivr/a/0/main", 1.0, WAIT)
        assert held(tmp_path) == ["ivr/a/0/main"]
        assert not await one.enter("ivr/b/0/main", 2.0, 0.3), "nothing was heard of the leg"
        dialed = time.monotonic()
        one.dialed("ivr/a/0/main")
        assert await one.enter("ivr/b/0/main", 2.0, WAIT)
        assert time.monotonic() - dialed > 1.0

    run(tmp_path, work)
    assert held(tmp_path) == ["ivr/b/0/main"], "the slot of a server that has ended stays for its lease"


@pytest.mark.usefixtures("kind")
def test_the_end_of_a_call_frees_what_it_holds(tmp_path: Path) -> None:
    async def work(one: ConnectGate) -> None:
        for name in ("ivr/a/0/main", "ivr/a/1/main", "ivr/ab/0/main"):
            assert await one.enter(name, 1.0, WAIT)
        one.over("ivr/a/")

    run(tmp_path, work, limit=3)
    assert held(tmp_path) == ["ivr/ab/0/main"]


@pytest.mark.usefixtures("kind")
def test_events_free_only_the_connect_that_they_are_about(tmp_path: Path) -> None:
    async def work(one: ConnectGate) -> None:
        for name in ("ivr/a/0/1", "ivr/a/0/12"):
            assert await one.enter(name, 1.0, WAIT)
        one.dialed("ivr/a/0/1")

    run(tmp_path, work, limit=3)
    assert held(tmp_path) == ["ivr/a/0/12"]


@pytest.mark.usefixtures("kind")
def test_who_has_waited_longest_is_first(tmp_path: Path) -> None:
    entered: list[str] = []

    async def work(one: ConnectGate) -> None:
        assert await one.enter("first", 0.0, WAIT)

        async def wait(name: str, since: float) -> None:
            assert await one.enter(name, since, WAIT)
            entered.append(name)
            one.dialed(name)

        one.dialed("first")
        await asyncio.gather(wait("b", 20.0), wait("a", 10.0))

    run(tmp_path, work)
    assert entered == ["a", "b"]


@pytest.mark.usefixtures("kind")
def test_a_slot_that_came_too_late_is_given_back(tmp_path: Path) -> None:
    with kept_in(tmp_path) as journal:

        async def work(one: ConnectGate) -> None:
            with journal.writing() as db:
                db.execute("UPDATE slots SET kept = kept")
                # Another process writes for longer than the call may wait.
                assert not await one.enter("ivr/a/0/main", 1.0, 0.2)
            assert await one.enter("ivr/b/0/main", 2.0, WAIT)

        run(tmp_path, work)
    assert held(tmp_path) == ["ivr/b/0/main"]


@pytest.mark.usefixtures("kind")
def test_other_programs_have_the_same_slots(tmp_path: Path) -> None:
    with kept_in(tmp_path) as journal:

        async def work(one: ConnectGate) -> None:
            assert await one.enter("ivr/a/0/main", 1.0, WAIT)
            with pytest.raises(NoSlot):
                journal.take_slots(SlotClaim("here", 1, 1, "a call", 10.0))
            journal.take_slots(SlotClaim("elsewhere", 1, 1, "another account", 10.0))

        run(tmp_path, work)


def test_a_journal_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "calls.sqlite3").write_text("no database, but long enough to look like one" * 40)

    async def work(one: ConnectGate) -> None:
        for _ in range(2):
            with pytest.raises(Refused, match="is damaged"):
                await one.enter("ivr/a/0/main", 1.0, WAIT)
        one.dialed("ivr/a/0/main")

    run(tmp_path, work)


def test_nothing_is_opened_before_a_call_connects(tmp_path: Path) -> None:
    async def work(_one: ConnectGate) -> None:
        await asyncio.sleep(0)

    run(tmp_path / "nowhere", work)
    assert not (tmp_path / "nowhere").exists()


def test_a_lease_is_longer_than_the_platform_waits_for_an_answer() -> None:
    # What it has not got after ten seconds it never plays, and what it plays begins at once.
    assert LEASE >= LONGEST_ANSWER + 2.0
    assert BadJournal.code == "E714"
