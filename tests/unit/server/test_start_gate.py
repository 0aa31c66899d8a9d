"""The driver and a gate: what is asked, what is told, and what a call that waits keeps waiting."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

import nccodsl
from nccodsl.runtime.runnable import Runnable
from nccodsl.runtime.versions import rebuilt, texts_of
from nccodsl.runtime.webhook import Reply, Webhook
from nccodsl.server.driver import Driver, Handled
from nccodsl.server.fetch import TOO_LATE, Brought
from nccodsl.server.handled_entries import HandledEntries
from nccodsl.server.refusals import BadStore
from nccodsl.server.start_gate import HELD
from nccodsl.server.stores.base import Direct
from nccodsl.server.stores.memory import MemoryStore
from nccodsl.server.turns import AsyncTurns
from tests.unit.server.handle_drive import LEG, URL

TEXT = """
step main {
  talk "One moment."
  connect phone "14155550188" from="14155550100" { on failed { talk "Nobody." } }
  connect phone "14155550199" from="14155550100"
}
"""
ASKED = {"conversation_uuid": "CON-1", "payload": {"at": "main"}}
OTHER = {**LEG, "uuid": "leg-2"}


class Asked:
    """A gate that says what it is told to, and notes what it hears."""

    def __init__(self) -> None:
        self.may = True
        self.heard: list[tuple[str, ...]] = []
        self.held: list[float] = []
        self.broken = False

    async def enter(self, connect: str, since: float, seconds: float) -> bool:
        self.heard.append(("enter", connect))
        self.held.append(seconds)
        if self.broken:
            raise BadStore("the journal is away")
        return self.may

    def dialed(self, connect: str) -> None:
        self.heard.append(("dialed", connect))

    def over(self, call: str) -> None:
        self.heard.append(("over", call))

    async def close(self) -> None:
        """Nothing is kept."""


class Nobody:
    async def fetch(self, _request: Any, _timeout: float) -> Brought:
        return TOO_LATE


class Served:
    """A script behind a gate."""

    def __init__(self) -> None:
        self.gate = Asked()
        self.script = Runnable(nccodsl.load(TEXT), URL)
        self.script.gated = True
        self.seen: list[Handled] = []
        self.driver = Driver(Direct(MemoryStore()), Nobody(), AsyncTurns(), observers=(self,), gate=self.gate)

    def handled(self, handled: Handled) -> None:
        self.seen.append(handled)

    def send(self, route: str, query: dict[str, str], payload: dict[str, Any], at: float = 0.0) -> Reply:
        return asyncio.run(self.driver.handle(self.script, Webhook(route, query, payload, received=at)))

    def begin(self) -> tuple[str, dict[str, str]]:
        """The call comes to its first gate; its address."""
        return address(self.send("answer", {}, LEG), -1)


def address(reply: Reply, number: int) -> tuple[str, dict[str, str]]:
    urls = [one["eventUrl"][0] for one in json.loads(reply.body) if "eventUrl" in one]
    parts = urlsplit(urls[number])
    return parts.path.rpartition("/")[2], dict(parse_qsl(parts.query))


@pytest.fixture
def served() -> Served:
    return Served()


def test_a_connect_is_told_from_the_first_event_of_its_leg(served: Served) -> None:
    passed = served.send(*served.begin(), ASKED)
    served.send(*address(passed, 0), {**OTHER, "status": "started"})
    behind = served.send(*address(passed, -1), ASKED)
    served.send(*address(behind, 0), {**OTHER, "status": "ringing"})
    served.send("event", {}, {**LEG, "status": "completed"})
    assert served.gate.heard == [
        ("enter", "ivr/leg-1/0/main"),
        ("dialed", "ivr/leg-1/0/main"),
        ("enter", "ivr/leg-1/0/2"),
        ("dialed", "ivr/leg-1/0/2"),
        ("over", "ivr/leg-1/"),
    ]


def test_what_is_not_of_the_call_tells_nothing(served: Served) -> None:
    passed = served.send(*served.begin(), ASKED)
    route, query = address(passed, 0)
    assert served.send(route, {**query, "tag": "x" * 22}, {**OTHER, "status": "started"}).status == 401
    assert served.gate.heard == [("enter", "ivr/leg-1/0/main")]


def test_a_webhook_is_held_for_two_seconds_at_most(served: Served) -> None:
    served.gate.may = False
    served.send(*served.begin(), ASKED)
    assert 0 < served.gate.held[0] <= HELD


def test_a_gate_that_is_away_is_a_store_that_is_away(served: Served) -> None:
    served.gate.broken = True
    asked = served.begin()
    with pytest.raises(BadStore):
        served.send(*asked, ASKED)
    served.gate.broken = False
    assert json.loads(served.send(*asked, ASKED).body)[0]["action"] == "connect"


def test_an_older_version_of_a_script_asks_too(served: Served) -> None:
    older = rebuilt(texts_of(served.script.flow), served.script, served.script.version)
    assert older is not None
    assert older.gated
    assert served.script.given({}).gated


def test_a_connect_that_waited_in_vain_is_recorded_as_a_failed_one(served: Served) -> None:
    served.gate.may = False
    asked = served.begin()
    again = address(served.send(*asked, ASKED, 1000.0), 0)
    reply = served.send(*again, ASKED, 1100.0)
    assert (reply.code, json.loads(reply.body)[0]["text"]) == ("E822", "Nobody.")
    entries = [HandledEntries(lambda: 0.0).of(one) for one in served.seen]
    assert [(one.kind, one.at, one.given) for one in entries if one is not None] == [
        ("answer", "", None),
        ("connect", "main", {"status": "failed"}),
    ]
