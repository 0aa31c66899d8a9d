"""A run of everything, with values that cannot be mistaken: what is left behind holds no secret, and nothing private.

Private values stand where the documentation says: in the store, in bodies and headers of requests, and in what is said.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.e2e.in_process import run_here
from tests.e2e.receiver import Asked, Behavior, Receiver, receiving, replies
from tests.e2e.serve_process import ServeProcess
from tests.e2e.servers import wait_for
from tests.unit.server.handle_drive import LEG

SECRET = "SECRET-q8w7e6r5"
PIN, NAME = "pin-x7y6z5-4711", "zebulon-quux"
PRIVATE = ("x7y6z5", "zebulon")
"""Parts of private values: a piece of one is private, too."""
SCRIPT = """
secret crm_token
param pin: text private

on ended {
  send "%(crm)s/ended" headers={x-pin: {{ pin }}} body={pin: {{ pin }}, name: {{ (customer | default({"name": ""})).name }}}
}

step main {
  fetch POST "%(crm)s/customers"
    headers={authorization: "Bearer {{ crm_token }}", x-pin: {{ pin }}}
    body={pin: {{ pin }}}
    as customer: {name: text private, level: integer}
  { on error { talk "Sorry." hangup } }
  send "%(crm)s/visits"
    headers={authorization: "Bearer {{ crm_token }}", x-name: {{ customer.name }}}
    body={name: {{ customer.name }}, level: {{ customer.level }}, part: {{ pin[4:] }}}
  talk "Your choice, please."
  input dtmf max_digits=1 as given {
    on "1" -> recording
    on "2" -> failing
    on "3" -> person
    on "4" { notify {about: {{ customer.name }}, level: {{ customer.level }}} event_url="%(crm)s/told" talk "Told." }
    on "5" -> header
    otherwise { hangup }
  }
}

step recording {
  set greeting = "Hello {{ customer.name }}"
  record end_on_silence=3s as message {
    on saved { send "%(crm)s/saved" form={pin: {{ pin }}, text: {{ greeting }}, uuid: {{ message.uuid }}} }
  }
  talk "Thank you."
}

step failing { talk "{{ customer.name | int / (pin | length - %(length)d) }}" }

step header { send "%(crm)s/header" headers={x-a: {{ customer.name ~ "\n" }}} talk "x" }

step person {
  connect phone 14155550199 from=14155550100 {
    whisper { talk "It is level {{ customer.level }}." }
    on failed { hangup }
  }
}
"""
TESTS = """
test "wrong words" {
  with pin="%(pin)s"
  fetched "%(crm)s/customers" reply {name: "%(name)s", level: 3}
  hear "choice"
  press "1"
  hear "Nothing like that"
}

test "wrong request" {
  with pin="%(pin)s"
  fetched "%(crm)s/customers" reply {name: "%(name)s", level: 3}
  hear "choice"
  press "1"
  sent "%(crm)s/visits" {name: "other"}
}

test "wrong notice" {
  with pin="%(pin)s"
  fetched "%(crm)s/customers" reply {name: "%(name)s", level: 3}
  hear "choice"
  press "4"
  notified {about: "other"}
}

test "failure" {
  with pin="%(pin)s"
  fetched "%(crm)s/customers" reply {name: "%(name)s", level: 3}
  hear "choice"
  press "2"
  hear "Nothing"
}
"""
COMMANDS = (
    ("check", "desk.call"),
    ("describe", "desk.call"),
    ("describe", "desk.call", "--vars", "values.json"),
    ("graph", "desk.call"),
    ("graph", "desk.call", "--format", "json"),
    ("test", "tested.call"),
    ("test", "tested.call", "--junit", "junit.xml"),
    ("test", "tested.call", "--json"),
    ("test", "tested.call", "--coverage", "--explore", "3"),
    ("test", "desk.call", "--replay", "history.jsonl"),
    ("test", "desk.call", "--replay", "history.jsonl", "--json", "--store", "sqlite:calls.db"),
    ("outbox", "list", "--store", "sqlite:calls.db"),
    ("outbox", "list", "--store", "sqlite:calls.db", "--format", "json"),
    ("outbox", "retry", "--all", "--store", "sqlite:calls.db"),
)
ENVIRONMENT = {"NCCODSL_SECRET_CRM_TOKEN": SECRET, "NCCODSL_DEBUG": "1"}


class Left(NamedTuple):
    """What a run has left behind: texts by what they came from, and files by their names."""

    texts: dict[str, str]
    files: dict[str, bytes]


def behaves(crm: Receiver, asked: Asked) -> Behavior:
    """The sixth caller's answer does not fit; what is sent fails, and the failure holds what was sent."""
    if asked.path == "/customers":
        fits = len(crm.at("/customers")) < 6
        return replies({"name": NAME, "level": 3} if fits else {"name": [NAME], "level": NAME})
    return replies({"echo": asked.body.decode(), "headers": asked.headers}, "503 Busy")


