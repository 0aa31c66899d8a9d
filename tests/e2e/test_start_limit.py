"""Processes that share a journal start no more calls in a second than their account may, also when they are killed."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from random import Random

import pytest

from nccodsl.client import Journal
from nccodsl.client.postgres_journal import PostgresJournal
from tests.e2e.limited_callers import OpenJournal, arrivals

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")]


def _jitter(random: Random) -> float:
    return random.uniform(0.005, 0.04) + (0.2 if random.random() < 0.02 else 0.0)


@pytest.mark.parametrize(("kind", "limit"), [("sqlite", 1), ("sqlite", 3), ("sqlite", 30), ("postgres", 3)])
def test_no_second_has_too_many_starts(request: pytest.FixtureRequest, tmp_path: Path, kind: str, limit: int) -> None:
    if kind == "postgres":
        opened: OpenJournal = partial(PostgresJournal, request.getfixturevalue("postgres_url"))
    else:
        opened = partial(Journal, tmp_path)
    arrived = arrivals(opened, limit, 20.0, _jitter)
    assert arrived.most_in_a_second() <= limit
    assert arrived.refused == 0
    assert arrived.connects, "transfers that connect have been counted too"
    assert arrived.killed >= 5
    assert len(arrived.times) > 5 * limit, "too few starts to prove anything"
