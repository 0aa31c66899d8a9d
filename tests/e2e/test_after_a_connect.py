"""The guide about what follows a `connect`: its program continues in both readings of the platform's documents."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

from nccodsl.client import AsyncVoiceClient
from nccodsl.emulator.core.application import AFTER_CONNECT, AfterConnect, Application
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import read_cast
from nccodsl.io.uvicorn_host import UvicornHost
from tests.e2e.servers import APPLICATION, credentials, private_key, wait_for

GUIDE = Path(__file__).parents[2] / "docs" / "after-a-connect.md"
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.S | re.M)
AGENT = {"for": "phone 14155550123"}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The program of the guide, on a port of its own."""
    for name, text in FILE.findall(GUIDE.read_text(encoding="utf-8")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("VONAGE_APPLICATION_ID", APPLICATION)
    monkeypatch.setenv("VONAGE_PRIVATE_KEY", private_key())
    spec = importlib.util.spec_from_file_location("desk_of_the_guide", tmp_path / "desk.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    host = UvicornHost("127.0.0.1", 0)
    module.url, module.pause = host.url, 0.1  # type: ignore[attr-defined]
    assert host.start(module.app, "desk")
    try:
        yield module
    finally:
        host.stop()
        host.join()


def told(desk: Any, after_connect: AfterConnect, *personas: dict[str, Any]) -> tuple[list[str], list[str | None]]:
    """What a caller hears of the scripts, and who ended each leg: the caller's, then the agent's."""
    application = Application(
        answer=("GET", f"{desk.url}/answer"), event=("POST", f"{desk.url}/event"), after_connect=after_connect
    )
    with Emulator(
        cast=read_cast({"personas": list(personas)}),
        application=application,
        public_key=private_key(),
        speed=50.0,
        seed=3,
    ) as emulator:
        desk.voice = AsyncVoiceClient(credentials(), host=emulator.url)
        called = {"from": "447700900123", "to": "14155550100"}
        uuid = httpx.post(f"{emulator.url}/emulator/inbound", json=called).json()["uuid"]
        legs = emulator.network.legs
        wait_for(lambda: len(legs) == 2 and all(leg.ended_at is not None for leg in legs.values()))
        wait_for(lambda: not desk.agents)
        heard = legs[uuid].timeline.of("hears", legs[uuid].name)
        return [entry.data["text"] for entry in heard if entry.data.get("sound") == "talk"], [
            legs[uuid].ended_by,
            *(leg.ended_by for leg in legs.values() if leg.uuid != uuid),
        ]


@pytest.mark.parametrize("after_connect", AFTER_CONNECT)
def test_the_caller_goes_on_when_the_agent_has_hung_up(desk: ModuleType, after_connect: AfterConnect) -> None:
    heard, ended_by = told(desk, after_connect, {**AGENT, "stays": 10}, {"stays": 600})
    assert heard == ["One moment, please.", "Thank you. How did you like our service?"]
    assert ended_by == ["platform", "user"]


@pytest.mark.parametrize("outcome", ["busy", "rejected"])
def test_an_agent_who_does_not_answer(desk: ModuleType, outcome: str) -> None:
    heard, _ = told(desk, "complete", {**AGENT, "outcome": outcome}, {"stays": 600})
    assert heard[-1] == "Nobody can take your call now."


def test_a_caller_who_leaves_first(desk: ModuleType) -> None:
    heard, ended_by = told(desk, "complete", {**AGENT, "stays": 600}, {"does": [{"after": "20s", "hang_up": True}]})
    assert heard == ["One moment, please."]
    assert ended_by == ["user", "platform"]


def test_a_caller_who_leaves_while_the_phone_rings(desk: ModuleType) -> None:
    heard, ended_by = told(desk, "complete", {**AGENT, "answers": "50s"}, {"does": [{"after": "20s", "hang_up": True}]})
    assert heard == ["One moment, please."]
    assert ended_by == ["user", "platform"]
