"""Whole calls with another system that fails in every way, and with servers that are killed at exact instants.

Each `send` arrives at least once with one key, each POST of a `fetch` has one key, and the end of a call is told once.
"""

from __future__ import annotations

import json
import signal
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from nccodsl.emulator.core.application import Application
from nccodsl.emulator.http.host import Emulator
from nccodsl.emulator.http.sender import Secret
from nccodsl.emulator.personas.persona import read_cast
from nccodsl.server.stores.open_store import open_store
from tests.e2e.dying_serve import DyingServe
from tests.e2e.receiver import Asked, Behavior, Receiver, babble, dawdle, drop, fail, hang, receiving, replies, succeed
from tests.e2e.serve_process import SECRET, ServeProcess
from tests.e2e.servers import wait_for
from tests.unit.server.handle_drive import LEG

SCRIPT = """
on ended { send "%(crm)s/ended" body={call: {{ caller }}, outcome: {{ call.outcome }}, step: {{ step }}} }

step main {
  fetch POST "%(crm)s/tickets" body={who: {{ caller }}} timeout=0.5s as ticket: {number: integer} {
    on timeout { set told = "late" talk "No ticket in time." -> asking }
    on 5xx     { set told = "closed" talk "No tickets today." -> asking }
    on error   { set told = "none" talk "No ticket." -> asking }
  }
  set told = {{ ticket.number }}
  talk "Ticket {{ ticket.number }}."
  -> asking
}

step asking {
  send "%(crm)s/visits" body={call: {{ caller }}, ticket: {{ told }}}
  talk "Press 1 for a person, or speak after the tone."
  input dtmf max_digits=1 { on "1" -> person otherwise -> speaking }
}

step speaking {
  record end_on_silence=3s as message { on saved { send "%(crm)s/saved" body={call: {{ caller }}, id: {{ message.uuid }}} } }
  talk "Thank you."
}

step person {
  send "%(crm)s/persons" body={call: {{ caller }}}
  connect phone 14155550199 from=14155550100 {
    whisper { talk "From {{ caller }}, ticket {{ told }}." }
    on busy, timeout, rejected, failed, unanswered -> speaking
  }
}
"""
STORE = "calls.sqlite3"
# What each caller presses, how the other system answers them, and what it then knows.
CALLERS: dict[str, tuple[str, Behavior, str, object]] = {
    "447700900101": ("1", replies({"number": 7}, after=0.2), "Ticket 7.", 7),
    "447700900102": ("2", replies({"number": 7}, "503 Busy"), "No tickets today.", "closed"),
    "447700900103": ("1", babble, "No ticket.", "none"),
    "447700900104": ("2", replies({"number": "seven"}), "No ticket.", "none"),
    "447700900105": ("1", drop, "No ticket.", "none"),
    "447700900106": ("2", hang, "No ticket in time.", "late"),
}


def in_file(folder: Path) -> str:
    """The URL of a store in a file."""
    return f"sqlite:{folder / STORE}"


def serving(folder: Path, crm: Receiver, store: str) -> tuple[Path, str, str]:
    script = folder / "desk.call"
    script.write_text(SCRIPT % {"crm": crm.url}, encoding="utf-8")
    return script, "--store", store


def left(store: str) -> list[str]:
    with closing(open_store(store)) as kept:
        return [one.key for one in kept.outbox.list()]


def hold(crm: Receiver) -> None:
    """What holds of all requests that have come: one key, one request; and one request of a call, one key."""
    requests: dict[str, set[object]] = defaultdict(set)
    keys: dict[object, set[str]] = defaultdict(set)
    for one in crm.requests:
        assert one.key
        requests[one.key].add((one.method, one.path, one.body))
        keys[one.path, one.json.get("call", one.json.get("who"))].add(one.key)
    assert all(len(several) == 1 for several in requests.values())
    assert all(len(several) == 1 for several in keys.values())


def each_first_fails(asked: Asked) -> Behavior:
    """What is asked is answered as its caller is; what is sent fails, each in its way, and then arrives."""
    if asked.path == "/tickets":
        return CALLERS[asked.json["who"]][1]
    ways = (fail, babble, drop, dawdle, replies({}, "503 Busy"))
    return ways[sum(asked.body) % len(ways)] if asked.attempt == 1 else succeed


