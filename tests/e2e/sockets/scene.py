"""Calls with WebSocket legs on a real emulator, and what it has told of them."""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from nccodsl.emulator.core.call_legs import legs_of_call
from nccodsl.emulator.core.timeline import TimelineEntry
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.personas.persona import read_cast
from tests.e2e.emulated_api import ANY
from tests.e2e.servers import JSON, Answer, Hooks, Received, hooks, wait_for

SHORT, LONGER, PATIENT = "14155550101", "14155550102", "14155550103"
STAYS = {SHORT: "1200ms", LONGER: "2500ms", PATIENT: "30s"}
"""Phones, and how long they talk with an application before they hang up."""
CAST = {"personas": [{"for": f"phone {phone}", "answers": "0s", "stays": stays} for phone, stays in STAYS.items()]}
SORRY = {"action": "talk", "text": "What follows."}


def websocket(uri: str, rate: int = 16_000, **more: Any) -> dict[str, Any]:
    return {"type": "websocket", "uri": uri, "content-type": f"audio/l16;rate={rate}", **more}


class Scene:
    """An emulator that does not wait, and the server of its webhooks."""

    def __init__(self, emulator: Emulator, told: Hooks) -> None:
        self.emulator = emulator
        self.told = told
        self.answers: dict[str, list[dict[str, Any]]] = {}
        """By path, the NCCO that `disconnected` is answered with."""
        self._completed: set[str] = set()
        told.answer = self._answer
        self.client = httpx.Client(base_url=emulator.url, headers=ANY, timeout=20)

    def connect(self, endpoint: dict[str, Any], path: str = "/event", phone: str = SHORT, **action: Any) -> str:
        """Call a phone, and connect it with an application; something follows."""
        url = [self.told.url + path]
        connect = {"action": "connect", "eventUrl": url, "endpoint": [endpoint], **action}
        return self.place({"type": "phone", "number": phone}, [connect, SORRY], path)

    def place(self, to: dict[str, Any], ncco: list[dict[str, Any]], path: str = "/event") -> str:
        """Create a call."""
        sender = {"type": "phone", "number": "14155550100"}
        body = {"to": [to], "from": sender, "ncco": ncco, "event_url": [self.told.url + path]}
        created = self.client.post("/v1/calls", json=body)
        assert created.status_code == 201, created.text
        return str(created.json()["uuid"])

    def ended(self, uuid: str) -> Ended:
        """The call, when it is over, and its last webhooks have come."""
        leg = self.emulator.network.legs[uuid]
        wait_for(lambda: all(one.ended_at is not None for one in legs_of_call(leg)))
        expected = {one.uuid for one in legs_of_call(leg)}
        wait_for(lambda: expected <= self._completed)
        return Ended(self.client.get(f"/emulator/calls/{uuid}").json(), list(leg.timeline.entries))

    def _answer(self, received: Received) -> Answer:
        event = received.json
        if event.get("status") == "completed":
            self._completed.add(event["uuid"])
        if event.get("status") == "disconnected" and received.path in self.answers:
            return 200, json.dumps(self.answers[received.path]).encode(), JSON
        return 200, b"", JSON

    def child(self, uuid: str) -> str:
        """The leg of the application, as soon as it rings."""
        leg = self.emulator.network.legs[uuid]
        wait_for(lambda: leg.children)
        return leg.children[0].uuid

    def statuses(self, path: str, leg: str) -> list[str]:
        """The statuses that a path was sent of a leg (`to` of its events)."""
        events = [one.json for one in self.told.at(path)]
        return [event["status"] for event in events if event.get("to") == leg]


class Ended:
    """A call that is over."""

    def __init__(self, shown: dict[str, Any], entries: list[TimelineEntry]) -> None:
        self.shown = shown
        self.entries = entries

    def notes(self) -> list[str]:
        return [entry.text for entry in self.entries if entry.kind == "note"]

    def heard(self) -> list[str]:
        """What the phone heard."""
        return [entry.text for entry in self.entries if entry.kind == "hears" and entry.leg.startswith("phone")]


@contextmanager
def scene(**options: Any) -> Iterator[Scene]:
    cast = read_cast(options.pop("cast", CAST))
    with hooks() as told, Emulator(cast=cast, speed=None, creations=None, **options) as emulator:
        played = Scene(emulator, told)
        with played.client:
            yield played


@contextmanager
def nothing_lost(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No task ends with an exception that nothing asks for, and no library complains of us."""
    caplog.set_level(logging.WARNING)
    yield
    gc.collect()
    # The servers of the tests are allowed to.
    wrong = [record for record in caplog.records if record.name not in ("websockets.server", "aiohttp.server")]
    assert not wrong, [(record.name, record.getMessage(), record.exc_info) for record in wrong]
