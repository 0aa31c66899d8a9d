"""`calls`: calls that run are steered, and calls of which nobody knows how they went are settled."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from nccodsl.client import start_slots
from nccodsl.emulator.http.host import Emulator
from tests.e2e.calls.odd_server import OddServer, http_answer
from tests.e2e.calls.placed_calls import Run


def test_calls_are_steered(run: Run, emulator: Emulator, here: Path) -> None:
    emulated = ("--host", emulator.url)
    placed = run(
        "call", "for-ever.call", "--to", "14155550101", "--from", "14155550100", "--api", "v1", "--json", *emulated
    )
    uuid = json.loads(placed.stdout)["uuid"]
    leg = emulator.network.legs[uuid]
    until = time.monotonic() + 10
    while not leg.on_line:
        assert time.monotonic() < until
        time.sleep(0.02)
    (here / "other.call").write_text('param who: text\ntalk "Hello {{ who }}" loop=0\n')
    for words in (
        ("mute", uuid),
        ("unmute", uuid),
        ("earmuff", uuid),
        ("unearmuff", uuid),
        ("talk", uuid, "Attention", "--loop", "0", "--level", "0.5"),
        ("stop-talk", uuid),
        ("stream", uuid, "https://example.com/a.mp3"),
        ("stop-stream", uuid),
        ("dtmf", uuid, "12#"),
        ("transfer", uuid, "other.call", "--var", "who=Ann"),
    ):
        done = run("calls", *words, *emulated)
        assert (done.returncode, uuid in done.stdout) == (0, True), (words, done.stderr)
    assert json.loads(run("calls", "show", uuid, "--json", *emulated).stdout)["status"] == "answered"
    assert uuid in run("calls", "list", "--status", "answered", *emulated).stdout
    assert run("calls", "list", "--since", "2100-01-01T00:00:00Z", *emulated).stdout == "No calls found.\n"
    assert run("calls", "hangup", uuid, *emulated).returncode == 0
    assert leg.ended_at is not None
    told = [entry.text for entry in leg.timeline.of("request")]
    assert told[-3:] == ["dtmf 12#", "transfer", "hangup"]
    assert [entry.text for entry in leg.timeline.of("hears")][-1] == "“Hello Ann”, repeated until stopped"
    for wrong, code in (
        (("mute", "no-such-call"), 1),
        (("transfer", uuid), 2),
        (("dtmf", uuid, "12w"), 2),
        (("list", "--since", "yesterday"), 2),
        (("talk", uuid, ""), 2),
    ):
        assert run("calls", *wrong, *emulated).returncode == code, wrong
    assert "14155550101" in run("calls", "journal").stdout
    assert run("calls", "reconcile", *emulated).returncode == 0


def test_what_is_unknown_is_settled_by_looking_it_up(run: Run) -> None:
    made: list[dict[str, Any]] = []

    def answer(request: bytes) -> bytes | None:
        if request.startswith(b"POST"):
            # The call is placed, and nobody hears of it.
            to = json.loads(request.partition(b"\r\n\r\n")[2])["to"][0]
            made.append({"uuid": "u-1", "to": to, "direction": "outbound", "status": "ringing"})
            return None
        return http_answer(200, json.dumps({"count": len(made), "_embedded": {"calls": made}}))

    with OddServer(answer) as server:
        here = ("--host", server.url)
        first = run("call", "hello.call", *here, "--reference", "a")
        assert (first.returncode, "nccodsl calls reconcile" in first.stderr) == (3, True)
        waits = run("calls", "reconcile", *here, "--json")
        assert (waits.returncode, "younger than" in json.loads(waits.stdout)[0]["why"]) == (3, True)
        settled = run("calls", "reconcile", *here, "--grace", "0")
        assert (settled.returncode, "placed" in settled.stdout) == (0, True)
        assert "u-1" in run("calls", "journal").stdout
        assert "was already placed as u-1" in run("call", "hello.call", *here, "--reference", "a").stdout
        assert len(made) == 1
        made.append({**made[0], "uuid": "u-2"})
        run("call", "hello.call", *here, "--reference", "b")
        made.clear()
        absent = run("calls", "reconcile", *here, "--grace", "0")
        assert (absent.returncode, "you can dial again" in absent.stdout) == (0, True)


def test_a_person_settles_what_cannot_be_looked_up(run: Run) -> None:
    uuid = "63f61863-4a51-4f6b-86e1-46edebcf9356"

    def answer(request: bytes) -> bytes | None:
        if request.startswith(b"POST"):
            return None
        calls = [{"uuid": one, "to": {"number": "14155550101"}, "direction": "outbound"} for one in (uuid, "u-2")]
        return http_answer(200, json.dumps({"count": 2, "_embedded": {"calls": calls}}))

    with OddServer(answer) as server:
        here = ("--host", server.url)
        assert run("call", "hello.call", *here, "--reference", "a").returncode == 3
        looked = run("calls", "reconcile", *here, "--grace", "0")
        assert (looked.returncode, uuid in looked.stdout, "calls settle" in looked.stdout) == (3, True, True)
        for words, code in (
            (("unheard", "placed"), "E716"),  # no id, in hexadecimal digits, begins so
            (("a", "absent", "--uuid", uuid), "E717"),
            (("a", "placed", "--uuid", "u"), "E717"),
        ):
            wrong = run("calls", "settle", *words)
            assert (wrong.returncode, code in wrong.stderr) == (2, True), wrong.stderr
        done = run("calls", "settle", "a", "placed", "--uuid", uuid, LOGNAME="ann")
        assert (done.returncode, "as placed: it will not be dialled again" in done.stdout) == (0, True), done.stderr
        assert f"as {uuid}, recorded by ann at 20" in run("calls", "journal").stdout
        (kept,) = json.loads(run("calls", "journal", "--json").stdout)
        assert (kept["state"], kept["settled_by"], kept["uuid"]) == ("placed", "ann", uuid)
        assert "was already placed" in run("call", "hello.call", *here, "--reference", "a").stdout
        assert server.created() == 1
        assert run("call", "hello.call", *here, "--reference", "b").returncode == 3
        assert run("calls", "settle", "b", "absent").returncode == 0
        assert run("call", "hello.call", *here, "--reference", "b").returncode == 3
        assert server.created() == 3, "what was called absent was dialled again"


def test_the_journal_says_that_nothing_was_sent(run: Run, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_slots, "PERIOD", 0.01)
    done = run("call", "hello.call", "--host", "no-such-host.invalid", "--reference", "a")
    assert (done.returncode, "E703" in done.stderr) == (4, True)
    told = run("calls", "journal").stdout
    assert "not sent: unreachable" in told
    assert "refused" not in told
    assert json.loads(run("calls", "journal", "--json").stdout)[0]["state"] == "unsent"
    wrong = run("calls", "settle", "a", "absent")
    assert (wrong.returncode, "E717" in wrong.stderr) == (2, True)
    again = run("call", "hello.call", "--host", emulator.url, "--reference", "a")
    assert again.returncode == 0, "nothing was sent, so the reference is free"