def test_a_system_that_fails_in_every_way(tmp_path: Path) -> None:
    agent = {"for": "phone 14155550199", "stays": 2}
    people = [
        {"for": f"phone {number}", "does": [{"hears": "Press 1", "press": keys}]}
        for number, (keys, *_) in CALLERS.items()
    ]
    with receiving() as crm, ServeProcess(tmp_path, *serving(tmp_path, crm, in_file(tmp_path))) as server:
        crm.behaves = each_first_fails
        base = f"{server.url}/desk"
        application = Application(
            answer=("GET", f"{base}/answer"), event=("POST", f"{base}/event"), fallback=("POST", f"{base}/fallback")
        )
        cast = read_cast({"personas": [*people, agent]})
        with Emulator(cast=cast, application=application, secret=Secret(SECRET), speed=None, seed=7) as emulator:
            legs = {number: call(emulator, number) for number in CALLERS}
            for number, (keys, _, said, told) in CALLERS.items():
                words = heard(emulator, legs[number])
                assert words[0] == said, server.log
                if keys == "1":
                    assert f"From {number}, ticket {told}." in everything(emulator)
        wait_for(lambda: len(crm.at("/ended")) >= len(CALLERS) and not left(in_file(tmp_path)), 30)
        hold(crm)
        for path, keys in (("/visits", "12"), ("/ended", "12"), ("/persons", "1"), ("/saved", "2")):
            wanted = {number for number, (pressed, *_) in CALLERS.items() if pressed in keys}
            assert {one.json["call"] for one in crm.at(path)} == wanted, path
        assert {one.json["call"]: one.json["ticket"] for one in crm.at("/visits")} == {
            number: told for number, (*_, told) in CALLERS.items()
        }
        assert {one.json["outcome"] for one in crm.at("/ended")} == {"completed"}


def call(emulator: Emulator, number: str) -> str:
    """Call in; the id of the leg."""
    answer = httpx.post(f"{emulator.url}/emulator/inbound", json={"from": number, "to": "14155550100"}, trust_env=False)
    uuid: str = answer.json()["uuid"]
    return uuid


def heard(emulator: Emulator, uuid: str) -> list[str]:
    """What the caller heard of the flow, once the call is over."""
    leg = emulator.network.legs[uuid]
    wait_for(lambda: leg.ended_at is not None, 60)
    return [str(entry.data["text"]) for entry in leg.timeline.of("hears", leg.name) if "text" in entry.data]


def everything(emulator: Emulator) -> list[str]:
    """What anybody heard."""
    legs = [*emulator.network.legs.values()]
    return [str(one.data.get("text")) for leg in legs for one in leg.timeline.entries if one.kind == "hears"]


# ---- killed at exact instants


class Platform:
    """Sends the webhooks of one call by hand; where nobody answers, the server is started again and asked once more."""

    def __init__(self, server: DyingServe) -> None:
        self._server = server
        self.died = 0

    def post(self, url: str, **payload: object) -> Any:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}".strip("/?")
        try:
            answer = self._server.post(path, {**LEG, **payload})
        except httpx.TransportError:
            self.died += 1
            self._server.revive()
            answer = self._server.post(path, {**LEG, **payload})
        assert answer.status_code in (200, 204), self._server.log
        return json.loads(answer.content) if answer.content else None


def one_call(platform: Platform) -> list[str]:
    """A call that gets a ticket, is asked, speaks, and is over before its recording is there; what it heard."""
    first = platform.post("desk/answer")
    pressed = platform.post(address(first, "input"), dtmf={"digits": "", "timed_out": True}, speech={"results": []})
    ended = {"status": "completed", "start_time": "2026-12-01T10:00:00.000Z", "duration": "9"}
    platform.post("desk/event", **ended)
    recording = {"recording_uuid": "rec-1", "recording_url": "https://api.example.com/rec-1", "size": 9}
    platform.post(address(pressed, "record"), **recording)
    platform.post(address(pressed, "record"), **recording)
    platform.post("desk/event", **ended)
    return [action["text"] for action in (*first, *pressed) if action["action"] == "talk"]


