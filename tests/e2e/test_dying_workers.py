"""Workers of a campaign die and stand still: everyone is called once, and nothing stays open."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from random import Random

import pytest

from tests.e2e.dying_workers import WINDOWS, Campaign, Death
from tests.journals import KINDS, use_journal

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")


@pytest.fixture(params=KINDS, autouse=True)
def journal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    use_journal(request.param, request, monkeypatch)


def test_everyone_is_called_once_wherever_a_worker_dies(tmp_path: Path) -> None:
    deaths = Campaign(tmp_path, 24).play([Death(window, 1) for window in WINDOWS])
    assert set(WINDOWS) <= set(deaths)


@pytest.mark.slow
def test_ten_deaths_in_each_window(tmp_path: Path) -> None:
    """Answers are lost, the list lags, the API's clock is an hour ahead; workers also stand still, or die by chance."""
    planned = [Death(window, 1 + number % 3) for window in WINDOWS for number in range(10)]
    planned += [Death(window, 1, signal.SIGSTOP) for window in ("before commit", *WINDOWS[1:] * 2)]
    Random(1).shuffle(planned)
    faults = {"lose-answer": 0.02, "fail-answer": 0.02}
    deaths = Campaign(tmp_path, 300, faults=faults, skew=3600.0).play(planned, random_kills=10)
    assert all(deaths[window] >= 10 for window in WINDOWS), deaths
    assert deaths["commit to send, stopped"] == 2
    assert deaths["at any moment"] == 10
