"""Campaigns under engines of others, whose processes are killed: everyone is called once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from nccodsl.campaign.hosts.campaign_service import CampaignService
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import Cast, Persona
from tests.e2e.campaign_desk import CampaignDesk
from tests.e2e.servers import APPLICATION

LIMIT, PEOPLE = 20, 60
DEATHS = int(os.environ.get("NCCODSL_KILLS") or 75) // 15
"""How often an engine is killed."""
ROOT = Path(__file__).parents[2]
BEGINNING = """
import sys
from tests.e2e.dying_workers import hasten
hasten()
"""
ENGINES = {
    "procrastinate": """
import procrastinate
from nccodsl.campaign.hosts.procrastinate_host import add_campaign_task
app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=sys.argv[1]))
add_campaign_task(app, cron="* * * * * *", seconds=1.0)
app.run_worker(queues=["nccodsl"], concurrency=2)
""",
    "dbos": """
import threading
from dbos import DBOS
from nccodsl.campaign.hosts.dbos_host import add_campaign_workflow
DBOS(config={"name": "campaigns", "system_database_url": sys.argv[1], "run_admin_server": False})
schedule = add_campaign_workflow(cron="* * * * * *", seconds=1.0)
DBOS.launch()
schedule()
threading.Event().wait()
""",
}


@pytest.fixture
def emulator() -> object:
    with Emulator(creations=LIMIT, cast=Cast((Persona(outcome="busy", delay=0.1),))) as running:
        yield running


def desk_at(folder: Path, emulator: Emulator) -> CampaignDesk:
    desk = CampaignDesk(folder, emulator.url, VONAGE_APPLICATION_ID=APPLICATION, VONAGE_PRIVATE_KEY="private.key")
    (folder / "nccodsl.toml").write_text(f'host = "{emulator.url}"\nlimit = {LIMIT}\n', encoding="utf-8")
    return desk


def called(emulator: Emulator) -> Counter[str]:
    return Counter(leg.callee_number for leg in emulator.network.legs.values())


def test_a_tick_may_be_repeated_and_forgotten(
    tmp_path: Path, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_at(tmp_path, emulator)
    numbers = [f"1415555{number:04}" for number in range(200, 206)]
    desk.start("a", numbers)
    monkeypatch.chdir(tmp_path)
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, value)
    until = time.monotonic() + 30
    for _ in range(100):
        # Two at once, each for a moment.
        with CampaignService(names=("a",)) as first, CampaignService() as second:
            done = [first.tick(0.1), second.tick(0.1)]
        if all(done):
            break
        assert time.monotonic() < until
    assert called(emulator) == dict.fromkeys(numbers, 1)
    assert desk.counts("a") == {"ended": 6}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_processes_of_an_engine_are_killed(
    engine: str, tmp_path: Path, emulator: Emulator, request: pytest.FixtureRequest
) -> None:
    pytest.importorskip(engine)
    desk = desk_at(tmp_path, emulator)
    numbers = [f"1415555{number:04}" for number in range(1000, 1000 + PEOPLE)]
    desk.start("a", numbers)
    where = f"sqlite:///{tmp_path}/engine.sqlite"
    if engine == "procrastinate":
        where = request.getfixturevalue("postgres_url")
        _apply_schema(where)
    program = [sys.executable, "-c", BEGINNING + ENGINES[engine], where]
    chance, deaths, until = Random(1), 0, time.monotonic() + 150
    while time.monotonic() < until:
        with subprocess.Popen(
            program, cwd=tmp_path, env=desk.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            before = len(emulator.network.legs)
            begun = time.monotonic()
            # It dies while it calls, or soon after it began; the last one works until all are called.
            while time.monotonic() < begun + 30 and process.poll() is None:
                if deaths < DEATHS and len(emulator.network.legs) > before + chance.randint(0, 4):
                    break
                if deaths >= DEATHS and desk.counts("a") == {"ended": PEOPLE}:
                    break
                time.sleep(0.01 if deaths < DEATHS else 0.5)
            process.kill()
            deaths += 1
        if deaths > DEATHS:
            break
    assert deaths > DEATHS
    assert called(emulator) == dict.fromkeys(numbers, 1)
    assert desk.counts("a") == {"ended": PEOPLE}


def _apply_schema(where: str) -> None:
    import procrastinate

    app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector(conninfo=where))
    with app.open():
        app.schema_manager.apply_schema()