def address(ncco: list[dict[str, Any]], action: str) -> str:
    url: str = next(one["eventUrl"][0] for one in ncco if one["action"] == action)
    return url


SAVES = 4
POINTS = [f"{when} {number}" for number in range(1, SAVES + 1) for when in ("before", "behind")]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal")
@pytest.mark.parametrize("dies", ["", *POINTS, f"before {SAVES + 2}"])
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_server_that_is_killed_between_request_saving_and_answer(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, dies: str
) -> None:
    store = in_file(tmp_path) if kind == "sqlite" else request.getfixturevalue("postgres_url")
    with receiving() as crm, DyingServe(tmp_path, dies, *serving(tmp_path, crm, store)) as server:
        crm.behaves = lambda asked: replies({"number": 7}) if asked.path == "/tickets" else succeed
        platform = Platform(server)
        words = one_call(platform)
        assert platform.died == (dies in POINTS)
        assert words == ["Ticket 7.", "Press 1 for a person, or speak after the tone.", "Thank you."]
        wait_for(lambda: not left(store), 60)
        hold(crm)
        asked = {path: len(crm.at(path)) for path in ("/tickets", "/visits", "/saved", "/ended")}
        assert asked["/tickets"] == (2 if dies == "before 1" else 1), "its result was lost with the server"
        assert min(asked.values()) >= 1
        assert {one.json["step"] for one in crm.at("/ended")} == {"speaking"}
        assert {one.json["id"] for one in crm.at("/saved")} == {"rec-1"}


# ---- a script that is changed

VERSION = """
secret %(secret)s
on ended { send "%(crm)s/ended" headers={x-key: {{ %(secret)s }}} body={version: %(number)d, call: {{ caller }}} }
step main {
  send "%(crm)s/begun" headers={x-key: {{ %(secret)s }}} body={version: %(number)d, call: {{ caller }}}
  talk "Version %(number)d."
  input dtmf max_digits=1 { on "1" { talk "Still %(number)d." } otherwise { hangup } }
}
"""


@pytest.mark.slow
def test_a_script_that_is_changed_while_its_requests_wait(tmp_path: Path) -> None:
    script, secrets = tmp_path / "desk.call", tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "old_key").write_text("value-old")
    ended = {"status": "completed", "start_time": "2026-12-01T10:00:00.000Z", "duration": "9"}
    with receiving() as crm:
        crm.behave = fail
        script.write_text(VERSION % {"crm": crm.url, "number": 1, "secret": "old_key"}, encoding="utf-8")
        words = (script, "--store", in_file(tmp_path), "--secrets", secrets, "--reload")
        with ServeProcess(tmp_path, *words) as server:
            first = server.post("desk/answer", LEG).json()
            wait_for(lambda: crm.at("/begun"))
            script.write_text(VERSION % {"crm": crm.url, "number": 2, "secret": "new_key"}, encoding="utf-8")
            wait_for(lambda: "`new_key` has no value" in server.log)
            wait_a_little(1.2)
            assert server.log.count("`new_key` has no value") == 1, "it looks again, and says it once"
            (secrets / "new_key").write_text("value-new")
            wait_for(lambda: "new calls use version" in server.log)
            other = {**LEG, "uuid": "leg-2", "conversation_uuid": "CON-2", "from": "447700900109"}
            assert "Version 2." in server.post("desk/answer", other).text
            parts = urlsplit(address(first, "input"))
            pressed = {**LEG, "dtmf": {"digits": "1", "timed_out": False}, "speech": {"results": []}}
            assert "Still 1." in server.post(f"{parts.path[1:]}?{parts.query}", pressed).text
            for leg in (LEG, other):
                assert server.post("desk/event", {**leg, **ended}).status_code == 204
            crm.behave = succeed
            wait_for(lambda: not left(in_file(tmp_path)))
            hold(crm)
            told = {(one.path, one.json["version"], one.headers["x-key"]) for one in crm.requests}
            keys = {1: "value-old", 2: "value-new"}
            assert told == {(path, version, keys[version]) for path in ("/begun", "/ended") for version in keys}


def wait_a_little(seconds: float) -> None:
    """For what must not happen."""
    time.sleep(seconds)
