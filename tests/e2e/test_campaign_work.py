"""`nccodsl campaign work` in processes of its own, before an emulator: what people change while calls are placed."""

from __future__ import annotations

import itertools
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.http.sender import Secret
from nccodsl.emulator.personas.persona import read_cast
from tests.e2e.campaign_desk import CampaignDesk
from tests.e2e.in_process import run_here
from tests.e2e.serve_process import SECRET, ServeProcess
from tests.e2e.servers import wait_for

pytestmark = pytest.mark.slow
QUICK = "tests.e2e.quick_workers"
ASKING = """\
param number: phone
call { to phone {{ number }} from phone 14155550100 }
step main {
  talk "To opt out, press 9."
  input dtmf max_digits=1 {
    on "9" { opt_out reason="pressed 9" talk "We will not call you again." }
    otherwise { talk "Goodbye." }
  }
}
"""


def emulator(persona: dict[str, Any], **options: Any) -> Emulator:
    return Emulator(**{"creations": 3, "cast": read_cast(persona), **options})


def numbers(count: int) -> list[str]:
    return [f"1415555{one:04}" for one in range(100, 100 + count)]


def rang(phones: Emulator) -> Counter[str]:
    return Counter(leg.callee_number for leg in list(phones.network.legs.values()))


def here(desk: CampaignDesk, *words: str) -> str:
    """What a command prints, in this process: it begins at once."""
    done = run_here(desk.folder, desk.environment, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def state(desk: CampaignDesk, number: str) -> tuple[str, str, list[str]]:
    """How a number stands, why, and what was decided."""
    (found,) = json.loads(here(desk, "campaign", "why", number, "--json"))
    return found["state"], found["reason"], [one["what"] for one in found["decisions"]]


def test_a_paused_campaign_calls_no_one_and_a_stopped_one_ends(tmp_path: Path) -> None:
    with emulator({"answers": "0.1s"}) as phones:
        desk = CampaignDesk(tmp_path, phones.url)
        desk.start("a", numbers(60))
        with desk.worker() as worker:
            wait_for(lambda: len(rang(phones)) >= 3)
            here(desk, "campaign", "pause", "a")
            time.sleep(1.0)
            paused = len(rang(phones))
            time.sleep(2.0)
            assert len(rang(phones)) == paused
            here(desk, "campaign", "resume", "a")
            wait_for(lambda: len(rang(phones)) > paused)
            here(desk, "campaign", "stop", "a")
            time.sleep(1.0)
            stopped = len(rang(phones))
            worker.ends()
        assert len(rang(phones)) == stopped < 60
        assert desk.counts("a") == {"ended": stopped, "stopped": 60 - stopped}


def test_who_is_suppressed_while_a_worker_runs_is_not_called(tmp_path: Path) -> None:
    with emulator({"answers": "0.1s"}) as phones:
        desk = CampaignDesk(tmp_path, phones.url)
        *others, last = numbers(20)
        desk.start("a", [*others, last])
        with desk.worker() as worker:
            wait_for(lambda: len(rang(phones)) >= 2)
            here(desk, "suppress", "add", last)
            worker.ends()
        assert rang(phones) == Counter(others)
        assert state(desk, last) == ("skipped", "suppressed", ["skip"])


def test_two_campaigns_call_one_number_before_a_list_that_lags(tmp_path: Path) -> None:
    personas = {"outcome": "busy", "after": "0.2s"}
    with emulator(personas, list_lag=4.0, creations=30, skew=-1800.0) as phones:
        desk = CampaignDesk(tmp_path, phones.url)
        for name in ("a", "b"):
            desk.start(name, numbers(5))
        # Who is called by one campaign waits for a while in the other.
        quick = ("--limit", "30")
        with desk.worker(*quick, program=QUICK) as worker, desk.worker(*quick, program=QUICK) as other:
            worker.ends()
            other.ends()
        assert set(rang(phones).values()) == {2}
        assert (desk.counts("a"), desk.counts("b")) == ({"ended": 5}, {"ended": 5})
        uuids = {leg.uuid for leg in phones.network.legs.values()}
        rows = json.loads(here(desk, "calls", "journal", "--json"))
        assert {one["uuid"] for one in rows} == uuids, "each call is one attempt's"


@pytest.mark.parametrize("skew", [3600.0, -3600.0])
def test_who_does_not_answer_is_called_again_by_our_own_clock(tmp_path: Path, skew: float) -> None:
    with emulator({"outcome": "busy", "after": "0.1s"}, skew=skew) as phones:
        desk = CampaignDesk(tmp_path, phones.url)
        desk.start("a", numbers(1), '[retries]\nbusy = { wait = "3s", most = 2 }\n')
        with desk.worker() as worker:
            worker.ends(seconds=60)
        starts = [one.at for one in phones.network.starts.seen]
        assert len(starts) == 3
        assert min(later - earlier for earlier, later in itertools.pairwise(starts)) >= 2.9
        assert state(desk, numbers(1)[0])[:2] == ("ended", "exhausted")


def test_an_api_that_comes_back(tmp_path: Path) -> None:
    with emulator({"answers": "0.1s"}) as phones:
        port = phones.port
    desk = CampaignDesk(tmp_path, f"http://127.0.0.1:{port}")
    desk.start("a", numbers(3))
    with desk.worker() as worker:
        time.sleep(3.0)
        assert worker.process.poll() is None, worker.said
        with emulator({"answers": "0.1s"}, port=port) as phones:
            worker.ends()
            assert rang(phones) == Counter(numbers(3))


def test_who_opts_out_in_a_call_is_called_by_no_other_campaign(tmp_path: Path) -> None:
    desk = CampaignDesk(tmp_path, "")
    desk.write("a", numbers(2), script=ASKING)
    desk.write("b", numbers(2))
    does = {"for": f"phone {numbers(2)[0]}", "answers": "0.1s", "does": [{"hears": "opt out", "press": "9"}]}
    stays = {"answers": "0.1s", "does": [{"hears": "opt out", "press": "1"}]}
    with (
        ServeProcess(tmp_path, "a.call") as server,
        emulator({"personas": [does, stays]}, speed=10.0, secret=Secret(SECRET), hosts=["127.0.0.1"]) as phones,
    ):
        desk = CampaignDesk(tmp_path, phones.url)
        for name in ("a", "b"):
            desk.run("campaign", "start", f"{name}.toml")
        desk.run("campaign", "pause", "b")
        with desk.worker("a", "--base-url", server.url) as worker:
            worker.ends()
        desk.run("campaign", "resume", "b")
        with desk.worker("b") as worker:
            worker.ends()
        assert rang(phones) == {numbers(2)[0]: 1, numbers(2)[1]: 2}
        found = json.loads(here(desk, "campaign", "why", numbers(2)[0], "--json"))
        assert {one["campaign"]: (one["state"], one["reason"]) for one in found}["b"] == ("skipped", "suppressed")


@pytest.mark.parametrize(
    ("limits", "holds"),
    [
        ("calls_per_second = 2", lambda starts, _most: _most_in(starts, 1.0) <= 2),
        ("calls_at_once = 2", lambda _starts, most: most <= 2),
        ("calls = 4", lambda starts, _most: len(starts) == 4),
    ],
)
def test_the_limits_of_a_campaign(tmp_path: Path, limits: str, holds: Callable[[list[float], int], bool]) -> None:
    with emulator({"outcome": "busy", "after": "0.5s"}, creations=30) as phones:
        most = 0

        def watch(_leg: object) -> None:
            nonlocal most
            most = max(most, sum(leg.ended_at is None for leg in phones.network.legs.values()))

        phones.network.watchers.append(watch)
        desk = CampaignDesk(tmp_path, phones.url)
        desk.start("a", numbers(8), f"[limits]\n{limits}\n")
        with desk.worker("--limit", "30") as worker, desk.worker("--limit", "30") as other:
            worker.ends()
            other.ends()
        assert holds([one.at for one in phones.network.starts.seen], most)
        assert set(rang(phones).values()) == {1}


def _most_in(starts: list[float], seconds: float) -> int:
    return max(sum(first <= one < first + seconds for one in starts) for first in starts)