def one_call(server: ServeProcess, number: int) -> None:
    """A call that presses a key, is recorded where it is, and about which the platform reports an error."""
    leg = {**LEG, "uuid": f"leg-{number}", "conversation_uuid": f"CON-{number}"}
    first = server.post("desk/answer", leg).json()
    asked = [one for one in first if one["action"] == "input"]
    if asked:
        digits = {"dtmf": {"digits": str(number), "timed_out": False}, "speech": {"results": []}}
        pressed = server.post(path_of(asked[0]["eventUrl"][0]), {**leg, **digits})
        for one in pressed.json() if pressed.content else ():
            if one["action"] == "record":
                recording = {"recording_uuid": "rec-1", "recording_url": "https://api.example.com/rec-1"}
                assert server.post(path_of(one["eventUrl"][0]), {**leg, **recording}).status_code == 204
    server.post("desk/event", {**leg, "reason": f"{NAME} and {PIN.upper()} do not fit at ncco[0].text"})
    server.post("desk/event", {**leg, "status": "completed", "start_time": "x", "duration": "9"})


def path_of(url: str) -> str:
    assert not any(part in url.lower() for part in (*PRIVATE, SECRET.lower()))
    parts = urlsplit(url)
    return f"{parts.path[1:]}?{parts.query}"


def values_of(crm: Receiver) -> dict[str, Any]:
    return {"crm": crm.url, "pin": PIN, "name": NAME, "length": len(PIN)}


def run(folder: Path) -> Left:
    with receiving() as crm:
        crm.behaves = lambda asked: behaves(crm, asked)
        values = values_of(crm)
        (folder / "desk.call").write_text(SCRIPT % values, encoding="utf-8")
        (folder / "tested.call").write_text((SCRIPT + TESTS) % values, encoding="utf-8")
        (folder / "values.json").write_text(json.dumps({"pin": PIN}), encoding="utf-8")
        words = ("--vars", "values.json", "--record", "history.jsonl", "--json", "--store", "sqlite:calls.db")
        with ServeProcess(folder, "desk.call", *words, **ENVIRONMENT) as server:
            for number in range(1, 7):
                one_call(server, number)
            wait_for(lambda: crm.at("/ended") and crm.at("/saved"))
            texts = {"metrics": server.get("metrics").text, "health": server.get("healthz").text}
            files = contents(folder)
            environment = {"NCCODSL_STATE": str(folder / "state"), **ENVIRONMENT}
            for command in COMMANDS:
                done = run_here(folder, environment, *command)
                texts[" ".join(command)] = done.stdout + done.stderr
            reply = f"{crm.url}/customers={json.dumps({'name': NAME, 'level': 3})}"
            for number in ("1", "2", "4"):
                words = ("--vars", "values.json", "--transcript", f"call{number}.json", "--reply", reply)
                done = run_here(folder, environment, "simulate", "desk.call", *words, stdin=f"{number}\n\n".encode())
                texts[f"simulate {number}"] = done.stdout + done.stderr
            files |= contents(folder)
            assert SECRET in crm.at("/customers")[0].headers["authorization"], "it is sent"
        return Left(texts, {**files, **contents(folder)})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_what_a_run_leaves_behind(tmp_path: Path) -> None:
    left = run(tmp_path)
    given = {"desk.call", "tested.call", "values.json"}
    assert {"history.jsonl", "calls.db-wal", "serve.log", "junit.xml"} <= left.files.keys()
    for name, content in left.files.items():
        assert SECRET.encode() not in content, name
        if name not in given and not name.startswith("calls.db"):
            for part in PRIVATE:
                assert part.encode() not in content.lower(), (name, part)
    for name, text in left.texts.items():
        assert SECRET not in text, name
        for part in PRIVATE:
            assert part not in text.lower(), (name, part, text)
    codes = {json.loads(line).get("code") for line in left.files["serve.log"].splitlines() if line.startswith(b"{")}
    assert {"E606", "E323", "E820", "E812"} <= codes, "everything went wrong that can"
    assert "http://127.0.0.1" in left.texts["outbox list --store sqlite:calls.db"], "something is left to deliver"
    assert any(NAME.encode() in content for name, content in left.files.items() if name.startswith("calls.db"))
