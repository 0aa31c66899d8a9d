"""Processes that share a journal start no more calls in a second than their account may, also when they are killed."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from tests.e2e.campaign_callers import begin, work
from tests.e2e.limited_callers import arrivals
from tests.journals import use_journal

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")]
LIMITS = [("sqlite", 1), ("sqlite", 3), ("sqlite", 30), ("postgres", 3)]


def _jitter(random: Random) -> float:
    return random.uniform(0.005, 0.04) + (0.2 if random.random() < 0.02 else 0.0)


@pytest.fixture(params=LIMITS, ids=lambda one: f"{one[0]}-{one[1]}")
def limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    kind, limit = request.param
    use_journal(kind, request, monkeypatch)
    return int(limit)


def test_no_second_has_too_many_starts(tmp_path: Path, limit: int) -> None:
    arrived = arrivals(tmp_path, limit, 20.0 if limit == 1 else 14.0, _jitter)
    assert arrived.most_in_a_second() <= limit
    assert arrived.refused == 0
    # Of one start a second, so few are transfers that none may come.
    assert arrived.connects or limit == 1, "transfers that connect have been counted too"
    assert arrived.killed >= 5
    assert len(arrived.times) > 5 * limit, "too few starts to prove anything"


def test_workers_of_campaigns_start_no_more_than_that(tmp_path: Path, limit: int) -> None:
    begin(tmp_path, 15 * limit + 60, connects=False)
    arrived = arrivals(tmp_path, limit, 11.0, _jitter, call=work)
    assert arrived.most_in_a_second() <= limit
    assert arrived.refused == 0
    assert arrived.killed >= 4
    assert len(arrived.times) > 3 * limit, "too few starts to prove anything"


def test_what_a_fixed_script_connects_is_charged(tmp_path: Path) -> None:
    """Each call is charged as two starts, so there are no more than allowed on average.

    When the second one comes is not up to us, so that a single second may have a few more.
    """
    begin(tmp_path, 500, connects=True)
    arrived = arrivals(tmp_path, 30, 10.0, _jitter, call=work)
    assert arrived.connects > 50
    assert arrived.rate() <= 30
