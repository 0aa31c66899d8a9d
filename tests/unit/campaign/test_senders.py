"""Threads that place calls: who loses the database goes on under another name, and what fails ends all."""

from __future__ import annotations

import threading

from nccodsl.campaign.senders import Senders
from nccodsl.client.failures import BadJournal, JournalAway

AWAY = JournalAway("the database cannot be used now", "try again")


def test_who_loses_the_database_goes_on_under_another_name() -> None:
    """What it claimed last may have been kept: its name is never heard of again, so that others look that up."""
    seen: list[str] = []

    def turn(worker: str) -> int:
        seen.append(worker)
        if len(seen) == 1:
            return 1
        if len(seen) <= 3:
            raise AWAY
        senders.over.set()
        return 0

    senders = Senders(turn, lambda: None, "host:7", 1)
    senders.pause = 0.01
    senders.start()
    senders.over.wait(30)
    senders.end()
    assert seen == ["host:7.0:0", "host:7.0:0", "host:7.1:0", "host:7.2:0"]
    assert senders.failure is None


def test_what_fails_ends_all() -> None:
    other = threading.Event()

    def turn(worker: str) -> int:
        if worker == "w.0:1":
            other.wait(30)
            raise ValueError(worker)
        other.set()
        return 0

    senders = Senders(turn, lambda: None, "w", 2)
    senders.start()
    senders.over.wait(30)
    senders.end()
    assert repr(senders.failure) == "ValueError('w.0:1')"


def test_a_failure_that_would_meet_all_ends_all() -> None:
    refused = BadJournal("it is damaged", "move it away")
    senders = Senders(lambda _worker: 1, lambda: refused, "w", 3)
    senders.start()
    senders.end()
    assert senders.failure is refused
